import ResilienceTestKit
import StateMachines
import Testing

@Suite struct ReplayDifferentialTests {
    /// What actions raise, in both.
    private func callbacks(_ definition: MachineDefinition, _ isWanted: Bool) -> [String: [String]] {
        guard isWanted, definition.actions.count > 1, let event = definition.events.last else { return [:] }
        return [definition.actions[0]: [definition.events[0], event], definition.actions[1]: []]
    }

    private func difference(_ machine: MachineCase, raising: Bool) -> String? {
        let raised = callbacks(machine.definition, raising)
        var interpreter = ReferenceInterpreter(machine.definition)
        interpreter.raisedByActions = raised
        var engine = ProgramSubject(machine.definition, raisedByActions: raised)
        let expected = machine.script.run(on: &interpreter)
        let actual = machine.script.run(on: &engine)
        guard expected != actual else { return nil }
        for (expected, actual) in zip(expected, actual) where expected != actual {
            return "interpreter: \(expected)\nengine:      \(actual)"
        }
        return "\(expected.count) and \(actual.count) lines"
    }

    @Test func `the engine steps like the interpreter`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        for number in 0..<10_000 {
            let definition = generator.definition(.owner)
            let machine = MachineCase(definition, generator.plainScript(for: definition, length: 4...16))
            let raising = number % 8 == 0
            guard difference(machine, raising: raising) != nil else { continue }
            let smallest = machine.shrunk { difference($0, raising: raising) != nil }
            Issue.record("\(smallest)\n\(difference(smallest, raising: raising) ?? "")")
            return
        }
    }
}
