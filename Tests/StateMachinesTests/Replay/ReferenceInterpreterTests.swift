import ResilienceTestKit
import StateMachines
import Testing

/// What the folder of conformance cases does not show: limits, and what meets where.
@Suite struct ReferenceInterpreterTests {
    private func replay(_ definition: MachineDefinition, _ commands: [ReplayCommand]) -> [ReplayLine] {
        #expect(definition.findings.filter { $0.severity == .error }.isEmpty)
        var interpreter = ReferenceInterpreter(definition)
        let lines = ReplayScript(commands).run(on: &interpreter)
        // Limits are too rare for random machines to meet them for sure.
        var loop = LoopReplay(definition)
        #expect(ReplayScript(commands).run(on: &loop) == lines)
        return lines
    }

    private func fire(_ name: String) -> ReplayCommand { .fire(ReplayEvent(name)) }

    @Test func `a 65th microstep is not taken, and what is raised is refused`() {
        let definition = MachineDefinition(
            name: "loop",
            initial: "a",
            events: ["go", "again", "more"],
            states: [
                StateDefinition(
                    name: "a",
                    on: [
                        EventRules("go", [RuleDefinition(.stay, raise: ["again"])]),
                        EventRules("again", [RuleDefinition(.stay, raise: ["again"])]),
                        EventRules("more", [RuleDefinition(.stay, raise: Array(repeating: "go", count: 66))]),
                    ]
                )
            ]
        )
        let lines = replay(definition, [fire("go"), fire("go"), .reset, fire("more")])
        let again = (0..<63).flatMap { _ in ["raise:again", "stayed"] }
        #expect(lines[1].outcome == "faulted")
        #expect(lines[1].trace == again + ["limit", "faulted", "raise:again", "faulted"])
        #expect(lines[2].trace == [])
        #expect(lines[4].trace == ["limit", "faulted"] + (0..<64).flatMap { _ in ["raise:go", "faulted"] })
    }

    @Test func `the guards of a 65th eventless microstep are still asked`() {
        let definition = MachineDefinition(
            name: "pair",
            initial: "start",
            events: ["go"],
            guards: ["on"],
            states: [
                StateDefinition(name: "start", on: [EventRules("go", [RuleDefinition(.move(to: "a"))])]),
                StateDefinition(name: "a", always: [RuleDefinition(.move(to: "b"), if: .guard("on"))]),
                StateDefinition(name: "b", always: [RuleDefinition(.move(to: "a"), if: .guard("on"))]),
            ]
        )
        let line = replay(definition, [fire("go")])[1]
        #expect(line.sequence == 64)
        #expect(line.trace.suffix(3) == ["guard:on=true", "limit", "faulted"])
        #expect(line.trace.filter { $0 == "always" }.count == 63)
    }

    @Test func `a 65th recall in a row is refused`() {
        let definition = MachineDefinition(
            name: "recalls",
            initial: "wait",
            events: ["go", "back"],
            states: [
                StateDefinition(
                    name: "wait",
                    on: [EventRules("back", [RuleDefinition(.move(to: "run"))])],
                    defer: ["go"]
                ),
                StateDefinition(
                    name: "run",
                    on: [EventRules("go", [RuleDefinition(.move(to: "wait"), raise: ["go", "back"])])]
                ),
            ]
        )
        let lines = replay(definition, [fire("go"), fire("back"), .drain(1)])
        #expect(lines.count == 2 + 1 + 64 + 1 + 1)
        #expect(lines[3].trace.first == "recall:go")
        #expect(lines[67].trace == ["recall:go", "limit", "faulted"])
        #expect(lines[67].outcome == "faulted")
        #expect(lines.last?.left == [])
    }

    @Test func `of two timers due at once the second waits for the reset when the first faults the machine`() {
        let timeout = { TimeoutDefinition(after: .seconds(1), fires: $0) }
        let definition = MachineDefinition(
            name: "two",
            initial: "in",
            events: ["first", "second"],
            actions: ["break"],
            invariants: ["well"],
            states: [
                StateDefinition(
                    name: "out",
                    timeout: timeout("first"),
                    on: [EventRules("first", [RuleDefinition(.stay)])]
                ),
                StateDefinition(
                    name: "in",
                    parent: "out",
                    timeout: timeout("second"),
                    on: [EventRules("second", [RuleDefinition(.stay)])]
                ),
            ]
        )
        let lines = replay(
            definition,
            [.pause, .guard("well", false), .resume, .advance(5000), .guard("well", true), .reset]
        )
        #expect(lines[2].trace == ["arm:first@1s", "arm:second@1s"])
        #expect(lines[3].trace == ["timeout:first", "invariant:well=false", "fault", "faulted"])
        #expect(lines[4].trace == ["arm:second@0ms"])
        #expect(lines[5].trace == ["timeout:second"])
        #expect(lines.count == 6)
    }

    @Test func `what callbacks raise comes before the rule's, and is dropped with a failed microstep`() {
        let definition = MachineDefinition(
            name: "callbacks",
            initial: "a",
            events: ["go", "one", "two", "three"],
            actions: ["shout", "work", "greet"],
            states: [
                StateDefinition(
                    name: "a",
                    exit: ["shout"],
                    on: [EventRules("go", [RuleDefinition(.move(to: "b"), do: ["work"], raise: ["two"])])]
                ),
                StateDefinition(name: "b", entry: ["greet"], ignore: ["one", "two", "three"]),
            ]
        )
        var interpreter = ReferenceInterpreter(definition)
        interpreter.raisedByActions = ["shout": ["one"], "greet": ["three"]]
        let script = ReplayScript([.fail("work"), fire("go"), .heal("work"), fire("go")])
        let lines = script.run(on: &interpreter)
        #expect(lines[1].trace == ["exit:a", "act:shout", "fail:work"])
        #expect(
            lines[2].trace.suffix(8) == [
                "enter:b", "act:greet", "raise:one", "ignored", "raise:two", "ignored", "raise:three", "ignored",
            ]
        )
    }
}
