import MachineFiles
import StateMachines
import Testing

/// What a document becomes.
@Suite struct DefinitionTests {
    private static let example = """
        machine: sync
        version: 3
        initial: idle
        events: [start, success, failure, timeout, retry, refresh, touch, changed, archive, cancel]
        guards: [budgetLeft, online, stale]
        actions: [countRetry, openLog, closeLog, note]
        invariants: retriesNonNegative
        unhandled: reject
        states:
          idle:     { on: { start: syncing } }
          working:  { entry: openLog, exit: [closeLog], on: { cancel: idle, fault: failed } }
          syncing:
            parent: working
            timeout: { after: 30s, fires: timeout }
            on:
              success: { to: synced, do: note, raise: [changed] }
              failure: [ { to: failed, if: budgetLeft, do: [note, countRetry] }, { to: archived } ]
              timeout: failed
              refresh: { reenter: true, if: { all: [online, { not: stale }] } }
              touch:   { stay: true, do: note }
            ignore: start
            defer: [archive]
          failed:   { parent: working, rank: 2, admission: limited, reject: touch, on: { retry: syncing } }
          synced:   { always: { to: idle, if: stale }, on: { archive: archived }, ignore: changed }
          archived: { final: true }
        migrate: { from: 2, states: { running: syncing, done: synced }, unmappable: [queued] }
        """

    private static var definition: MachineDefinition {
        MachineDefinition(
            name: "sync",
            version: 3,
            initial: "idle",
            unhandled: .reject,
            events: [
                "start", "success", "failure", "timeout", "retry", "refresh", "touch", "changed", "archive", "cancel",
            ],
            guards: ["budgetLeft", "online", "stale"],
            actions: ["countRetry", "openLog", "closeLog", "note"],
            invariants: ["retriesNonNegative"],
            states: [
                StateDefinition(name: "idle", on: [EventRules("start", [RuleDefinition(.move(to: "syncing"))])]),
                StateDefinition(
                    name: "working",
                    entry: ["openLog"],
                    exit: ["closeLog"],
                    on: [
                        EventRules("cancel", [RuleDefinition(.move(to: "idle"))]),
                        EventRules("fault", [RuleDefinition(.move(to: "failed"))]),
                    ]
                ),
                StateDefinition(
                    name: "syncing",
                    parent: "working",
                    timeout: TimeoutDefinition(after: .seconds(30), fires: "timeout"),
                    on: [
                        EventRules(
                            "success",
                            [RuleDefinition(.move(to: "synced"), do: ["note"], raise: ["changed"])]
                        ),
                        EventRules(
                            "failure",
                            [
                                RuleDefinition(
                                    .move(to: "failed"),
                                    if: .guard("budgetLeft"),
                                    do: ["note", "countRetry"]
                                ),
                                RuleDefinition(.move(to: "archived")),
                            ]
                        ),
                        EventRules("timeout", [RuleDefinition(.move(to: "failed"))]),
                        EventRules(
                            "refresh",
                            [RuleDefinition(.reenter, if: .all([.guard("online"), .not(.guard("stale"))]))]
                        ),
                        EventRules("touch", [RuleDefinition(.stay, do: ["note"])]),
                    ],
                    ignore: ["start"],
                    defer: ["archive"]
                ),
                StateDefinition(
                    name: "failed",
                    parent: "working",
                    rank: 2,
                    admission: .limited,
                    on: [EventRules("retry", [RuleDefinition(.move(to: "syncing"))])],
                    reject: ["touch"]
                ),
                StateDefinition(
                    name: "synced",
                    on: [EventRules("archive", [RuleDefinition(.move(to: "archived"))])],
                    always: [RuleDefinition(.move(to: "idle"), if: .guard("stale"))],
                    ignore: ["changed"]
                ),
                StateDefinition(name: "archived", isFinal: true),
            ],
            migrations: [
                MigrationDefinition(
                    from: 2,
                    states: [.init("running", to: "syncing"), .init("done", to: "synced")],
                    unmappable: ["queued"]
                )
            ]
        )
    }

    @Test func `the text's example becomes what it says`() throws {
        let file = MachineFile(Self.example)
        #expect(file.list == [])
        #expect(try file.checked() == Self.definition)
    }

