import ResilienceTestKit
import StateMachines
import Testing

@Suite struct MachineGeneratorTests {
    @Test func `drawn machines have no errors, and replays of them are sound`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let definition = generator.definition(.loop)
            let errors = definition.findings.filter { $0.severity == .error }
            #expect(errors.isEmpty, "\(definition)")
            var interpreter = ReferenceInterpreter(definition)
            let lines = generator.script(for: definition).run(on: &interpreter)
            var commits = 0
            for line in lines {
                commits += line.trace.count { $0 == "commit" }
                #expect(line.sequence == commits, "\(line)")
                #expect(definition.states.contains { $0.name == line.state })
                if line.trace.contains("faulted") { #expect(line.outcome == "faulted" || line.life == "running") }
                seen.formUnion(line.trace.map { String($0.prefix { $0 != ":" }) })
                if let outcome = line.outcome { seen.insert("= " + outcome) }
                seen.formUnion(line.phase.map { ["= " + $0] } ?? [])
            }
        }
        let words = """
            timeout recall guard exit enter act fail commit final arm invariant always raise fault stayed ignored
            rejected deferred full failed limit faulted
            """
        let outcomes = "moved stayed ignored rejected deferred failed faulted duplicate stale conflict notRunning"
        #expect(
            Set(words.split { $0 == " " || $0 == "\n" }.map(String.init)).subtracting(seen).subtracting(["full"]) == []
        )
        #expect(Set(outcomes.split(separator: " ").map { "= " + $0 }).subtracting(seen) == [])
    }
}
