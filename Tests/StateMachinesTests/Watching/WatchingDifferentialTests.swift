import ResilienceTestKit
import StateMachines
import Testing

/// Lines and bits of the engine against those of the interpreter, over random machines.
@Suite struct WatchingDifferentialTests {
    private static let limit = 100_000

    private func difference(_ machine: MachineCase) throws -> String? {
        let log = MachineTraceLog(limit: Self.limit)
        let coverage = try MachineCoverage(of: machine.definition)
        var interpreter = ReferenceInterpreter(machine.definition, queueLimit: 4, tokenLimit: 3)
        var loop = LoopReplay(
            machine.definition,
            queueLimit: 4,
            tokenLimit: 3,
            trace: log.sink,
            coverage: coverage
        )
        let expected = machine.script.run(on: &interpreter)
        let actual = machine.script.run(on: &loop)
        // Who looks on changes nothing.
        guard expected == actual else { return "\(expected)\n\(actual)" }
        if coverage.record != interpreter.covered { return "\(interpreter.covered.json)\n\(coverage.record.json)" }
        let lines = log.lines.map { line in
            var line = line
            line.duration = .zero
            return line
        }
        guard lines != interpreter.traced else { return nil }
        for (expected, actual) in zip(interpreter.traced, lines) where expected != actual {
            return "interpreter: \(expected)\nloop:        \(actual)"
        }
        return
            "interpreter: \(interpreter.traced.dropFirst(lines.count))\nloop: \(lines.dropFirst(interpreter.traced.count))"
    }

    @Test func `lines and bits are what the interpreter says`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        var causes: Set<MachineTraceLine.Cause> = []
        var outcomes: Set<MachineOutcomeKind> = []
        for _ in 0..<4000 {
            let definition = generator.definition(.loop)
            let machine = MachineCase(definition, generator.script(for: definition, length: 4...16))
            var interpreter = ReferenceInterpreter(definition)
            _ = machine.script.run(on: &interpreter)
            for line in interpreter.traced {
                causes.insert(line.cause)
                outcomes.insert(line.outcome)
            }
            guard try difference(machine) != nil else { continue }
            let smallest = machine.shrunk { (try? difference($0)) != .some(nil) }
            Issue.record("seed \(seed)\n\(smallest)\n\(try difference(smallest) ?? "")")
            return
        }
        #expect(causes == Set(MachineTraceLine.Cause.allCases))
        #expect(outcomes == Set(MachineOutcomeKind.allCases))
    }
}
