import ResilienceTestKit
import StateMachines
import Testing

/// Lines and bits of the engine against those of the interpreter, over random machines.
@Suite struct WatchingDifferentialTests {
    private static let limit = 100_000

    private func difference(_ machine: MachineCase, _ seen: inout Set<String>) throws -> String? {
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
        seen.formUnion(interpreter.traced.flatMap { ["\($0.cause)", "\($0.outcome)"] })
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
        var seen: Set<String> = []
        for _ in 0..<3000 {
            let definition = generator.definition(.loop)
            let machine = MachineCase(definition, generator.script(for: definition, length: 4...16))
            guard try difference(machine, &seen) != nil else { continue }
            let smallest = machine.shrunk { (try? difference($0, &seen)) != .some(nil) }
            Issue.record("seed \(seed)\n\(smallest)\n\(try difference(smallest, &seen) ?? "")")
            return
        }
        // All that a line can say was said.
        #expect(MachineTraceLine.Cause.allCases.allSatisfy { seen.contains("\($0)") })
        #expect(MachineOutcomeKind.allCases.allSatisfy { seen.contains("\($0)") })
    }
}
