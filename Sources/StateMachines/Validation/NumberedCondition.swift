/// A ``ConditionDefinition`` with numbers for names.
indirect enum NumberedCondition {
    case `guard`(Int)
    case all([NumberedCondition])
    case any([NumberedCondition])
    case not(NumberedCondition)

    /// Numbers the guards of a condition, new ones behind those that `numbers` has.
    init(_ condition: ConditionDefinition, numbers: inout [String: Int]) {
        switch condition {
        case .guard(let name):
            let number = numbers[name] ?? numbers.count
            numbers[name] = number
            self = .guard(number)
        case .all(let parts):
            self = .all(parts.map { NumberedCondition($0, numbers: &numbers) })
        case .any(let parts):
            self = .any(parts.map { NumberedCondition($0, numbers: &numbers) })
        case .not(let part):
            self = .not(NumberedCondition(part, numbers: &numbers))
        }
    }

    /// Adds the guards to a list in the order of their first mention, each once.
    ///
    /// Stops when there are more than a truth table takes: such a list is not used.
    func collectGuards(into guards: inout [Int]) {
        guard guards.count <= TruthTable.limit else { return }
        switch self {
        case .guard(let number):
            if !guards.contains(number) { guards.append(number) }
        case .all(let parts), .any(let parts):
            for part in parts { part.collectGuards(into: &guards) }
        case .not(let part):
            part.collectGuards(into: &guards)
        }
    }
}
