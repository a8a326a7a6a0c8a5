import StateMachines
import Testing

/// A machine that has everything a drawing shows.
let drawn = {
    let budget = ConditionDefinition.guard("budget")
    let stale = ConditionDefinition.guard("stale")
    var working = state(
        "working",
        entry: ["openLog"],
        exit: ["closeLog", "note"],
        on: ["cancel": [to("idle")], "fault": [to("failed")], "again": [reenter()]]
    )
    working.timeout = TimeoutDefinition(after: .milliseconds(90_000), fires: "cancel")
    var definition = machine(
        invariants: ["whole"],
        unhandled: .ignore,
        state("idle", on: ["start": [to("syncing")], "watch": [to("working")]]),
        working,
        state(
            "syncing",
            in: "working",
            timeout: "late",
            on: [
                "success": [to("synced", do: ["note"], raise: ["changed", "late"])],
                "failure": [
                    to("failed", if: .all([budget, .any([.not(stale), .guard("forced")])]), do: ["note"]),
                    to("synced"),
                ],
                "late": [to("failed")],
                "touch": [stay(if: stale, do: ["note"]), stay()],
            ],
            ignore: ["start"],
            reject: ["watch"],
            defer: ["cancel"]
        ),
        state("failed", in: "working", on: ["retry": [to("syncing")], "late": [to("syncing")]]),
        state("synced", always: [to("idle", if: .not(.all([stale, budget])))], ignore: ["changed"]),
        state("_over", final: true),
        state("lonely")
    )
    definition.version = 4
    definition.states[3].rank = 2
    definition.states[3].admission = .limited
    definition.states[4].on.append(EventRules("end", [to("_over")]))
    definition.events.append("end")
    definition.migrations = [
        MigrationDefinition(from: 2, states: [.init("running", to: "syncing")], unmappable: ["queued"])
    ]
    return definition
}()

@Suite struct RenderingTests {
    // MARK: - Mermaid

