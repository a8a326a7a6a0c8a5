import ResilienceTestKit
import StateMachines
import Testing

/// The sentences of a loop's semantics, each on a machine of its own.
@Suite struct LoopReplayTests {
    private func lines(
        _ states: [StateDefinition],
        events: [String],
        guards: [String] = [],
        actions: [String] = [],
        queueLimit: Int = 256,
        tokenLimit: Int = 16,
        _ commands: [ReplayCommand]
    ) throws -> [String] {
        let definition = MachineDefinition(
            name: "m",
            initial: states[0].name,
            events: events,
            guards: guards,
            actions: actions,
            states: states
        )
        try #require(definition.findings.allSatisfy { $0.severity == .warning }, "\(definition.findings)")
        var loop = LoopReplay(definition, queueLimit: queueLimit, tokenLimit: tokenLimit)
        return ReplayScript(commands).run(on: &loop)
            .map { line in
                let told = line.life ?? [line.outcome, line.phase, line.was].compactMap(\.self).joined(separator: " ")
                let left = line.left.map { " left \($0)" } ?? ""
                return "\(told)\(left) \(line.state) \(line.sequence) \(line.trace.joined(separator: " "))"
            }
    }

    private func move(_ event: String, _ target: String) -> EventRules {
        EventRules(event, [RuleDefinition(.move(to: target))])
    }

    private func stay(_ event: String) -> EventRules { EventRules(event, [RuleDefinition(.stay)]) }