    @Test func `names that are not declared come in the order of their first mention`() throws {
        let text = """
            migrate: []
            states:
              b:
                defer: z
                timeout: { after: 1s, fires: y }
                exit: [q, p]
                ignore: [x]
                reject: fault
                on: { y: { stay: true, raise: [w, x], do: r, if: { any: [k, { not: j }] } }, fault: { to: a, if: k } }
                entry: p
              a: { always: { do: [s, q], if: i, to: b }, on: { v: b, y: [ { stay: true, if: j }, b ] } }
            invariants: inv
            initial: a
            machine: m
            """
        let definition = try MachineFile(text).checked()
        #expect(definition.events == ["z", "y", "x", "w", "v"])
        #expect(definition.guards == ["k", "j", "i"])
        #expect(definition.actions == ["q", "p", "r", "s"])
        #expect(definition.invariants == ["inv"])
        #expect(definition.states.map(\.name) == ["b", "a"])
        #expect(definition.states[0].on.map(\.event) == ["y", "fault"])
        #expect(definition.version == 1)
        #expect(definition.unhandled == .reject)
        #expect(definition.migrations == [])
        #expect(definition.states[1].rank == 0)
        #expect(definition.states[1].admission == .all)
    }

    @Test func `only the event fault is reserved, a guard and an action may be called so`() throws {
        let text = """
            machine: m
            initial: a
            states:
              a: { entry: fault, on: { go: { stay: true, if: { not: fault }, do: fault }, fault: { stay: true } } }
            """
        let definition = try MachineFile(text).checked()
        #expect(definition.events == ["go"])
        #expect(definition.guards == ["fault"])
        #expect(definition.actions == ["fault"])
    }

    @Test func `every scalar is text`() throws {
        let text = """
            machine: on
            initial: yes
            states:
              yes: { on: { no: null, off: true, y: { to: false, if: on, do: null } } }
              null: { entry: [on, off, "no"] }
              true:
              false: ""
              fault: { parent: true }
            """
        let definition = try MachineFile(text).checked()
        #expect(definition.name == "on")
        #expect(definition.states.map(\.name) == ["yes", "null", "true", "false", "fault"])
        #expect(definition.events == ["no", "off", "y"])
        #expect(definition.actions == ["null", "on", "off", "no"])
    }

    @Test(
        arguments: [
            ("0ms", nil), ("0h", nil), ("1ms", .milliseconds(1)), ("1500ms", .milliseconds(1500)),
            ("90s", .seconds(90)),
            ("1m", .seconds(60)), ("8760h", .seconds(31_536_000)), ("8761h", nil), ("525600m", .seconds(31_536_000)),
            ("525601m", nil), ("31536000s", .seconds(31_536_000)), ("31536001s", nil),
            ("31536000000ms", .seconds(31_536_000)), ("31536000001ms", nil), ("01s", nil), ("+1s", nil), ("-1s", nil),
            ("1", nil), ("s", nil), ("1 s", nil), ("1S", nil), ("1d", nil), ("1us", nil), ("1.5s", nil),
            ("1s500ms", nil),
            ("99999999999h", nil), ("999999999999999999999999ms", nil), ("00ms", nil), ("1ms ", .milliseconds(1)),
            ("'1ms '", nil), ("\u{661}s", nil),
        ] as [(String, Duration?)]
    )
    func `a duration is an integer and a unit`(_ text: String, _ duration: Duration?) {
        let timeout = "{ after: \(text), fires: x }"
        let file = MachineFile("machine: m\ninitial: a\nstates: {a: {timeout: \(timeout), on: {x: {stay: true}}}}")
        #expect(file.definition?.states[0].timeout?.after == duration)
        #expect(file.findings.map(\.code) == (duration == nil ? [.malformed] : []))
    }

    @Test(arguments: [
        (0, "0ms"), (1, "1ms"), (999, "999ms"), (1000, "1s"), (1500, "1500ms"), (60_000, "1m"), (90_000, "90s"),
        (3_600_000, "1h"), (5_400_000, "90m"), (31_536_000_000, "8760h"),
    ])
    func `a duration prints with the largest unit that divides it`(_ milliseconds: Int, _ text: String) {
        #expect(MachineDuration.text(.milliseconds(milliseconds)) == text)
        #expect(MachineDuration.parse(text) == .milliseconds(milliseconds))
    }
}
