import MachineFiles
import ResilienceTestKit
import StateMachines

/// Makes definitions of the right form whose meaning may be anything.
struct RandomDefinition {
    var random: SeededGenerator

    private let states = ["on", "off", "null", "S.1", "s-2", "_", "true", "fault", "y"]
    private let events = ["go", "no", "yes", "e.1", "x-y", "null", "Go"]
    private let guards = ["g", "h", "on", "k"]
    private let actions = ["log", "off", "a.b", "_c"]

    mutating func chance(_ share: Int) -> Bool { Int.random(in: 0..<share, using: &random) == 0 }

    /// Some of the names, in any order, each once.
    mutating func some(_ names: [String], upTo count: Int) -> [String] {
        Array(names.shuffled(using: &random).prefix(Int.random(in: 0...count, using: &random)))
    }

    mutating func one(_ names: [String]) -> String { names.randomElement(using: &random) ?? "_" }

    mutating func definition() -> MachineDefinition {
        let names = Array(states.shuffled(using: &random).prefix(Int.random(in: 1...states.count, using: &random)))
        var definition = MachineDefinition(
            name: one(names),
            version: chance(3) ? .random(in: 0...65535, using: &random) : 1,
            initial: one(names),
            unhandled: MachineDefinition.Unhandled.allCases.randomElement(using: &random) ?? .reject,
            events: events.shuffled(using: &random),
            guards: guards.shuffled(using: &random),
            actions: actions.shuffled(using: &random),
            invariants: some(guards, upTo: 2),
            states: []
        )
        definition.states = names.map { state($0, names) }
        definition.migrations = (0..<Int.random(in: 0...2, using: &random))
            .map { _ in
                MigrationDefinition(
                    from: .random(in: 0...9, using: &random),
                    states: some(["a", "b", "c"], upTo: 3).map { .init($0, to: one(names)) },
                    unmappable: some(["d", "e"], upTo: 2)
                )
            }
        return definition
    }

    /// A definition without what most random ones have wrong: it has no errors, whatever it means.
    mutating func soundDefinition() -> MachineDefinition {
        var definition = definition()
        if definition.unhandled == .error { definition.unhandled = .ignore }
        for index in definition.states.indices {
            var state = definition.states[index]
            state.isFinal = false
            state.always = []
            for position in state.on.indices {
                let first = state.on[position].rules.prefix(1)
                state.on[position].rules = first.map { rule in
                    var rule = rule
                    if rule.answer == .move(to: state.name) { rule.answer = .stay }
                    return rule
                }
            }
            var said = Set(state.on.map(\.event))
            state.ignore = state.ignore.filter { said.insert($0).inserted }
            state.reject = state.reject.filter { said.insert($0).inserted }
            state.defer = state.defer.filter { said.insert($0).inserted }
            state.timeout = state.timeout.flatMap { timeout in
                state.on.first { $0.event != MachineDefinition.fault }
                    .map { TimeoutDefinition(after: timeout.after, fires: $0.event) }
            }
            definition.states[index] = state
        }
        return definition
    }

    private mutating func state(_ name: String, _ names: [String]) -> StateDefinition {
        var state = StateDefinition(name: name)
        // A parent that comes later in the list: no circles.
        if let position = names.firstIndex(of: name), position + 1 < names.count, chance(3) {
            state.parent = names[position + 1]
        }
        if chance(4) { state.rank = .random(in: 0...255, using: &random) }
        if chance(4) { state.admission = Admission.allCases.randomElement(using: &random) ?? .all }
        state.isFinal = chance(6)
        state.entry = some(actions, upTo: 2)
        state.exit = some(actions, upTo: 2)
        if chance(3) {
            let milliseconds = Int.random(in: 1...100_000, using: &random) * (chance(2) ? 1000 : 1)
            state.timeout = TimeoutDefinition(after: .milliseconds(milliseconds), fires: one(events))
        }
        state.on = some(events + ["fault"], upTo: 4).map { EventRules($0, rules(names, isAlways: false)) }
        if chance(3) { state.always = rules(names, isAlways: true) }
        state.ignore = some(events + ["fault"], upTo: 2)
        state.reject = some(events, upTo: 1)
        state.defer = some(events, upTo: 2)
        return state
    }

    private mutating func rules(_ names: [String], isAlways: Bool) -> [RuleDefinition] {
        (0..<Int.random(in: 1...3, using: &random))
            .map { _ in
                let answers: [RuleDefinition.Answer] = [.move(to: one(names)), .stay, .reenter]
                return RuleDefinition(
                    isAlways ? answers[0] : answers.randomElement(using: &random) ?? .stay,
                    if: chance(2) ? condition(depth: 0) : nil,
                    do: some(actions, upTo: 2),
                    raise: some(events, upTo: 2)
                )
            }
    }

    private mutating func condition(depth: Int) -> ConditionDefinition {
        let count = Int.random(in: 1...3, using: &random)
        switch depth > 3 ? 0 : Int.random(in: 0...4, using: &random) {
        case 1: return .all((0..<count).map { _ in condition(depth: depth + 1) })
        case 2: return .any((0..<count).map { _ in condition(depth: depth + 1) })
        case 3: return .not(condition(depth: depth + 1))
        default: return .guard(one(guards))
        }
    }
}
