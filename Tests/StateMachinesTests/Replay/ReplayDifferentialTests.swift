import ResilienceTestKit
import StateMachines
import Testing

/// A machine in a loop against the interpreter: every word of every line.
@Suite struct ReplayDifferentialTests {
    private func difference(_ machine: MachineCase) -> String? {
        var interpreter = ReferenceInterpreter(machine.definition, queueLimit: 4, tokenLimit: 3)
        var loop = LoopReplay(machine.definition, queueLimit: 4, tokenLimit: 3)
        let expected = machine.script.run(on: &interpreter)
        let actual = machine.script.run(on: &loop)
        guard expected != actual else { return nil }
        for (expected, actual) in zip(expected, actual) where expected != actual {
            return "interpreter: \(expected)\nloop:        \(actual)"
        }
        return "interpreter: \(expected.dropFirst(actual.count))\nloop:        \(actual.dropFirst(expected.count))"
    }

    @Test func `a loop does what the interpreter does, word for word`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        for _ in 0..<10_000 {
            let definition = generator.definition(.loop)
            let machine = MachineCase(definition, generator.script(for: definition, length: 4...16))
            guard difference(machine) != nil else { continue }
            let smallest = machine.shrunk { difference($0) != nil }
            Issue.record("seed \(seed)\n\(smallest)\n\(difference(smallest) ?? "")")
            return
        }
    }

    /// Too rare to be left to chance.
    @Test func `a deferred event runs before a timer that is due at the same time`() {
        let timeout = { TimeoutDefinition(after: .seconds(1), fires: $0) }
        let stay = [RuleDefinition(.stay)]
        let definition = MachineDefinition(
            name: "m",
            initial: "wait",
            events: ["first", "second", "job"],
            states: [
                StateDefinition(name: "outer", timeout: timeout("first"), on: [EventRules("first", stay)]),
                StateDefinition(
                    name: "inner",
                    parent: "outer",
                    timeout: timeout("second"),
                    on: [EventRules("second", stay), EventRules("job", stay)]
                ),
                StateDefinition(
                    name: "wait",
                    parent: "inner",
                    on: [EventRules("first", [RuleDefinition(.move(to: "ready"))])],
                    defer: ["job"]
                ),
                StateDefinition(name: "ready", parent: "inner"),
            ]
        )
        let script = ReplayScript([.fire(ReplayEvent("job")), .advance(1000)])
        var interpreter = ReferenceInterpreter(definition)
        var loop = LoopReplay(definition)
        let lines = script.run(on: &loop)
        #expect(lines.suffix(3).map(\.trace.first) == ["timeout:first", "recall:job", "timeout:second"])
        #expect(lines == script.run(on: &interpreter))
    }
}