    @Test func `equal deadlines fire in the order armed, the outermost first`() throws {
        let found = try lines(
            [
                StateDefinition(name: "start", on: [move("go", "inner")]),
                StateDefinition(
                    name: "outer",
                    timeout: TimeoutDefinition(after: .seconds(1), fires: "late"),
                    on: [stay("late"), stay("soon")]
                ),
                StateDefinition(
                    name: "inner",
                    parent: "outer",
                    timeout: TimeoutDefinition(after: .seconds(1), fires: "soon")
                ),
            ],
            events: ["go", "late", "soon"],
            [.fire(ReplayEvent("go")), .advance(1000), .advance(60_000)]
        )
        #expect(
            found.suffix(2) == [
                "stayed inner 1 timeout:late", "stayed inner 1 timeout:soon",
            ]
        )
    }

    @Test func `sixteen events may be deferred, and the next is told that there is no room`() throws {
        let found = try lines(
            [
                StateDefinition(name: "busy", on: [move("free", "idle")], defer: ["job"]),
                StateDefinition(name: "idle", on: [stay("job")]),
            ],
            events: ["job", "free"],
            Array(repeating: .fire(ReplayEvent("job")), count: 17) + [.fire(ReplayEvent("free"))]
        )
        #expect(found[16] == "deferred busy 0 ")
        #expect(found[17] == "full busy 0 ")
        #expect(found.count == 19 + 16)
        #expect(found[18] == "moved idle 1 exit:busy commit enter:idle")
        #expect(found.suffix(16).allSatisfy { $0 == "stayed idle 1 recall:job" })
    }

    @Test func `recalls ask neither token nor version again`() throws {
        let found = try lines(
            [
                StateDefinition(name: "busy", on: [move("free", "idle")], defer: ["job"]),
                StateDefinition(name: "idle", on: [stay("job")]),
            ],
            events: ["job", "free"],
            [
                .fire(ReplayEvent("job", token: "a", version: 3)), .fire(ReplayEvent("free", version: 4)),
                .fire(ReplayEvent("job", token: "a")), .fire(ReplayEvent("job", version: 4)),
            ]
        )
        #expect(
            found.dropFirst() == [
                "deferred busy 0 ", "moved idle 1 exit:busy commit enter:idle", "stayed idle 1 recall:job",
                "duplicate deferred idle 1 ", "stale idle 1 ",
            ]
        )
    }

    @Test func `tokens are bytes: two spellings of one character are two tokens`() throws {
        let spellings = ["\u{e9}", "e\u{301}", "\u{e9}"].map { ReplayCommand.fire(ReplayEvent("x", token: $0)) }
        let told = try lines([StateDefinition(name: "s", on: [stay("x")])], events: ["x"], spellings)
        #expect(told.dropFirst().map { $0.prefix { $0 != " " } } == ["stayed", "stayed", "duplicate"])
    }

    @Test func `the oldest tokens are forgotten, and a duplicate does not refresh its own`() throws {
        let found = try lines(
            [StateDefinition(name: "one", on: [stay("go")])],
            events: ["go"],
            tokenLimit: 2,
            ["a", "b", "a", "c", "a", "c"].map { .fire(ReplayEvent("go", token: $0)) }
        )
        #expect(
            found.dropFirst().map { $0.split(separator: " ")[0] } == [
                "stayed", "stayed", "duplicate", "stayed", "stayed", "duplicate",
            ]
        )
    }

    @Test func `a token is kept for what was ignored and not for what was rejected or failed`() throws {
        let found = try lines(
            [
                StateDefinition(
                    name: "one",
                    on: [EventRules("fail", [RuleDefinition(.stay, do: ["work"])])],
                    ignore: ["pass"],
                    reject: ["no"]
                )
            ],
            events: ["fail", "pass", "no"],
            actions: ["work"],
            [.fail("work")]
                + ["pass", "pass", "no", "no", "fail", "fail"].map { .fire(ReplayEvent($0, token: "t")) }
        )
        #expect(
            found.dropFirst().map { $0.split(separator: " ")[0] } == [
                "ignored", "duplicate", "rejected", "rejected", "failed", "failed",
            ]
        )
    }

    @Test func `after sixty-four recalls in a row the next is refused, and so is the machine`() throws {
        // Each recall of `job` goes away and comes back with another one deferred.
        let found = try lines(
            [
                StateDefinition(name: "busy", on: [move("free", "idle")], defer: ["job"]),
                StateDefinition(
                    name: "idle",
                    on: [EventRules("job", [RuleDefinition(.move(to: "busy"), raise: ["job", "free"])])]
                ),
            ],
            events: ["job", "free"],
            [.fire(ReplayEvent("job")), .fire(ReplayEvent("free")), .fire(ReplayEvent("free"))]
        )
        let recalls = found.filter { $0.contains("recall:job") }
        #expect(recalls.count == 65)
        #expect(recalls.last?.hasSuffix("recall:job limit faulted") == true)
        #expect(found.suffix(1).first?.hasPrefix("faulted") == true)
    }

    @Test func `timers of a faulted machine stand still until it is reset`() throws {
        let states = [
            StateDefinition(name: "a", on: [move("go", "b")]),
            StateDefinition(
                name: "b",
                entry: ["work"],
                timeout: TimeoutDefinition(after: .seconds(2), fires: "late"),
                on: [move("late", "a")]
            ),
        ]
        let found = try lines(
            states,
            events: ["go", "late"],
            actions: ["work"],
            [
                .fail("work"), .fire(ReplayEvent("go")), .advance(60_000), .pause, .reset, .advance(60_000), .resume,
                .advance(1999), .advance(1),
            ]
        )
        #expect(
            found.suffix(4) == [
                "paused b 1 ", "paused b 1 ", "running b 1 arm:late@2s",
                "moved a 2 timeout:late exit:b commit enter:a",
            ]
        )
    }

    @Test func `a drain with no time runs nothing, and one with time all, recalls too`() throws {
        let states = [
            StateDefinition(name: "busy", on: [move("free", "idle")], defer: ["job"]),
            StateDefinition(name: "idle", on: [stay("job"), move("back", "busy")]),
        ]
        let commands: [ReplayCommand] = [
            .fire(ReplayEvent("job")), .pause, .fire(ReplayEvent("free")), .fire(ReplayEvent("back")),
            .fire(ReplayEvent("job")),
        ]
        let none = try lines(states, events: ["job", "free", "back"], commands + [.drain(0)])
        #expect(none.last == #"stopped left ["job", "free", "back", "job"] busy 0 "#)
        #expect(none.count == 4)
        let all = try lines(states, events: ["job", "free", "back"], commands + [.drain(1)])
        #expect(
            all.suffix(5) == [
                "moved idle 1 exit:busy commit enter:idle", "stayed idle 1 recall:job",
                "moved busy 2 exit:idle commit enter:busy", "deferred busy 2 ",
                #"stopped left ["job"] busy 2 "#,
            ]
        )
    }

    @Test func `a paused machine refuses what does not fit, and asks the rest in its turn`() throws {
        let found = try lines(
            [StateDefinition(name: "one", on: [stay("go")])],
            events: ["go"],
            queueLimit: 2,
            [
                .pause, .fire(ReplayEvent("go", token: "a")), .fire(ReplayEvent("go", token: "a")),
                .fire(ReplayEvent("go")), .resume,
            ]
        )
        #expect(
            found.dropFirst() == [
                "paused one 0 ", "full one 0 ", "running one 0 ", "stayed one 0 ", "duplicate stayed one 0 ",
            ]
        )
    }
}
