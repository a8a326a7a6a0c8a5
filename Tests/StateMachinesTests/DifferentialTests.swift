import StateMachines
import Testing

@Suite struct DifferentialTests {
    @Test func `both seats answer like a naive interpreter`() throws {
        let seed = UInt64.random(in: 1 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            try compare(Size1.self, Size1.self, &random)
            try compare(Size2.self, Size3.self, &random)
            try compare(Size3.self, Size1.self, &random)
            try compare(Size5.self, Size8.self, &random)
            try compare(Size8.self, Size9.self, &random)
            try compare(Size9.self, Size5.self, &random)
            try compare(Size16.self, Size16.self, &random)
            try compare(Size33.self, Size33.self, &random)
        }
    }

    private func compare<States: SymbolCount, Events: SymbolCount>(
        _: States.Type,
        _: Events.Type,
        _ random: inout SeededGenerator
    ) throws {
        var naive = NaiveMachine.random(states: States.count, events: Events.count, using: &random)
        let table = try typed(naive, States.self, Events.self, &random).compile()
        var machine = try Machine(table)
        let atomic = try AtomicMachine(table)
        for _ in 0..<60 {
            let event = Int.random(in: 0..<Events.count, using: &random)
            let symbol = Symbol<Events>(UInt8(event))
            let told: NaiveMachine.Told
            let owner: MachineOutcome<Symbol<States>>
            let shared: MachineOutcome<Symbol<States>>
            if Int.random(in: 0..<4, using: &random) == 0 {
                let expected = naive.sequence + Int.random(in: -1...1, using: &random)
                let sequence = UInt32(truncatingIfNeeded: expected)
                told = naive.fire(event, ifSequence: expected)
                owner = machine.fire(symbol, ifSequence: sequence)
                shared = atomic.fire(symbol, ifSequence: sequence)
            } else {
                told = naive.fire(event)
                owner = machine.fire(symbol)
                shared = atomic.fire(symbol)
            }
            #expect(told == plain(owner))
            #expect(owner == shared)
            #expect(Int(machine.state.rawValue) == naive.state)
            #expect(Int(machine.sequence) == naive.sequence)
            #expect(Int(atomic.current.state.rawValue) == naive.state)
            #expect(Int(atomic.current.sequence) == naive.sequence)
            let stranger = Symbol<Events>(UInt8.random(in: UInt8(Events.count)...255, using: &random))
            #expect(machine.fire(stranger).kind == .rejected)
            #expect(atomic.fire(stranger) == machine.fire(stranger))
        }
    }

    private func plain<States: SymbolCount>(_ outcome: MachineOutcome<Symbol<States>>) -> NaiveMachine.Told {
        NaiveMachine.Told(
            kind: "\(outcome.kind)",
            from: Int(outcome.from.rawValue),
            to: Int(outcome.to.rawValue),
            sequence: Int(outcome.sequence)
        )
    }

    /// The same machine as a program would write it, states and rules in any order.
    private func typed<States: SymbolCount, Events: SymbolCount>(
        _ naive: NaiveMachine,
        _: States.Type,
        _: Events.Type,
        _ random: inout SeededGenerator
    ) -> TypedDefinition<Symbol<States>, Symbol<Events>, Void> {
        let order = Symbol<States>.allCases.shuffled(using: &random)
        let events = Symbol<Events>.allCases.shuffled(using: &random)
        return TypedDefinition(
            name: "random",
            version: UInt16.random(in: 0 ... .max, using: &random),
            initial: Symbol(UInt8(naive.state)),
            unhandled: naive.ignoresUnhandled ? .ignore : .reject
        ) {
            for state in order {
                In(state, final: naive.finals.contains(Int(state.rawValue))) {
                    for event in events {
                        switch naive.rules[.init(state: Int(state.rawValue), event: Int(event.rawValue))] {
                        case .to(let target): On(event, to: Symbol(UInt8(target)))
                        case .reenter: On(event, .reenter)
                        case .stay: On(event, .stay)
                        case .ignore: Ignore(event)
                        case .reject: Reject(event)
                        case nil: Ignore()
                        }
                    }
                }
            }
        }
    }
}
