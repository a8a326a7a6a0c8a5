import StateMachines

/// Random definitions of good form: small ones, so that many of them have few findings.
struct WildDefinitions {
    var generator: SeededGenerator
    private let guards = ["g0", "g1", "g2", "g3", "g4", "g5", "g6"]
    private let actions = ["act", "tell"]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> MachineDefinition {
        let states = (0..<pick(1...6)).map { "s\($0)" }
        let events = (0..<pick(1...3)).map { "e\($0)" }
        let guards = Array(self.guards.prefix(pick(1...7)))
        // A parent has a lower number than its child in some order of the states, so there is no circle.
        let order = states.shuffled(using: &generator)
        let isFinal = states.map { _ in chance(15) }
        var described: [StateDefinition] = []
        for (index, name) in states.enumerated() {
            var state = StateDefinition(name: name, isFinal: isFinal[index])
            let outer = order.prefix { $0 != name }.filter { !isFinal[states.firstIndex(of: $0) ?? 0] }
            if chance(50) { state.parent = outer.randomElement(using: &generator) }
            if chance(30) { state.entry = [actions[pick(0...1)]] }
            if !state.isFinal { addRules(to: &state, states, events, guards) }
            for event in events + ["fault"] {
                if chance(8) { state.ignore.append(event) }
                if chance(8) { state.reject.append(event) }
                if chance(8), !state.isFinal, event != "fault" { state.defer.append(event) }
            }
            described.append(state)
        }
        return MachineDefinition(
            name: "random",
            initial: states[pick(0...states.count - 1)],
            unhandled: [.reject, .ignore, .error][pick(0...5) % 3],
            events: events,
            guards: guards,
            actions: actions,
            invariants: chance(20) ? ["whole"] : [],
            states: described
        )
    }

    private mutating func addRules(
        to state: inout StateDefinition,
        _ states: [String],
        _ events: [String],
        _ guards: [String]
    ) {
        for event in events + ["fault"] where chance(event == "fault" ? 10 : 50) {
            let rules = (0..<pick(1...2) * pick(1...2)).map { _ in rule(states, events, guards) }
            state.on.append(EventRules(event, rules))
        }
        if chance(20) {
            state.always = (0..<pick(1...2))
                .map { _ in
                    RuleDefinition(
                        .move(to: states[pick(0...states.count - 1)]),
                        if: chance(70) ? condition(guards, 2) : nil
                    )
                }
        }
        if chance(20) { state.exit = [actions[pick(0...1)]] }
        if chance(20), let event = state.on.first?.event, event != "fault" {
            state.timeout = TimeoutDefinition(after: .milliseconds(pick(1...5000) * pick(1...1000)), fires: event)
        }
    }

    private mutating func rule(_ states: [String], _ events: [String], _ guards: [String]) -> RuleDefinition {
        let answers: [RuleDefinition.Answer] = [.stay, .reenter] + states.map { .move(to: $0) }
        return RuleDefinition(
            answers[pick(0...answers.count - 1)],
            if: chance(60) ? condition(guards, 3) : nil,
            do: chance(20) ? [actions[pick(0...1)]] : [],
            raise: chance(15) ? [events[pick(0...events.count - 1)]] : []
        )
    }

    private mutating func condition(_ guards: [String], _ depth: Int) -> ConditionDefinition {
        let isLeaf = depth == 0 || chance(40)
        switch isLeaf ? 0 : pick(1...3) {
        case 1: return .all((0..<pick(1...3)).map { _ in condition(guards, depth - 1) })
        case 2: return .any((0..<pick(1...3)).map { _ in condition(guards, depth - 1) })
        case 3: return .not(condition(guards, depth - 1))
        default: return .guard(guards[pick(0...guards.count - 1)])
        }
    }

    private mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    private mutating func chance(_ percent: Int) -> Bool { pick(0...99) < percent }
}
