import ResilienceTestKit
import Testing

@testable import StateMachines

/// What guards answer and which actions fail, by name.
private struct Answers {
    var falseGuards: Set<String> = []
    var failingActions: Set<String> = []

    struct Failure: Error {}
}

@Suite struct SeatComparisonTests {
    private func table(_ definition: MachineDefinition) throws -> MachineTable<StateNumber, EventNumber, Answers> {
        try MachineTable(
            definition,
            guards: definition.guards.map { name in Guard(name) { !$0.falseGuards.contains(name) } },
            actions: definition.actions.map { name in
                Action(name) { answers in if answers.failingActions.contains(name) { throw Answers.Failure() } }
            },
            invariants: definition.invariants.map { name in Invariant(name) { !$0.falseGuards.contains(name) } }
        )
    }

    @Test func `the owner's machine answers like the bare engine, and a shared one as long as no effect fails`() throws
    {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        var random = SystemRandomNumberGenerator()
        var shared = 0
        for round in 0..<1500 {
            let definition = generator.definition(round % 2 == 0 ? .owner : .atomic)
            let table = try table(definition)
            var engine = EngineSubject(definition)
            var machine = try Machine(table)
            let atomic = try? AtomicMachine(table)
            let mayFail = atomic == nil
            shared += mayFail ? 0 : 1
            var answers = Answers()
            for _ in 0..<20 {
                if mayFail, Int.random(in: 0..<4, using: &random) == 0 {
                    answers.failingActions = Set(definition.actions.filter { _ in Int.random(in: 0..<4) == 0 })
                }
                // Invariants keep true where the shared machine runs too: a fault ends the comparison.
                let guards = definition.guards + (mayFail ? definition.invariants : [])
                answers.falseGuards = Set(guards.filter { _ in Bool.random(using: &random) })
                if !mayFail { answers.falseGuards.subtract(definition.invariants) }
                engine.host.falseGuards = answers.falseGuards
                engine.host.failingActions = answers.failingActions
                if engine.position.isFaulted, Bool.random(using: &random) {
                    engine.position.isFaulted = false
                    machine.reset()
                }
                let number = Int.random(in: 0..<definition.events.count, using: &random)
                let event = EventNumber(rawValue: UInt8(number))
                let line = engine.fire(definition.events[number])
                let outcome = machine.fire(event, &answers)
                try #require("\(outcome.kind)" == line.outcome, "\(definition)")
                #expect(outcome.phase.map { "\($0)" } == line.phase)
                #expect(table.name(of: outcome.to) == line.state)
                #expect(machine.state == outcome.to)
                #expect(Int(machine.sequence) == line.sequence)
                #expect(machine.isFaulted == engine.position.isFaulted)
                if let told = atomic?.fire(event, &answers) { #expect(told == outcome, "\(definition)") }
            }
        }
        #expect(shared > 50)
    }
}
