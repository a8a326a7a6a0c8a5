import StateMachines
import Testing

/// Cases of the shared conformance folder, written as definitions; places stand for its lines and columns.
@Suite struct SharedCaseTests {
    @Test func `bad-final`() {
        let definition = machine(
            state("open", on: ["close": [to("closed")]]),
            state(
                "closed",
                final: true,
                entry: ["archive"],
                exit: ["goodbye"],
                timeout: "reopen",
                on: ["reopen": [to("open")]],
                ignore: ["close"],
                defer: ["later"]
            ),
            state("inside", in: "closed")
        )
        #expect(
            definition.brief == [
                "states.closed.exit! SM014", "states.closed.timeout! SM014", "states.closed.on! SM014",
                "states.closed.defer! SM014", "states.inside.parent SM014",
            ]
        )
    }

    @Test func `bad-timeout`() {
        let definition = machine(
            state("p", on: ["late": [to("a")]]),
            state("a", in: "p", timeout: "late", on: ["go": [to("b")]]),
            state("b", timeout: "late", on: ["go": [to("c")]], ignore: ["late"]),
            state("c", timeout: "fault", on: ["go": [to("a")]])
        )
        #expect(definition.brief == ["states.c.timeout.fires! SM005"])
    }

    @Test func `bad-timeout-unanswered`() {
        let definition = machine(
            initial: "a",
            state("p", on: ["late": [to("a")]]),
            state("a", in: "p", timeout: "late", on: ["go": [to("b")]]),
            state("b", timeout: "late", on: ["go": [to("c")]], ignore: ["late"]),
            state("c", timeout: "go", on: ["go": [to("c")], "stop": [to("a")]])
        )
        #expect(definition.brief == ["states.b.timeout.fires SM015", "states.c.on.go[0].to SM018"])
    }

    @Test func `bad-two-answers`() {
        let definition = machine(
            state(
                "a",
                on: [
                    "fine": [to("b", if: g), to("c", if: .not(g))],
                    "other": [to("b", if: g), to("c")],
                    "late": [to("b"), to("c", if: g)],
                    "both": [to("b", if: g), to("c", if: .any([h, .not(g)])), to("b", if: h)],
                    "twice": [to("b")],
                ],
                ignore: ["twice", "once", "once"],
                defer: ["once"]
            ),
            state("b", on: ["back": [to("a")]]),
            state("c")
        )
        #expect(
            definition.brief == [
                "states.a.on.late[1] SM012", "states.a.on.both[1] SM013", "states.a.on.both[2] SM013",
                "states.a.ignore[0] SM012", "states.a.ignore[2] SM012", "states.a.defer[0] SM012",
            ]
        )
    }

    @Test func `bad-unclassified`() {
        let definition = machine(
            initial: "a",
            unhandled: .error,
            state("group", ignore: ["stop"]),
            state("a", in: "group", on: ["go": [to("b")]], reject: ["back"]),
            state("b", in: "group", on: ["back": [to("a")]]),
            state("c", on: ["fault": [to("b")]]),
            state("d", final: true),
            state("e", always: [to("c", if: .guard("never"))]),
            state("f", on: ["leap": [to("e")]])
        )
        #expect(
            definition.brief
                == ["a", "b", "b", "c", "c", "c", "c", "e", "e", "e", "e"].map { "states.\($0)! SM017" }
        )
    }

    @Test func `bad-unknown-names`() {
        let ready = ConditionDefinition.guard("ready")
        let definition = machine(
            initial: "strat",
            events: ["go", "halt"],
            guards: ["ready"],
            actions: ["work"],
            state(
                "start",
                entry: ["work", "wrok"],
                timeout: "stpo",
                on: ["go": [to("runing", if: .all([ready, .not(.guard("raedy"))]))], "hlat": [to("start2")]]
            ),
            state("running", in: "strat", on: ["go": [stay(raise: ["haltt"])]], ignore: ["halt", "go"])
        )
        #expect(
            definition.brief == [
                "initial SM007", "states.start.entry[1] SM010", "states.start.timeout.fires SM008",
                "states.start.on.go[0].to SM007", "states.start.on.go[0].if.all[1].not SM009",
                "states.start.on.hlat! SM008", "states.start.on.hlat[0].to SM007", "states.running.parent SM007",
                "states.running.on.go[0].raise[0] SM008",
            ]
        )
    }

    @Test func `scxml-403-child-first`() {
        let definition = machine(
            initial: "inner",
            state(
                "outer",
                on: [
                    "e1": [to("lost")], "e2": [to("next", if: .guard("open"))], "e3": [stay(do: ["outerSaw"])],
                    "e4": [to("lost")],
                ]
            ),
            state(
                "inner",
                in: "outer",
                on: [
                    "e1": [to("next", if: .guard("ready")), stay(do: ["innerSaw"])],
                    "e2": [to("lost", if: .guard("closed"))],
                ],
                ignore: ["e4"]
            ),
            state("next"),
            state("lost")
        )
        #expect(definition.brief == ["states.inner.on.e2! SM104"])
    }

    @Test func `the definition that explains the format`() {
        let budgetLeft = ConditionDefinition.guard("budgetLeft")
        let stale = ConditionDefinition.guard("stale")
        var definition = machine(
            events: [
                "start", "success", "failure", "timeout", "retry", "refresh", "touch", "changed", "archive", "cancel",
            ],
            guards: ["budgetLeft", "online", "stale"],
            actions: ["countRetry", "openLog", "closeLog", "note"],
            invariants: ["retriesNonNegative"],
            state("idle", on: ["start": [to("syncing")]]),
            state(
                "working",
                entry: ["openLog"],
                exit: ["closeLog"],
                on: ["cancel": [to("idle")], "fault": [to("failed")]]
            ),
            state(
                "syncing",
                in: "working",
                timeout: "timeout",
                on: [
                    "success": [to("synced", do: ["note"], raise: ["changed"])],
                    "failure": [to("failed", if: budgetLeft, do: ["note", "countRetry"]), to("archived")],
                    "timeout": [to("failed")],
                    "refresh": [reenter(if: .all([.guard("online"), .not(stale)]))],
                    "touch": [stay(do: ["note"])],
                ],
                ignore: ["start"],
                defer: ["archive"]
            ),
            state("failed", in: "working", on: ["retry": [to("syncing")]], reject: ["touch"]),
            state("synced", always: [to("idle", if: stale)], on: ["archive": [to("archived")]], ignore: ["changed"]),
            state("archived", final: true)
        )
        definition.migrations = [
            MigrationDefinition(
                from: 2,
                states: [.init("running", to: "syncing"), .init("done", to: "synced")],
                unmappable: ["queued"]
            )
        ]
        #expect(definition.brief == [])
    }
}
