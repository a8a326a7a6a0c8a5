import StateMachines
import Testing

/// Findings about the rules of one state.
@Suite struct RuleFindingsTests {
    // MARK: - SM012

    @Test func `SM012 says every rule behind a rule without guard, the lists included`() {
        let definition = machine(
            state(
                "a",
                on: ["go": [to("b", if: g), to("b"), stay(if: h), reenter()], "stop": [to("b", if: g)]],
                ignore: ["go", "once", "once", "stop"],
                reject: ["once", "stop"],
                defer: ["go", "late"]
            ),
            state("b")
        )
        #expect(
            definition.places(.hiddenRule) == [
                "states.a.on.go[2]", "states.a.on.go[3]", "states.a.ignore[0]", "states.a.ignore[2]",
                "states.a.reject[0]", "states.a.reject[1]", "states.a.defer[0]",
            ]
        )
    }

    @Test func `SM012 is said of eventless rules, and of fault`() {
        let definition = machine(
            state("a", always: [to("b"), to("c", if: g)], on: ["fault": [to("b"), to("c")]], ignore: ["fault"]),
            state("b"),
            state("c")
        )
        #expect(
            definition.places(.hiddenRule) == ["states.a.on.fault[1]", "states.a.always[1]", "states.a.ignore[0]"]
        )
    }

    @Test func `SM012 is not said of a parent's rules, which a child hides on purpose`() {
        let definition = machine(
            state("p", on: ["go": [to("b")]], ignore: ["stop"]),
            state("a", in: "p", on: ["stop": [to("b")]], ignore: ["go"]),
            state("b", on: ["go": [to("a")]])
        )
        #expect(definition.brief == [])
    }

    @Test func `SM012 needs a rule without guard, not one whose guard is always true`() {
        let definition = machine(
            state("a", on: ["go": [to("b", if: .any([g, .not(g)])), to("c")]]),
            state("b"),
            state("c")
        )
        #expect(definition.brief == [])
    }

    // MARK: - SM013

    @Test(
        arguments: [
            ([g, .not(g)], []),
            ([g, g], [1]),
            ([g, h], [1]),
            ([.all([g, h]), .all([g, .not(h)]), .not(g)], []),
            ([.all([g, h]), .any([.not(g), .not(h)])], []),
            ([.all([g, h]), .not(.all([h, g])), .all([.not(g), k])], [2]),
            ([g, .not(g), h], [2]),
            ([g, .all([g, .not(g)])], []),
            ([g, h, k], [1, 2]),
        ] as [([ConditionDefinition], [Int])]
    )
    func `SM013 finds the later of two rules that can be true together`(_ guards: [ConditionDefinition], _ later: [Int])
    {
        let rules = guards.map { to("b", if: $0) }
        let events = machine(state("a", on: ["go": rules]), state("b"))
        #expect(events.places(.ambiguous) == later.map { "states.a.on.go[\($0)]" })
        let always = machine(state("a", always: rules), state("b"))
        #expect(always.places(.ambiguous) == later.map { "states.a.always[\($0)]" })
        let other = machine(state("a", on: ["go": rules + [stay()]]), state("b"))
        #expect(other.places(.ambiguous) == later.map { "states.a.on.go[\($0)]" })
        let listed = machine(state("a", on: ["go": rules], ignore: ["go"]), state("b"))
        #expect(listed.places(.ambiguous) == later.map { "states.a.on.go[\($0)]" })
    }

    @Test func `SM013 is not said of rules in different states or for different events`() {
        let definition = machine(
            state("p", on: ["go": [to("b", if: g), to("c")]]),
            state("a", in: "p", on: ["go": [to("c", if: g)], "stop": [to("c", if: g)]]),
            state("b"),
            state("c")
        )
        #expect(definition.places(.ambiguous) == [])
    }

    @Test func `SM013 is said of a rule that SM012 names too`() {
        let definition = machine(state("a", on: ["go": [to("b", if: g), stay(), to("b", if: g)]]), state("b"))
        #expect(definition.brief == ["states.a.on.go[2] SM012", "states.a.on.go[2] SM013"])
    }

    @Test func `SM013 counts a rule without guard as true for no other`() {
        let definition = machine(state("a", on: ["go": [stay(), to("b", if: g)]]), state("b"))
        #expect(definition.brief == ["states.a.on.go[1] SM012"])
    }

    // MARK: - SM105

    @Test func `SM013 is checked with 12 guards, and with 13 the pair gets SM105`() {
        let twelve = machine(
            state("a", on: ["go": [to("b", if: .all(guards(0..<11))), stay(if: .guard("g11")), reenter()]]),
            state("b")
        )
        #expect(twelve.brief == ["states.a.on.go[1] SM013"])
        let thirteen = machine(
            state("a", on: ["go": [to("b", if: .all(guards(0..<12))), stay(if: .guard("g12")), reenter()]]),
            state("b")
        )
        #expect(thirteen.brief == ["states.a.on.go! SM105"])
        let always = machine(
            state("a", always: [to("b", if: .all(guards(0..<12))), to("c", if: .guard("g12"))]),
            state("b"),
            state("c")
        )
        #expect(always.brief == ["states.a.always! SM105"])
    }

    @Test func `SM105 is said of a single rule with 13 guards`() {
        let definition = machine(state("a", on: ["go": [to("b", if: .all(guards(0..<13)))]]), state("b"))
        #expect(definition.brief == ["states.a.on.go! SM105"])
    }

    @Test func `SM105 counts names, not mentions`() {
        let names = guards(0..<12)
        let definition = machine(
            state("a", on: ["go": [to("b", if: .all(names + names)), stay(if: .not(.all(names)))]]),
            state("b")
        )
        #expect(definition.brief == [])
    }

    // MARK: - SM014

    @Test func `SM014 names each key that a final state cannot have`() {
        let definition = machine(
            state("a", on: ["go": [to("end")]]),
            state(
                "end",
                final: true,
                entry: ["x"],
                exit: ["x"],
                timeout: "go",
                always: [to("a", if: g)],
                on: ["go": [to("a")]],
                ignore: ["stop"],
                reject: ["halt"],
                defer: ["late"]
            )
        )
        #expect(
            definition.brief == [
                "states.end.exit! SM014", "states.end.timeout! SM014", "states.end.on! SM014",
                "states.end.always! SM014", "states.end.defer! SM014",
            ]
        )
    }

    @Test func `SM014 takes entry, ignore and reject, and a parent of the final state`() {
        let definition = machine(
            state("p", on: ["stop": [stay()]]),
            state("a", on: ["go": [to("end")]]),
            state("end", in: "p", final: true, entry: ["x"], ignore: ["go"], reject: ["stop"])
        )
        #expect(definition.places(.ruleInFinal) == [])
    }

    @Test func `SM014 names the parent that is final, for each child`() {
        let definition = machine(
            state("a", on: ["go": [to("end")]]),
            state("end", final: true),
            state("c", in: "end"),
            state("d", in: "end", final: true),
            state("e", in: "c")
        )
        #expect(definition.places(.ruleInFinal) == ["states.c.parent", "states.d.parent"])
    }

    @Test func `SM014 names keys that stand there with nothing under them`() {
        let definition = machine(state("a", on: ["go": [to("end")]]), state("end", final: true))
        let present: [String: Set<String>] = [
            "a": ["on", "exit"], "end": ["final", "on", "exit", "entry", "ignore", "rank"],
        ]
        let findings = Validator(definition).meaningFindings(presentKeys: present)
        #expect(findings.map(\.brief) == ["states.end.exit! SM014", "states.end.on! SM014"])
    }

    // MARK: - SM015

    @Test func `SM015 wants a rule in on, of the state or a parent however far`() {
        let definition = machine(
            state("pp", on: ["far": [stay()]]),
            state("p", in: "pp", on: ["near": [stay(if: g)]]),
            state("a", in: "p", timeout: "far"),
            state("b", in: "p", timeout: "near"),
            state("c", timeout: "own", on: ["own": [to("a")]]),
            state("d", in: "p", timeout: "own", ignore: ["own"]),
            state("e", timeout: "own", reject: ["own"]),
            state("f", timeout: "near", defer: ["near"]),
            state("h", timeout: "near", on: ["far": [stay()]])
        )
        #expect(
            definition.places(.timeoutUnanswered) == [
                "states.d.timeout.fires", "states.e.timeout.fires", "states.f.timeout.fires",
                "states.h.timeout.fires",
            ]
        )
    }

    @Test func `SM015 does not take a child's rule`() {
        let definition = machine(state("p", timeout: "late"), state("a", in: "p", on: ["late": [to("p")]]))
        #expect(definition.places(.timeoutUnanswered) == ["states.p.timeout.fires"])
    }

    // MARK: - SM018

    @Test func `SM018 finds a move to the state that the rule stands in`() {
        let definition = machine(
            state("a", always: [to("a", if: g)], on: ["go": [to("b", if: g), to("a")]]),
            state("b", in: "a", on: ["go": [to("a")]])
        )
        #expect(definition.places(.moveToSelf) == ["states.a.on.go[1].to", "states.a.always[0].to"])
    }

    @Test func `SM018 is not said of a parent's rule that leads to a child, nor of a child's to its parent`() {
        let definition = machine(
            state("p", on: ["in": [to("a")]]),
            state("a", in: "p", on: ["out": [to("p")]])
        )
        #expect(definition.brief == [])
    }
}
