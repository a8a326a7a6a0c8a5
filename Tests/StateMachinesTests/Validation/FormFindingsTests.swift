import StateMachines
import Testing

/// One thing that is wrong in a sound definition.
private struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var change: @Sendable (inout MachineDefinition) -> Void
    var findings: [String]

    init(_ title: String, _ findings: [String], _ change: @escaping @Sendable (inout MachineDefinition) -> Void) {
        self.title = title
        self.change = change
        self.findings = findings
    }

    var testDescription: String { title }
}

private let sound = MachineDefinition(
    name: "lamp",
    version: 3,
    initial: "off",
    events: ["go", "stop"],
    guards: ["g", "h"],
    actions: ["act"],
    invariants: ["whole"],
    states: [
        state("off", timeout: "go", on: ["go": [to("lit", if: .all([g, .not(h)]), do: ["act"])]], ignore: ["stop"]),
        state("lit", in: "off", entry: ["act"], on: ["stop": [to("off")]], defer: ["go"]),
    ],
    migrations: [MigrationDefinition(from: 2, states: [.init("dark", to: "off")], unmappable: ["broken"])]
)

@Suite struct FormFindingsTests {
    @Test func `a sound definition has no findings`() {
        #expect(sound.brief == [])
    }

    @Test(arguments: [
        Case("SM003 a state twice, said alone", ["states.off! SM003"]) {
            $0.states.append(state("off"))
            $0.initial = "nowhere"
        },
        Case("SM003 a state three times is said once", ["states.off! SM003"]) {
            $0.states += [state("off"), state("off")]
        },
        Case("SM003 an event twice in on", ["states.lit.on.stop! SM003"]) {
            $0.states[1].on.append(EventRules("stop", [stay()]))
        },
        Case("SM003 an old state mapped twice", ["migrate[0].states.dark! SM003"]) {
            $0.migrations[0].states.append(.init("dark", to: "lit"))
        },
        Case("SM005 machine's name", ["machine! SM005"]) { $0.name = "1lamp" },
        Case("SM005 empty name", ["machine! SM005"]) { $0.name = "" },
        Case("SM005 name of 65", ["machine! SM005"]) { $0.name = String(repeating: "a", count: 65) },
        Case("a name of 64 with all signs", []) { $0.name = "_" + String(repeating: "Zz09.-", count: 10) + "AAA" },
        Case("SM005 a name that begins with a dot", ["machine! SM005"]) { $0.name = ".a" },
        Case("SM005 state's name", ["states.a b! SM005"]) { $0.states.append(state("a b", in: "off")) },
        Case("SM005 event's name", ["events[2]! SM005"]) { $0.events.append("ö") },
        Case("SM005 guard's name", ["guards[0]! SM005"]) { $0.guards.insert("a\nb", at: 0) },
        Case("SM005 action's name", ["actions[1]! SM005"]) { $0.actions.append("") },
        Case("SM005 invariant's name", ["invariants[1]! SM005"]) { $0.invariants.append("-") },
        Case("SM005 no state", ["states! SM005"]) { $0.states = [] },
        Case("SM005 fault among the events", ["events[2]! SM005"]) { $0.events.append("fault") },
        Case(
            "SM005 fault in defer, raise and timeout",
            [
                "states.off.timeout.fires! SM005", "states.off.on.go[0].raise[1]! SM005",
                "states.lit.defer[1]! SM005",
            ]
        ) {
            $0.states[0].timeout?.fires = "fault"
            $0.states[0].on[0].rules[0].raises = ["stop", "fault"]
            $0.states[1].defer.append("fault")
        },
        Case("fault in on, ignore and reject, and as a state, a guard and an action", []) {
            $0.states += [
                state("fault", in: "off", on: ["fault": [stay(if: .guard("fault"), do: ["fault"])]], ignore: ["fault"]),
                state("other", in: "off", reject: ["fault"]),
            ]
            $0.guards.append("fault")
            $0.actions.append("fault")
            $0.states[0].on[0].rules.append(to("fault"))
            $0.states[1].on[0].rules[0] = to("other")
        },
        Case("SM005 twice in events", ["events[2]! SM005", "events[3]! SM005"]) { $0.events += ["go", "go"] },
        Case("SM005 twice in guards", ["guards[2]! SM005"]) { $0.guards.append("g") },
        Case("SM005 twice in actions", ["actions[1]! SM005"]) { $0.actions.append("act") },
        Case("SM005 twice in invariants", ["invariants[1]! SM005"]) { $0.invariants.append("whole") },
        Case("the same name for a state, an event, a guard, an action and an invariant", []) {
            $0.states[1].name = "go"
            $0.states[0].on[0].rules[0] = to("go", if: .any([.guard("go"), g, h]), do: ["go", "act", "act"])
            $0.guards.append("go")
            $0.actions.append("go")
            $0.invariants.append("go")
        },
        Case("SM005 empty list of rules", ["states.lit.on.stop! SM005"]) { $0.states[1].on[0].rules = [] },
        Case(
            "SM005 empty lists of conditions",
            ["states.off.on.go[0].if.all! SM005", "states.lit.on.stop[0].if.not.all[1].any! SM005"]
        ) {
            $0.states[0].on[0].rules[0].condition = .all([])
            $0.states[1].on[0].rules[0].condition = .not(.all([g, .any([])]))
        },
        Case("SM005 always without to", ["states.lit.always[0]! SM005", "states.lit.always[1]! SM005"]) {
            $0.states[1].always = [stay(if: g), reenter(if: h)]
        },
        Case("SM005 timeout of no time", ["states.off.timeout.after! SM005"]) { $0.states[0].timeout?.after = .zero },
        Case("SM005 timeout below a millisecond", ["states.off.timeout.after! SM005"]) {
            $0.states[0].timeout?.after = .microseconds(1500)
        },
        Case("SM005 timeout over a year", ["states.off.timeout.after! SM005"]) {
            $0.states[0].timeout?.after = .seconds(8760 * 3600) + .milliseconds(1)
        },
        Case("a timeout of a millisecond", []) { $0.states[0].timeout?.after = .milliseconds(1) },
        Case("a timeout of a year", []) { $0.states[0].timeout?.after = .seconds(8760 * 3600) },
        Case("SM005 both mapped and unmappable", ["migrate[0].unmappable[1]! SM005"]) {
            $0.migrations[0].unmappable.append("dark")
        },
        Case("SM005 names of old states", ["migrate[0].states.1! SM005", "migrate[0].unmappable[0]! SM005"]) {
            $0.migrations = [MigrationDefinition(from: 1, states: [.init("1", to: "lit")], unmappable: ["2"])]
        },
        Case("SM006 257 states", ["states! SM006"]) { $0.states += (2..<257).map { state("s\($0)") } },
        Case("SM006 257 events with fault", ["states! SM006"]) {
            $0.events += (2..<256).map { "e\($0)" }
            $0.states[0].ignore.append("fault")
        },
        Case("SM007 initial", ["initial SM007"]) { $0.initial = "of" },
        Case("SM007 target, case counts", ["states.off.on.go[0].to SM007"]) {
            $0.states[0].on[0].rules[0].answer = .move(to: "Lit")
        },
        Case("SM007 eventless target", ["states.off.always[0].to SM007"]) { $0.states[0].always = [to("of", if: g)] },
        Case("SM007 parent", ["states.lit.parent SM007"]) { $0.states[1].parent = "group" },
        Case("SM007 migrated to", ["migrate[0].states.dark SM007"]) {
            $0.migrations[0].states[0].new = "dark"
        },
        Case("SM008 in on, it is the key", ["states.lit.on.halt! SM008"]) { $0.states[1].on[0].event = "halt" },
        Case(
            "SM008 in the lists, raise and timeout",
            [
                "states.off.timeout.fires SM008", "states.off.on.go[0].raise[0] SM008", "states.off.ignore[1] SM008",
                "states.off.reject[0] SM008", "states.lit.defer[0] SM008",
            ]
        ) {
            $0.states[0].timeout?.fires = "halt"
            $0.states[0].on[0].rules[0].raises = ["halt"]
            $0.states[0].ignore.append("halt")
            $0.states[0].reject.append("halt")
            $0.states[1].defer = ["halt"]
        },
        Case(
            "SM009 by the way through the condition",
            [
                "states.off.on.go[0].if.all[1].any[0].not SM009", "states.lit.always[0].if SM009",
            ]
        ) {
            $0.states[0].on[0].rules[0].condition = .all([g, .any([.not(k), h])])
            $0.states[1].always = [to("off", if: k)]
        },
        Case("an invariant need not be a guard", []) { $0.invariants = ["known"] },
        Case(
            "SM010 in entry, exit and do",
            [
                "states.off.on.go[0].do[1] SM010", "states.lit.entry[1] SM010", "states.lit.exit[0] SM010",
                "states.lit.always[0].do[0] SM010",
            ]
        ) {
            $0.states[0].on[0].rules[0].actions.append("other")
            $0.states[1].entry.append("other")
            $0.states[1].exit.append("other")
            $0.states[1].always = [to("off", if: g, do: ["other"])]
        },
        Case("SM007 is not said where no state can be read", ["states! SM005"]) {
            $0.states = []
            $0.initial = "nowhere"
            $0.migrations[0].states[0].new = "gone"
        },
        Case("SM011 a state in itself", ["states.off.parent SM011"]) { $0.states[0].parent = "off" },
        Case(
            "SM011 once a circle, at its first state in the file, not at states that only lead into it",
            ["states.b.parent SM011", "states.d.parent SM011"]
        ) {
            $0.states += [
                state("a", in: "c"), state("b", in: "c"), state("c", in: "b"), state("d", in: "e"),
                state("e", in: "f"), state("f", in: "d"),
            ]
        },
        Case(
            "all of form at once and in order, none of meaning",
            [
                "machine! SM005", "initial SM007", "events[2]! SM005", "states.off.on.go[0].to SM007",
                "states.off.on.gone! SM008", "states.off.on.gone[0].to SM007", "states.lit.parent SM011",
                "states.lit.on.stop[0].to SM007", "migrate[0].states.dark SM007",
            ]
        ) {
            $0.name = "-"
            $0.initial = "x"
            $0.events.append("go")
            $0.states[0] = state("off", on: ["go": [to("off.")], "gone": [to("far")]], ignore: ["stop", "stop"])
            $0.states[1] = state("lit", in: "lit", on: ["stop": [to("off_"), to("lit")]])
            $0.migrations[0].states[0].new = "x"
        },
    ])
    private func `finds what is wrong, at its place`(_ wrong: Case) {
        var definition = sound
        wrong.change(&definition)
        #expect(definition.brief == wrong.findings)
    }

