import ResilienceTestKit
import StateMachines
import Testing

@Suite struct MachineGeneratorTests {
    @Test func `drawn machines have no errors, and replays of them are sound`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        // Of what there is to see some is rare: as many machines as it takes, to a bound.
        var missing = Set(
            """
            timeout recall guard exit enter act fail commit final arm invariant always raise fault stayed ignored
            rejected deferred failed limit faulted
            """
            .split { $0 == " " || $0 == "\n" }.map(String.init)
        )
        let outcomes = "moved stayed ignored rejected deferred failed faulted duplicate stale conflict notRunning"
        missing.formUnion(outcomes.split(separator: " ").map { "= " + $0 })
        for round in 0..<10_000 where round < 1000 || !missing.isEmpty {
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
                missing.subtract(line.trace.map { String($0.prefix { $0 != ":" }) })
                if let outcome = line.outcome { missing.remove("= " + outcome) }
                if let phase = line.phase { missing.remove("= " + phase) }
            }
        }
        #expect(missing == [])
    }
}
