import ResilienceTestKit
import StateMachines
import Testing

@Suite struct LoopDifferentialTests {
    @Test func `a loop says what the reference interpreter says, line by line`() throws {
        let seed = UInt64.random(in: 1 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        var met: [String: Int] = [:]
        for _ in 0..<6000 {
            let definition = generator.definition(.loop)
            let script = generator.script(for: definition, length: 10...60)
            var interpreter = ReferenceInterpreter(definition, queueLimit: 4, tokenLimit: 3)
            var loop = LoopReplay(definition, queueLimit: 4, tokenLimit: 3)
            let expected = script.run(on: &interpreter)
            let lines = script.run(on: &loop)
            for line in lines {
                met[line.outcome ?? line.life ?? "", default: 0] += 1
                for word in line.trace { met[String(word.prefix { $0 != ":" }), default: 0] += 1 }
            }
            try #require(lines == expected, "\(definition)\n\(script)")
        }
        // What is never met is not compared.
        let words = [
            "running", "paused", "stopped", "moved", "stayed", "ignored", "rejected", "deferred", "failed", "faulted",
            "duplicate", "stale", "conflict", "full", "notRunning", "timeout", "recall", "arm", "fault", "raise", "limit",
        ]
        for word in words { #expect(met[word, default: 0] > 10, "\(word)") }
    }
}
