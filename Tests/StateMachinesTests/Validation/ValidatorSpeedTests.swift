import StateMachines
import Testing

/// Definitions that would take for ever if anything were looked up by name or asked again for each parent.
@Suite struct ValidatorSpeedTests {
    /// Far more than an unoptimised build takes on a busy machine; what a release build takes is measured by the benchmark
    /// `machine.validate`.
    private let most = Duration.seconds(5)

    @Test func `200 states with 2000 rules`() {
        let states = (0..<200)
            .map { number in
                state(
                    "s\(number)",
                    in: number % 10 == 0 ? nil : "s\(number / 10 * 10)",
                    on: KeyValuePairs(
                        dictionaryLiteral: (
                            "e0",
                            [
                                to("s\((number + 1) % 200)", if: .all([g, .not(h)])),
                                to("s\(number / 2)", if: .all([g, h])),
                            ]
                        ),
                        ("e1", [to("s\((number + 7) % 200)", if: .any([g, h, k])), stay()]),
                        ("e2", [to("s\((number + 3) % 200)")]),
                        ("e3", [reenter()]),
                        ("e4", [to("s\((number + 4) % 200)", if: h), to("s\((number + 5) % 200)", if: .not(h))]),
                        ("e5", [stay()]),
                        ("e6", [to("s\((number + 6) % 200)")])
                    )
                )
            }
        let definition = machine(states: states)
        #expect(definition.states.flatMap(\.on).flatMap(\.rules).count == 2000)
        #expect(took("200 × 2000", definition) < most)
        #expect(Set(definition.findings.map(\.code)) == [.moveToSelf, .uncovered])
    }

    @Test func `64 states in one another, 32 events, 12 guards in every pair`() {
        let twelve = guards(0..<12)
        let condition = ConditionDefinition.any(zip(twelve, twelve.dropFirst()).map { .all([$0, .not($1)]) })
        let events = (0..<32).map { "e\($0)" }
        let states = (0..<64)
            .map { number in
                var state = StateDefinition(name: "s\(number)", parent: number == 0 ? nil : "s\(number - 1)")
                state.on = events.map {
                    EventRules($0, [to("s\((number + 1) % 64)", if: condition), stay(if: condition)])
                }
                return state
            }
        let definition = machine(states: states)
        #expect(took("64 × 32 × 12 guards", definition) < most)
        #expect(definition.places(.uncovered).count == 2048)
        #expect(definition.places(.ambiguous).count == 2048)
    }

    @Test func `a guard of its own in every rule, children of one parent`() {
        let states = (0..<256)
            .map { number in
                var state = StateDefinition(name: "s\(number)", parent: number == 0 ? nil : "s0")
                state.on = (0..<32)
                    .map { event in
                        EventRules(
                            "e\(event)",
                            [to("s\(number / 2)", if: .all(guards((number * 6)..<(number * 6 + 6))))]
                        )
                    }
                return state
            }
        let definition = machine(states: states)
        #expect(took("own guards", definition) < most)
        #expect(definition.places(.uncovered).count == 255 * 32)
    }

    @Test func `a condition of 20 000 parts, a thousand deep`() {
        var deep = g
        for _ in 0..<1000 { deep = .not(.all([deep, h])) }
        let wide = ConditionDefinition.any((0..<20_000).map { $0 % 2 == 0 ? g : .not(k) })
        let definition = machine(state("a", on: ["go": [to("b", if: deep), to("b", if: wide)]]), state("b"))
        #expect(took("large conditions", definition) < most)
    }

    @Test func `20 000 states are refused, not counted for ever`() {
        let states = (0..<20_000).map { state("s\($0)", in: "s\(($0 + 1) % 20_000)") }
        let definition = machine(states: states)
        #expect(took("20 000 states", definition) < most)
        #expect(Set(definition.findings.map(\.code)) == [.tooMany, .parentCircle])
    }

    private func took(_ what: String, _ definition: MachineDefinition) -> Duration {
        let duration = ContinuousClock().measure { _ = definition.findings }
        print("validator, \(what): \(duration)")
        return duration
    }
}