    @Test func `256 states and 256 events are enough`() {
        var definition = sound
        definition.events += (2..<255).map { "e\($0)" }
        definition.states[0].ignore += (2..<255).map { "e\($0)" } + ["fault"]
        definition.states += (2..<256).map { state("s\($0)") }
        #expect(Set(definition.findings.map(\.code)) == [.unreachable])
        definition.states[0].ignore.removeLast()
        definition.events.append("e255")
        #expect(definition.places(.tooMany) == [])
        definition.events.append("e256")
        #expect(definition.places(.tooMany) == ["states!"])
    }

    @Test func `the severity follows from the code`() {
        var definition = sound
        definition.events.append("halt")
        #expect(definition.findings.map(\.severity) == [.warning])
        definition.states.append(state("off"))
        #expect(definition.findings.map(\.severity) == [.error])
    }

    @Test func `a message shows a hostile name on one short line`() {
        var definition = sound
        definition.name = "a\u{1B}[31m\n\u{2028}\u{202E}\"" + String(repeating: "x", count: 1_000_000)
        let messages = definition.findings.map(\.message)
        #expect(messages.count == 1)
        #expect(messages[0].hasPrefix("\"a\\u{1B}[31m\\u{A}\\u{2028}\\u{202E}\"xxx"))
        #expect(messages[0].hasSuffix("x…\" is not a name: \(MachineName.rule)"))
        #expect(messages[0].count < 200)
    }

    @Test func `a message says what, with what, and what to do`() {
        var definition = sound
        definition.states[0].on[0].rules[0].answer = .move(to: "Lit")
        definition.states[0].timeout?.after = .microseconds(1500)
        definition.states[1].parent = "lit"
        #expect(
            definition.findings.map(\.description) == [
                "states.off.timeout.after: error: a timeout after 0.0015 s is out of range: "
                    + "use whole milliseconds from 1ms to 8760h [SM005]",
                "states.off.on.go[0].to: error: there is no state Lit: correct the name or add it to states [SM007]",
                "states.lit.parent: error: parents turn in a circle: lit in lit; take one of them away [SM011]",
            ]
        )
    }
}
