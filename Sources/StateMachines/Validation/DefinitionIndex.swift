/// A definition by numbers: who answers what, ready for questions about every pair of state and event.
///
/// Says the same as `MachineDefinition.candidates(for:in:)`, which is for one question and looks names up.
struct DefinitionIndex {
    /// Something in one state that answers an event, or an eventless rule.
    struct Answer {
        /// Where it stands in its state.
        enum Origin {
            /// The position among the rules for the event, or of `always`.
            case rule(Int)
            /// The position in `ignore`, `reject` or `defer`.
            case list(String, Int)
        }

        var origin: Origin
        /// The state that a rule moves to.
        var target: Int?
        /// When it answers; nil is always.
        var condition: NumberedCondition?
    }

    let definition: MachineDefinition
    /// The events as they are numbered, `fault` last if it is used.
    let events: [String]
    /// The names of states by number.
    let names: [String]
    /// The parent of each state.
    let parents: [Int?]
    /// All states, each behind its parents.
    let outermostFirst: [Int]
    /// The eventless rules of each state, its own.
    private(set) var always: [[Answer]]
    private var answers: [[Answer]]
    private let eventNumbers: [String: Int]
    private let stateNumbers: [String: Int]

    init(_ definition: MachineDefinition) {
        self.definition = definition
        events = definition.alphabet
        names = definition.states.map(\.name)
        eventNumbers = Dictionary(events.enumerated().map { ($1, $0) }) { first, _ in first }
        let stateNumbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        self.stateNumbers = stateNumbers
        parents = definition.states.map { state in state.parent.flatMap { stateNumbers[$0] } }
        outermostFirst = Self.outermostFirst(parents)
        always = [[Answer]](repeating: [], count: names.count)
        answers = [[Answer]](repeating: [], count: names.count * events.count)
        var guards: [String: Int] = [:]
        for (number, state) in definition.states.enumerated() { add(state, number, &guards) }
    }

    /// The states that are initial or some rule's target.
    var entered: Set<Int> {
        var entered = Set((answers + always).joined().compactMap(\.target))
        if let initial { entered.insert(initial) }
        return entered
    }

    /// The state in which a machine starts.
    var initial: Int? { stateNumbers[definition.initial] }

    /// All that a state itself says of an event, in the order of asking.
    func answers(of state: Int, to event: Int) -> [Answer] {
        answers[state * events.count + event]
    }

    /// The number of an event.
    func event(_ name: String) -> Int? { eventNumbers[name] }

    private mutating func add(_ state: StateDefinition, _ number: Int, _ guards: inout [String: Int]) {
        for item in state.on {
            for (index, rule) in item.rules.enumerated() {
                add(answer(rule, index, &guards), number, item.event)
            }
        }
        for (key, list) in [("ignore", state.ignore), ("reject", state.reject), ("defer", state.defer)] {
            for (index, event) in list.enumerated() {
                add(Answer(origin: .list(key, index)), number, event)
            }
        }
        always[number] = state.always.enumerated().map { answer($1, $0, &guards) }
    }

    private func answer(_ rule: RuleDefinition, _ index: Int, _ guards: inout [String: Int]) -> Answer {
        Answer(
            origin: .rule(index),
            target: rule.target.flatMap { stateNumbers[$0] },
            condition: rule.condition.map { NumberedCondition($0, numbers: &guards) }
        )
    }

    private mutating func add(_ answer: Answer, _ state: Int, _ event: String) {
        guard let event = eventNumbers[event] else { return }
        answers[state * events.count + event].append(answer)
    }

    private static func outermostFirst(_ parents: [Int?]) -> [Int] {
        var isPlaced = [Bool](repeating: false, count: parents.count)
        var order: [Int] = []
        for state in parents.indices {
            var path: [Int] = []
            var current: Int? = state
            while let number = current, !isPlaced[number] {
                isPlaced[number] = true
                path.append(number)
                current = parents[number]
            }
            order += path.reversed()
        }
        return order
    }
}
