import StateMachines
import Testing

@Suite struct ValidatorModelTests {
    @Test func `finds what trying every pair and every value of the guards finds`() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = WildDefinitions(seed: seed)
        var counts: [Finding.Code: Int] = [:]
        let modelled: Set<Finding.Code> = [
            .hiddenRule, .ambiguous, .endlessCycle, .unclassified, .unreachable, .endless, .uncovered,
        ]
        for round in 0..<1500 {
            let definition = random.next()
            let findings = definition.findings
            for finding in findings { counts[finding.code, default: 0] += 1 }
            let isSound = !findings.contains { $0.severity == .error && !modelled.contains($0.code) }
            let expected = NaiveValidator(definition: definition).findings
                .filter { isSound || !($0.hasSuffix(" SM101") || $0.hasSuffix(" SM102")) }
            let found = Set(findings.filter { modelled.contains($0.code) }.map(\.brief))
            #expect(found == expected, "seed \(seed), round \(round): \(definition)")
            if found != expected { return }
        }
        // A test that meets none of a kind tells nothing about it.
        for code in modelled { #expect(counts[code, default: 0] > 5, "\(code)") }
    }

    @Test func `a truth table says what the condition says`() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for count in 1...12 {
            let names = guards(0..<count)
            // A parity-like nest over all guards: no guard can be left out of it.
            var condition = names[0]
            for name in names.dropFirst() {
                condition =
                    Bool.random(using: &generator)
                    ? .any([.all([condition, .not(name)]), .all([.not(condition), name])])
                    : .not(.all([condition, .any([name, .not(condition)])]))
            }
            let isPossible = (0..<1 << count).contains { values in holds(condition, values) }
            let isCertain = (0..<1 << count).allSatisfy { values in holds(condition, values) }
            let pair = machine(
                state("a", on: ["go": [to("b", if: condition), to("b", if: .not(condition))]]),
                state("b")
            )
            #expect(pair.brief == [])
            let twice = machine(state("a", on: ["go": [to("b", if: condition), to("b", if: condition)]]), state("b"))
            let codes = [isPossible ? "SM013" : nil, isCertain ? nil : "SM104"].compactMap(\.self)
            #expect(twice.findings.map(\.code.rawValue).sorted() == codes, "seed \(seed), \(count) guards")
        }
    }

    private func holds(_ condition: ConditionDefinition, _ values: Int) -> Bool {
        condition.holds { name in values >> (Int(name.dropFirst()) ?? 0) & 1 == 1 }
    }
}