    @Test func `Mermaid: moves and re-entries, events of one arrow together`() {
        #expect(
            Mermaid.render(TypedDefinition.door.definition) == """
                stateDiagram-v2
                    [*] --> shut
                    shut --> open : push
                    shut --> locked : turn
                    shut --> shut : slam
                    shut --> gone : burn
                    note right of shut
                        stay on knock
                    end note
                    open --> shut : pull, slam
                    open --> gone : burn
                    locked --> shut : turn
                    locked --> gone : burn
                    gone --> [*]

                """
        )
    }

    @Test func `Mermaid: parents, guards, actions, raised events, timeouts and eventless rules`() {
        #expect(
            Mermaid.render(drawn) == """
                stateDiagram-v2
                    state working {
                        state "working" as working_self
                        syncing
                        failed
                    }
                    lonely
                    [*] --> idle
                    idle --> syncing : start
                    idle --> working_self : watch
                    working --> idle : cancel
                    working_self --> failed : fault
                    working_self --> working_self : again
                    note right of working_self
                        entry / openLog
                        exit / closeLog, note
                        after 90s ^cancel
                    end note
                    syncing --> synced : success / note ^changed ^late<br/>failure [else]
                    syncing --> failed : failure [budget && (!stale || forced)] / note<br/>late
                    note right of syncing
                        after 1s ^late
                        stay on touch [stale] / note
                        stay on touch [else]
                        defer cancel
                    end note
                    failed --> syncing : retry, late
                    synced --> _over : end
                    synced --> idle : always [!(stale && budget)]
                    _over --> [*]

                """
        )
    }

    @Test(arguments: [
        "half-open", "v1.2", "end", "State", "default", "scale", "direction", "myDirection", "note", "root",
        "constructor", "__proto__", "stateDiagram", "accTitle", "as",
    ])
    func `Mermaid: numbers for all states if it could misread one`(name: String) {
        let definition = machine(state("idle", on: ["go": [to(name)]]), state(name, in: "box"), state("box"))
        #expect(
            Mermaid.render(definition) == """
                stateDiagram-v2
                    state "idle" as s0
                    state "box" as s2 {
                        state "\(name)" as s1
                    }
                    [*] --> s0
                    s0 --> s1 : go

                """
        )
    }

    @Test func `Mermaid: numbers where the node of a parent would have the name of a state`() {
        let definition = machine(state("a", on: ["go": [to("a_self")]]), state("a_self", in: "a"))
        #expect(
            Mermaid.render(definition) == """
                stateDiagram-v2
                    state "a" as s0 {
                        state "a" as s0_self
                        state "a_self" as s1
                    }
                    [*] --> s0_self
                    s0_self --> s1 : go

                """
        )
    }

    @Test func `Mermaid: an event that ends in direction cannot turn the drawing`() {
        let definition = machine(state("a", on: ["direction": [to("TB")]]), state("TB", on: ["go": [to("a")]]))
        #expect(Mermaid.render(definition).contains("s0 --> s1 : direction\n    s1 --> s0 : go\n"))
    }

    // MARK: - DOT

    @Test func `DOT: everything, parents as clusters`() {
        #expect(
            DOT.render(drawn) == #"""
                digraph "m" {
                    compound=true;
                    node [shape=box, style=rounded];
                    "[*]" [shape=point, label=""];
                    "idle" [label="idle"];
                    subgraph "cluster_working" {
                        label="working";
                        "working" [label="working\nentry / openLog\nexit / closeLog, note\nafter 90s ^cancel"];
                        "syncing" [label="syncing\nafter 1s ^late\nstay on touch [stale] / note\nstay on touch [else]\ndefer cancel\nignore start\nreject watch"];
                        "failed" [label="failed"];
                    }
                    "synced" [label="synced\nignore changed"];
                    "_over" [label="_over", peripheries=2];
                    "lonely" [label="lonely"];
                    "[*]" -> "idle";
                    "idle" -> "syncing" [label="start"];
                    "idle" -> "working" [label="watch"];
                    "working" -> "idle" [label="cancel", ltail="cluster_working"];
                    "working" -> "failed" [label="fault"];
                    "working" -> "working" [label="again"];
                    "syncing" -> "synced" [label="success / note ^changed ^late\nfailure [else]"];
                    "syncing" -> "failed" [label="failure [budget && (!stale || forced)] / note\nlate"];
                    "failed" -> "syncing" [label="retry\nlate"];
                    "synced" -> "_over" [label="end"];
                    "synced" -> "idle" [label="always [!(stale && budget)]"];
                }

                """#
        )
    }

    @Test func `DOT: a parent that nothing leads to is dashed`() {
        let definition = machine(initial: "a", state("p", on: ["go": [to("a")]]), state("a", in: "p"))
        #expect(DOT.render(definition).contains(#""p" [label="p", style="rounded,dashed"];"#))
    }

    // MARK: - Table

    @Test func `table: every pair`() {
        #expect(
            LegalityTable.render(TypedDefinition.door.definition) == """
                | state \\ event | push | pull | turn | slam | knock | burn |
                | --- | --- | --- | --- | --- | --- | --- |
                | shut | open | ignore | locked | shut* | stay | gone |
                | open | ignore | shut | — | shut | ignore | gone |
                | locked | — | — | shut | — | — | gone |
                | gone | — | — | — | — | — | ignore |

                """
        )
    }

    @Test func `table: pairs without a rule show what becomes of them`() {
        var definition = TypedDefinition.door.definition
        definition.unhandled = .ignore
        let rows = LegalityTable.render(definition).split(separator: "\n")
        #expect(rows[4] == "| locked | — | — | shut | ignore | ignore | gone |")
    }

    @Test func `table: parents, guards, fault, eventless rules and timeouts`() {
        let rows = LegalityTable.render(drawn).split(separator: "\n").map(cells)
        func cell(_ row: Int, _ event: String) -> String? {
            rows[0].firstIndex(of: event).map { rows[row + 2][$0] }
        }
        #expect(rows[0].suffix(3) == ["fault", "*always*", "*timeout*"])
        #expect(cell(2, "failure") == "failed if budget && (!stale \\|\\| forced); synced")
        #expect(cell(2, "touch") == "stay if stale; stay")
        #expect(cell(2, "cancel") == "defer")
        #expect(cell(2, "again") == "working*")
        #expect(cell(3, "cancel") == "idle")
        #expect(cell(2, "watch") == "—")
        #expect(cell(2, "fault") == "failed")
        #expect(cell(0, "fault") == "—")
        #expect(cell(0, "retry") == "ignore")
        #expect(cell(2, "*timeout*") == "late after 1s")
        #expect(cell(1, "*timeout*") == "cancel after 90s")
        #expect(cell(4, "*always*") == "idle if !(stale && budget)")
        #expect(cell(4, "end") == "\\_over")
        #expect(cell(2, "*always*") == "")
        #expect(rows[7][0] == "\\_over")
    }

    private func cells(_ row: Substring) -> [String] {
        var cells = [""]
        for (before, sign) in zip(" " + row, row) {
            if sign == "|", before != "\\" { cells.append("") } else { cells[cells.count - 1].append(sign) }
        }
        return cells.dropFirst().dropLast().map { String($0.dropFirst().dropLast()) }
    }

    // MARK: - JSON

    @Test func `JSON: the document that says the same`() {
        #expect(
            MachineJSON.render(drawn) == #"""
                {
                  "machine": "m",
                  "version": 4,
                  "initial": "idle",
                  "unhandled": "ignore",
                  "events": [
                    "start",
                    "watch",
                    "cancel",
                    "again",
                    "success",
                    "failure",
                    "late",
                    "touch",
                    "retry",
                    "changed",
                    "end"
                  ],
                  "guards": ["budget", "stale", "forced"],
                  "actions": ["openLog", "closeLog", "note"],
                  "invariants": ["whole"],
                  "states": {
                    "idle": {"on": {"start": [{"to": "syncing"}], "watch": [{"to": "working"}]}},
                    "working": {
                      "entry": ["openLog"],
                      "exit": ["closeLog", "note"],
                      "timeout": {"after": "90s", "fires": "cancel"},
                      "on": {"cancel": [{"to": "idle"}], "fault": [{"to": "failed"}], "again": [{"reenter": true}]}
                    },
                    "syncing": {
                      "parent": "working",
                      "timeout": {"after": "1s", "fires": "late"},
                      "on": {
                        "success": [{"to": "synced", "do": ["note"], "raise": ["changed", "late"]}],
                        "failure": [
                          {
                            "to": "failed",
                            "if": {"all": ["budget", {"any": [{"not": "stale"}, "forced"]}]},
                            "do": ["note"]
                          },
                          {"to": "synced"}
                        ],
                        "late": [{"to": "failed"}],
                        "touch": [{"stay": true, "if": "stale", "do": ["note"]}, {"stay": true}]
                      },
                      "ignore": ["start"],
                      "reject": ["watch"],
                      "defer": ["cancel"]
                    },
                    "failed": {
                      "parent": "working",
                      "rank": 2,
                      "admission": "limited",
                      "on": {"retry": [{"to": "syncing"}], "late": [{"to": "syncing"}]}
                    },
                    "synced": {
                      "on": {"end": [{"to": "_over"}]},
                      "always": [{"to": "idle", "if": {"not": {"all": ["stale", "budget"]}}}],
                      "ignore": ["changed"]
                    },
                    "_over": {"final": true},
                    "lonely": {}
                  },
                  "migrate": [{"from": 2, "states": {"running": "syncing"}, "unmappable": ["queued"]}]
                }

                """#
        )
    }
}
