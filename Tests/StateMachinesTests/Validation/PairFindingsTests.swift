import StateMachines
import Testing

/// Findings about pairs of state and event with what parents say, and about the lists of names.
@Suite struct PairFindingsTests {
    // MARK: - SM017

    @Test func `SM017 is said once a pair, of initial states and targets`() {
        let definition = machine(
            unhandled: .error,
            state("a", on: ["go": [to("b")]]),
            state("b", ignore: ["stop"]),
            state("nobody")
        )
        #expect(definition.brief == ["states.a! SM017", "states.b! SM017"])
        #expect(definition.findings.map { $0.message.contains("nothing of stop") } == [true, false])
    }

    @Test func `SM017 takes any rule: guarded ones, reject, and a parent's`() {
        let definition = machine(
            initial: "a",
            unhandled: .error,
            state("p", reject: ["other", "late"]),
            state("a", in: "p", on: ["go": [to("b", if: g)]], reject: ["stop"]),
            state("b", in: "a")
        )
        #expect(definition.brief == [])
        var without = definition
        without.states[0].reject.removeLast()
        without.states[2].defer = ["late"]
        #expect(without.places(.unclassified) == ["states.a!"])
    }

    @Test func `SM017 is not said of fault, of final states, or of states that are no target`() {
        let definition = machine(
            unhandled: .error,
            state("group"),
            state("a", in: "group", on: ["go": [to("end")], "fault": [to("end")]]),
            state("end", final: true)
        )
        #expect(definition.places(.unclassified) == ["states.group!"])
        var started = definition
        started.initial = "a"
        #expect(started.brief == [])
    }

    @Test func `SM017 takes targets of eventless rules and of rules that are never run`() {
        let definition = machine(
            unhandled: .error,
            state("a", on: ["go": [stay()]]),
            state("b", always: [to("c", if: g)]),
            state("c"),
            state("d", ignore: ["go"])
        )
        #expect(definition.places(.unclassified) == ["states.c!"])
    }

    @Test(arguments: [MachineDefinition.Unhandled.reject, .ignore])
    func `SM017 is for unhandled error only`(_ unhandled: MachineDefinition.Unhandled) {
        #expect(machine(unhandled: unhandled, state("a", on: ["go": [to("b")]]), state("b")).brief == [])
    }

    // MARK: - SM103

    @Test func `SM103 names each entry that is never used`() {
        let definition = machine(
            events: ["go", "e", "stop"],
            guards: ["x", "g"],
            actions: ["y", "act", "z"],
            state("a", on: ["go": [to("b", if: g, do: ["act"])]], ignore: ["stop"]),
            state("b")
        )
        #expect(definition.brief == ["events[1] SM103", "guards[0] SM103", "actions[0] SM103", "actions[2] SM103"])
    }

    @Test func `SM103 takes every kind of use`() {
        let definition = machine(
            state(
                "a",
                entry: ["a1"],
                exit: ["a2"],
                timeout: "e1",
                always: [to("b", if: .not(.any([g, .all([h, k])])), do: ["a3"])],
                on: ["e1": [stay(do: ["a4"], raise: ["e2"])]],
                ignore: ["e3"],
                reject: ["e4"],
                defer: ["e5"]
            ),
            state("b")
        )
        #expect(definition.events == ["e1", "e3", "e4", "e5", "e2"])
        #expect(definition.guards == ["g", "h", "k"])
        #expect(definition.actions == ["a1", "a2", "a4", "a3"])
        #expect(definition.brief == [])
        #expect(machine(guards: ["whole"], invariants: ["whole"], state("a")).brief == [])
    }

    @Test func `SM103 is said together with errors of meaning`() {
        let definition = machine(events: ["go", "e"], state("a", on: ["go": [to("a")]]))
        #expect(definition.brief == ["events[1] SM103", "states.a.on.go[0].to SM018"])
    }

    // MARK: - SM104

    @Test func `SM104 finds a combination that no rule takes`() {
        let definition = machine(
            state("a", on: ["go": [to("b", if: .all([g, h])), to("c", if: .all([g, .not(h)]))]]),
            state("b"),
            state("c")
        )
        #expect(definition.brief == ["states.a.on.go! SM104"])
    }

    @Test func `SM104 is not said where all is covered, by guards, an else or a list`() {
        let two = [to("b", if: .all([g, h])), stay(if: .all([g, .not(h)]))]
        for rules in [two + [stay(if: .not(g))], two + [reenter()]] {
            #expect(machine(state("a", on: ["go": rules]), state("b")).brief == [])
        }
        #expect(machine(state("a", on: ["go": two], ignore: ["go"]), state("b")).brief == [])
        #expect(machine(state("a", on: ["go": two], reject: ["go"]), state("b")).brief == [])
        #expect(machine(state("a", on: ["go": two], defer: ["go"]), state("b")).brief == [])
    }

    @Test func `SM104 is not said of one guarded rule alone`() {
        #expect(machine(state("a", on: ["go": [to("b", if: g)]]), state("b")).brief == [])
    }

    @Test func `SM104 joins a state's rules with its parents', at each state that has one of its own`() {
        let definition = machine(
            state("pp", on: ["go": [to("b", if: g)]]),
            state("p", in: "pp", on: ["other": [stay(if: h)]]),
            state("a", in: "p", on: ["go": [to("b", if: h)]]),
            state("aa", in: "a"),
            state("b", on: ["go": [to("aa")], "other": [to("a")]])
        )
        #expect(definition.brief == ["states.a.on.go! SM104"])
    }

    @Test func `SM104 counts what parents cover`() {
        let covered = machine(
            initial: "a",
            state("p", on: ["go": [stay(if: .not(g))]]),
            state("a", in: "p", on: ["go": [to("p", if: g)]])
        )
        #expect(covered.brief == [])
        let answered = machine(
            initial: "a",
            state("pp", ignore: ["go"]),
            state("p", in: "pp", on: ["go": [to("a", if: h)]]),
            state("a", in: "p", on: ["go": [to("p", if: g)]])
        )
        #expect(answered.brief == [])
    }

    @Test func `SM104 does not ask parents behind a rule without guard`() {
        let definition = machine(
            state("p", on: ["go": [stay(if: .all([g, k])), to("a", if: .all([g, .not(k)]))]]),
            state("a", in: "p", on: ["go": [to("p", if: h), stay()]])
        )
        #expect(definition.brief == ["states.p.on.go! SM104"])
    }

    @Test func `SM104 is said of fault and not of eventless rules`() {
        let rules = [to("b", if: .all([g, h])), to("b", if: .all([g, .not(h)]))]
        #expect(machine(state("a", on: ["fault": rules]), state("b")).brief == ["states.a.on.fault! SM104"])
        #expect(machine(state("a", always: rules), state("b")).brief == [])
    }

    @Test func `SM105 comes once, where parents bring more than 12 guards together`() {
        func found(_ own: Int, else isComplete: Bool = false) -> [String] {
            machine(
                initial: "c",
                state("p", on: ["go": [stay(if: .all(guards(0..<7)))] + (isComplete ? [reenter()] : [])]),
                state("a", in: "p", on: ["go": [to("p", if: .all(guards(7..<(7 + own))))]]),
                state("c", in: "a", on: ["stop": [to("a")]])
            )
            .brief
        }
        #expect(found(5) == ["states.a.on.go! SM104"])
        #expect(found(6) == ["states.a.on.go! SM105"])
        #expect(found(6, else: true) == [])
        #expect(found(13) == ["states.a.on.go! SM105"])
    }
}
