import ResilienceTestKit
import Testing

@testable import StateMachines

/// What random machines hardly meet: the limits, and what they do to the words.
@Suite struct EngineTests {
    private func machine(_ states: [StateDefinition], actions: [String] = [], invariants: [String] = [])
        -> EngineSubject
    {
        EngineSubject(
            MachineDefinition(
                name: "limits",
                initial: "a",
                events: ["go", "ping"],
                guards: ["open"],
                actions: actions,
                invariants: invariants,
                states: states
            )
        )
    }

    private func on(_ event: String, _ rules: RuleDefinition...) -> EventRules { EventRules(event, rules) }

    @Test func `a 65th microstep marks the machine and is not taken`() {
        var engine = machine([
            StateDefinition(name: "a", on: [on("go", RuleDefinition(.move(to: "b")))]),
            StateDefinition(name: "b", always: [RuleDefinition(.move(to: "c"), if: .guard("open"))]),
            StateDefinition(name: "c", always: [RuleDefinition(.move(to: "b"), if: .guard("open"))]),
        ])
        let line = engine.fire("go")
        #expect(line.outcome == "faulted")
        #expect(line.sequence == 64)
        #expect(line.trace.count { $0 == "commit" } == 64)
        #expect(line.trace.suffix(4) == ["enter:c", "guard:open=true", "limit", "faulted"])
        #expect(engine.fire("ping").trace.isEmpty)
    }

    @Test func `64 microsteps are fine`() {
        var engine = machine(
            [
                StateDefinition(
                    name: "a",
                    on: [
                        on("go", RuleDefinition(.stay, raise: Array(repeating: "ping", count: 63))),
                        on("ping", RuleDefinition(.stay)),
                    ]
                )
            ]
        )
        let line = engine.fire("go")
        #expect(line.outcome == "stayed")
        #expect(line.trace.count { $0 == "raise:ping" } == 63)
    }

    @Test func `a 65th raised event marks the machine when its microstep is done, and the others are refused`() {
        var engine = machine([
            StateDefinition(
                name: "a",
                on: [
                    on("go", RuleDefinition(.move(to: "b"), raise: Array(repeating: "ping", count: 65))),
                    on(MachineDefinition.fault, RuleDefinition(.stay)),
                ]
            ),
            StateDefinition(name: "b"),
        ])
        let line = engine.fire("go")
        #expect(line.outcome == "faulted")
        #expect(line.trace.prefix(5) == ["exit:a", "commit", "enter:b", "limit", "faulted"])
        #expect(line.trace.count { $0 == "raise:ping" } == 64)
        #expect(line.trace.count == 5 + 128)
    }

    @Test func `what did not fit is forgotten with the microstep that failed`() {
        var engine = machine(
            [
                StateDefinition(
                    name: "a",
                    on: [on("go", RuleDefinition(.move(to: "b"), do: ["raiseMany", "break"]))]
                ), StateDefinition(name: "b"),
            ],
            actions: ["raiseMany", "break"]
        )
        engine.host.raisedByActions = ["raiseMany": Array(repeating: "ping", count: 65)]
        engine.host.failingActions = ["break"]
        let line = engine.fire("go")
        #expect(line.outcome == "failed")
        #expect(line.phase == "action")
        #expect(line.trace == ["exit:a", "act:raiseMany", "fail:break"])
    }

    @Test func `a false invariant makes fault due, which asks none`() {
        var engine = machine(
            [
                StateDefinition(name: "a", on: [on("go", RuleDefinition(.move(to: "b")))]),
                StateDefinition(name: "b", on: [on(MachineDefinition.fault, RuleDefinition(.move(to: "a")))]),
            ],
            invariants: ["sound"]
        )
        engine.host.falseGuards = ["sound"]
        let line = engine.fire("go")
        #expect(line.outcome == "moved")
        #expect(
            line.trace == [
                "exit:a", "commit", "enter:b", "invariant:sound=false", "fault", "exit:b", "commit", "enter:a",
            ]
        )
    }

    @Test func `nobody can fire fault`() {
        var engine = machine([
            StateDefinition(name: "a", on: [on(MachineDefinition.fault, RuleDefinition(.stay))])
        ])
        #expect(engine.program.fault == 2)
        let answer = engine.program.step(2, at: &engine.position, host: &engine.host)
        #expect(answer.kind == .rejected)
    }

    @Test func `a defer behind an unguarded answer could not answer`() {
        let states = [
            StateDefinition(name: "p", on: [on("go", RuleDefinition(.stay))], defer: ["ping"]),
            StateDefinition(
                name: "a",
                parent: "p",
                on: [on("ping", RuleDefinition(.stay, if: .guard("open")))],
                defer: ["go"]
            ),
            StateDefinition(name: "b", parent: "p", ignore: ["ping"]),
        ]
        let program = machine(states).program
        #expect(program.couldDefer(1, in: 0))
        #expect(program.couldDefer(1, in: 1))
        #expect(!program.couldDefer(1, in: 2))
        #expect(!program.couldDefer(0, in: 0))
        #expect(program.couldDefer(0, in: 1))
    }

    @Test func `the largest machine compiles in a moment, with every state inside the one before`() {
        let events = (0..<256).map { "e\($0)" }
        let rules = events.map { event in
            on(event, RuleDefinition(.reenter, if: .guard("g")), RuleDefinition(.move(to: "s0")))
        }
        let states = (0..<256)
            .map { StateDefinition(name: "s\($0)", parent: $0 == 0 ? nil : "s\($0 - 1)", on: $0 % 8 == 0 ? rules : []) }
        let definition = MachineDefinition(
            name: "large",
            initial: "s255",
            events: events,
            guards: ["g"],
            states: states
        )
        let time = ContinuousClock()
            .measure {
                let program = MachineProgram(checked: definition)
                #expect(program.line(of: 255).count == 256)
                #expect(program.choices.count == 32 * 256 * 2)
            }
        // Milliseconds in an optimised build; a test of orders of magnitude and not of speed.
        #expect(time < .seconds(5), "\(time)")
    }
}
