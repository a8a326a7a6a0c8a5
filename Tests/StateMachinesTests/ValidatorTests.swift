import StateMachines
import Testing

/// A definition of the events `go` and `stop` in which one thing is wrong.
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

/// One thing that a state says of an event.
private enum Line {
    case rule(String, RuleDefinition.Answer)
    case ignore(String)
    case reject(String)
}

private func on(_ event: String, _ answer: RuleDefinition.Answer) -> Line { .rule(event, answer) }

private func state(_ name: String, isFinal: Bool = false, _ lines: [Line]) -> StateDefinition {
    var state = StateDefinition(name: name, isFinal: isFinal)
    state.add(lines)
    return state
}

extension StateDefinition {
    fileprivate mutating func add(_ lines: [Line]) {
        for line in lines {
            switch line {
            case .rule(let event, let answer):
                if let index = on.firstIndex(where: { $0.event == event }) {
                    on[index].rules.append(RuleDefinition(answer))
                } else {
                    on.append(EventRules(event, [RuleDefinition(answer)]))
                }
            case .ignore(let event): ignore.append(event)
            case .reject(let event): reject.append(event)
            }
        }
    }
}

private let sound = MachineDefinition(
    name: "lamp",
    initial: "off",
    events: ["go", "stop"],
    states: [
        state("off", [on("go", .move(to: "lit")), .ignore("stop")]),
        state("lit", [on("go", .reenter), on("stop", .move(to: "off"))]),
    ]
)

private let badName = "is not a name: 1 to 64 of A–Z a–z 0–9 _ . -, the first a letter or _ [SM005]"

@Suite struct ValidatorTests {
    @Test func `a sound definition has no findings`() {
        #expect(sound.findings.isEmpty)
    }

