/// A random machine on paper, and the slow, obvious way to run it; it shares no code with the engine.
struct NaiveMachine {
    /// What a rule says.
    enum Rule: Hashable {
        case to(Int)
        case reenter
        case stay
        case ignore
        case reject
    }

    /// What a caller is told, in plain words.
    struct Told: Hashable {
        var kind: String
        var from: Int
        var to: Int
        var sequence: Int
    }

    struct Pair: Hashable {
        var state: Int
        var event: Int
    }

    var rules: [Pair: Rule] = [:]
    var finals: Set<Int> = []
    var ignoresUnhandled = false
    var state = 0
    var sequence = 0

    /// Draws a machine without errors.
    static func random(states: Int, events: Int, using random: inout SeededGenerator) -> NaiveMachine {
        var machine = NaiveMachine()
        machine.ignoresUnhandled = Bool.random(using: &random)
        machine.state = Int.random(in: 0..<states, using: &random)
        let density = Int.random(in: 1...10, using: &random)
        for state in 0..<states {
            let isFinal = Int.random(in: 0..<8, using: &random) == 0
            if isFinal {
                machine.finals.insert(state)
            }
            for event in 0..<events where Int.random(in: 0..<10, using: &random) < density {
                machine.rules[Pair(state: state, event: event)] =
                    switch Int.random(in: isFinal ? 6..<8 : 0..<8, using: &random) {
                    case 0...3 where states > 1:
                        .to((state + Int.random(in: 1..<states, using: &random)) % states)
                    case 0...4: .reenter
                    case 5: .stay
                    case 6: .ignore
                    default: .reject
                    }
            }
        }
        return machine
    }

    mutating func fire(_ event: Int, ifSequence expected: Int? = nil) -> Told {
        let before = state
        if let expected, expected != sequence {
            return Told(kind: "conflict", from: before, to: before, sequence: sequence)
        }
        let kind: String
        switch rules[Pair(state: state, event: event)] {
        case .to(let target):
            state = target
            sequence += 1
            kind = "moved"
        case .reenter:
            sequence += 1
            kind = "moved"
        case .stay: kind = "stayed"
        case .ignore: kind = "ignored"
        case .reject: kind = "rejected"
        case nil: kind = ignoresUnhandled ? "ignored" : "rejected"
        }
        return Told(kind: kind, from: before, to: state, sequence: sequence)
    }
}
