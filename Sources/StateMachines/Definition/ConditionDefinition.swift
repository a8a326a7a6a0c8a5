/// When a rule answers: guards by name, joined.
///
/// Worked out from left to right and no further than needed.
public indirect enum ConditionDefinition: Sendable, Hashable {
    /// A guard is true.
    case `guard`(String)
    /// All of them hold.
    case all([ConditionDefinition])
    /// At least one of them holds.
    case any([ConditionDefinition])
    /// It does not hold.
    case not(ConditionDefinition)

    /// The guards in the order of their first mention, each once.
    public var guards: [String] {
        var names: [String] = []
        collect(into: &names)
        return names
    }

    private func collect(into names: inout [String]) {
        switch self {
        case .guard(let name):
            if !names.contains(name) { names.append(name) }
        case .all(let parts), .any(let parts):
            for part in parts { part.collect(into: &names) }
        case .not(let part):
            part.collect(into: &names)
        }
    }

    /// Whether it holds when a guard's answer is what `isTrue` says; no guard is asked that is not needed.
    public func holds(_ isTrue: (String) -> Bool) -> Bool {
        switch self {
        case .guard(let name): isTrue(name)
        case .all(let parts): parts.allSatisfy { $0.holds(isTrue) }
        case .any(let parts): parts.contains { $0.holds(isTrue) }
        case .not(let part): !part.holds(isTrue)
        }
    }
}