    @Test(arguments: [
        Case("SM003 a state twice", ["states.off: error: state off stands twice [SM003]"]) {
            $0.states.append(state("off", []))
            $0.initial = "nowhere"
        },
        Case("SM005 machine's name", ["machine: error: \"1lamp\" \(badName)"]) { $0.name = "1lamp" },
        Case("SM005 empty name", ["machine: error: \"\" \(badName)"]) { $0.name = "" },
        Case("SM005 name of 65", ["machine: error: \"\(String(repeating: "a", count: 65))\" \(badName)"]) {
            $0.name = String(repeating: "a", count: 65)
        },
        Case("a name of 64 with all signs", []) { $0.name = "_" + String(repeating: "Zz09.-", count: 10) + "AAA" },
        Case("SM005 state's name", ["states.a b: error: \"a b\" \(badName)"]) { $0.states.append(state("a b", [])) },
        Case("SM005 event's name", ["events[2]: error: \"ö\" \(badName)"]) { $0.events.append("ö") },
        Case("SM005 no state", ["states: error: a machine has at least one state [SM005]"]) { $0.states = [] },
        Case("SM005 reserved", ["events[2]: error: the event fault is reserved; nobody can fire it [SM005]"]) {
            $0.events.append("fault")
        },
        Case(
            "SM005 an event twice",
            ["events[2]: error: event go stands twice [SM005]", "events[3]: error: event go stands twice [SM005]"]
        ) {
            $0.events += ["go", "go"]
        },
        Case("a rule may answer fault, and a state be called so", []) {
            $0.states[0].add([on("fault", .move(to: "fault"))])
            $0.states.append(state("fault", []))
        },
        Case("SM006 states", ["states: error: 257 states, and a machine has at most 256 [SM006]"]) {
            $0.states += (2..<257).map { state("s\($0)", []) }
        },
        Case("SM006 events with fault", ["states: error: 257 events, and a machine has at most 256 [SM006]"]) {
            $0.events += (2..<256).map { "e\($0)" }
            $0.states[0].add([.ignore("fault")])
        },
        Case("SM007 initial", ["initial: error: there is no state of [SM007]"]) { $0.initial = "of" },
        Case("SM007 target", ["states.off.on.go[0]: error: there is no state Lit [SM007]"]) {
            $0.states[0] = state("off", [on("go", .move(to: "Lit"))])
        },
        Case("SM008", ["states.off.ignore[1]: error: there is no event halt [SM008]"]) {
            $0.states[0].add([.ignore("halt")])
        },
        Case(
            "SM012 in every list",
            [
                "states.off.on.go[1]: error: an earlier rule of off always answers go [SM012]",
                "states.off.ignore[1]: error: an earlier rule of off always answers go [SM012]",
                "states.off.reject[0]: error: an earlier rule of off always answers go [SM012]",
                "states.off.reject[1]: error: an earlier rule of off always answers stop [SM012]",
            ]
        ) {
            let second = [.reject("go"), .reject("stop"), .ignore("go"), on("go", .stay)]
            $0.states[0].add(second)
        },
        Case("SM014", ["states.lit.on: error: the final state lit can only ignore and reject [SM014]"]) {
            $0.states[1].isFinal = true
        },
        Case("a final state may ignore and reject", []) {
            $0.states[1] = state("lit", isFinal: true, [.ignore("go"), .reject("stop")])
        },
        Case(
            "SM017 one a pair, also in initial",
            [
                "states.off: error: off has no rule for stop [SM017]",
                "states.lit: error: lit has no rule for go [SM017]",
                "states.lit: error: lit has no rule for stop [SM017]",
            ]
        ) {
            $0.unhandled = .error
            $0.states[0] = state("off", [on("go", .move(to: "lit"))])
            $0.states[1] = state("lit", [])
            $0.states.append(state("nobody", [.ignore("stop")]))
        },
        Case(
            "SM017 not for fault, final states and states that are nobody's target",
            [
                "states.nobody: warning: nobody cannot be reached from off [SM101]"
            ]
        ) {
            $0.unhandled = .error
            $0.states[0].add([.ignore("fault")])
            $0.states[1] = state("lit", isFinal: true, [])
            $0.states.append(state("nobody", []))
        },
        Case("SM018", ["states.lit.on.go[0]: error: go moves to lit itself: write reenter or stay [SM018]"]) {
            $0.states[1] = state("lit", [on("go", .move(to: "lit")), on("stop", .move(to: "off"))])
        },
        Case(
            "SM101 for a state that only unreachable ones lead to",
            [
                "states.a: warning: a cannot be reached from off [SM101]",
                "states.b: warning: b cannot be reached from off [SM101]",
            ]
        ) {
            $0.states.append(state("a", [on("go", .move(to: "b"))]))
            $0.states.append(state("b", [on("go", .move(to: "a")), on("stop", .move(to: "lit"))]))
        },
        Case(
            "SM102 for the state that lost its way",
            [
                "states.stuck: warning: no final state can be reached from stuck [SM102]"
            ]
        ) {
            $0.states[1] = state("lit", [on("go", .move(to: "done")), on("stop", .move(to: "stuck"))])
            $0.states.append(state("stuck", [on("go", .reenter)]))
            $0.states.append(state("done", isFinal: true, []))
        },
        Case("SM103", ["events[2]: warning: no rule uses the event halt [SM103]"]) { $0.events.append("halt") },
        Case(
            "all of form at once and in order, none of meaning",
            [
                "machine: error: \"-\" \(badName)",
                "initial: error: there is no state x [SM007]",
                "events[2]: error: event go stands twice [SM005]",
                "states.off.on.gone[0]: error: there is no event gone [SM008]",
                "states.off.on.gone[0]: error: there is no state far [SM007]",
                "states.lit.on.stop[0]: error: there is no state off. [SM007]",
            ]
        ) {
            $0.name = "-"
            $0.initial = "x"
            $0.events.append("go")
            $0.states[0] = state("off", [on("gone", .move(to: "far")), on("go", .move(to: "off"))])
            $0.states[1] = state("lit", [on("stop", .move(to: "off."))])
        },
        Case(
            "all of meaning at once and in order, without SM101 and SM102",
            [
                "events[2]: warning: no rule uses the event halt [SM103]",
                "states.off.on.go[0]: error: go moves to off itself: write reenter or stay [SM018]",
                "states.off.ignore[0]: error: an earlier rule of off always answers go [SM012]",
                "states.lit.on: error: the final state lit can only ignore and reject [SM014]",
            ]
        ) {
            $0.events.append("halt")
            $0.states[0] = state("off", [on("go", .move(to: "off")), .ignore("go")])
            $0.states[1].isFinal = true
        },
    ])
    private func `finds what is wrong, at its place`(_ wrong: Case) {
        var definition = sound
        wrong.change(&definition)
        #expect(definition.findings.map(\.description) == wrong.findings)
    }

    @Test func `the severity follows from the code`() {
        var definition = sound
        definition.events.append("halt")
        #expect(definition.findings.map(\.severity) == [.warning])
        definition.states.append(state("off", []))
        #expect(definition.findings.map(\.severity) == [.error])
    }
}
