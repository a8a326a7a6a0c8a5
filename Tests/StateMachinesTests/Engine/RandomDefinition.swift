import ResilienceTestKit

@testable import StateMachines

/// Definitions with everything that one step can meet, drawn at random: parents, guards, actions, eventless rules, raised
/// events, fault, final states, invariants and timers; no deferral.
struct RandomDefinition {
    var random: SeededGenerator
    var states: [String] = []
    var events: [String] = []

    mutating func draw() -> MachineDefinition {
        states = (0..<number(1...7)).map { "s\($0)" }
        events = (0..<number(1...4)).map { "e\($0)" }
        let finals = Set(states.dropFirst().filter { _ in chance(8) })
        var definition = MachineDefinition(
            name: "random",
            initial: states[number(0...states.count - 1)],
            unhandled: chance(2) ? .reject : .ignore,
            events: events,
            guards: ["g0", "g1", "g2"],
            actions: ["a0", "a1", "a2", "a3"],
            invariants: chance(3) ? ["i0", "g0"] : [],
            states: []
        )
        for (index, name) in states.enumerated() {
            let parents = states.prefix(index).filter { !finals.contains($0) }
            definition.states.append(state(name, isFinal: finals.contains(name), parents: Array(parents)))
        }
        return definition
    }

    private mutating func state(_ name: String, isFinal: Bool, parents: [String]) -> StateDefinition {
        var state = StateDefinition(name: name, isFinal: isFinal)
        if let parent = parents.randomElement(using: &random), chance(2) { state.parent = parent }
        state.entry = actions()
        let fault = [MachineDefinition.fault]
        for event in events + fault where chance(8) { state.ignore.append(event) }
        for event in events + fault where chance(8) { state.reject.append(event) }
        guard !isFinal else { return state }
        state.exit = actions()
        if chance(4) {
            state.timeout = TimeoutDefinition(after: .milliseconds(number(1...100_000)), fires: events[0])
        }
        for event in events + fault where chance(2) {
            state.on.append(EventRules(event, (0..<number(1...3)).map { _ in rule(stays: true) }))
        }
        if chance(4) { state.always = (0..<number(1...2)).map { _ in rule(stays: false) } }
        return state
    }

    private mutating func rule(stays: Bool) -> RuleDefinition {
        let answer: RuleDefinition.Answer =
            switch number(0...(stays ? 5 : 4)) {
            case 0...3: .move(to: states[number(0...states.count - 1)])
            case 4: .reenter
            default: .stay
            }
        var rule = RuleDefinition(answer, do: actions())
        if chance(stays ? 2 : 1) { rule.condition = condition(depth: 0) }
        while chance(4) { rule.raises.append(events[number(0...events.count - 1)]) }
        return rule
    }

    private mutating func condition(depth: Int) -> ConditionDefinition {
        switch number(0...(depth < 3 ? 5 : 2)) {
        case 0...2: .guard("g\(number(0...2))")
        case 3: .all((0..<number(1...3)).map { _ in condition(depth: depth + 1) })
        case 4: .any((0..<number(1...3)).map { _ in condition(depth: depth + 1) })
        default: .not(condition(depth: depth + 1))
        }
    }

    private mutating func actions() -> [String] {
        chance(3) ? (0..<number(1...2)).map { _ in "a\(number(0...3))" } : []
    }

    /// True one time in `many`.
    mutating func chance(_ many: Int) -> Bool { Int.random(in: 0..<many, using: &random) == 0 }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
}
