import StateMachines
import Testing

/// Findings about where rules lead.
@Suite struct WayFindingsTests {
    // MARK: - SM016

    @Test func `SM016 is said once a cycle, at the rule of its first state`() {
        let definition = machine(
            state("z", always: [to("b")]),
            state("b", always: [to("c")]),
            state("c", always: [to("b")]),
            state("d", always: [to("e")]),
            state("e", always: [to("f")]),
            state("f", always: [to("d")])
        )
        #expect(definition.brief == ["states.b.always[0]! SM016", "states.d.always[0]! SM016"])
    }

    @Test func `SM016 takes a cycle of one, together with SM018`() {
        #expect(
            machine(state("a", always: [to("a")])).brief == [
                "states.a.always[0]! SM016", "states.a.always[0].to SM018",
            ]
        )
    }

    @Test func `SM016 is not said where a guard can break the cycle`() {
        let guarded = machine(state("a", always: [to("b", if: g)]), state("b", always: [to("a")]))
        #expect(guarded.brief == [])
        let left = machine(
            state("a", always: [to("c", if: g), to("b")]),
            state("b", always: [to("a")]),
            state("c")
        )
        #expect(left.brief == [])
        let inherited = machine(
            state("p", always: [to("a")]),
            state("a", in: "p", always: [to("c", if: g)]),
            state("c")
        )
        #expect(inherited.brief == [])
    }

    @Test func `SM016 is not said where an event is needed`() {
        #expect(machine(state("a", always: [to("b")]), state("b", on: ["go": [to("a")]])).brief == [])
    }

    @Test func `SM016 follows inherited rules and names the rule that is taken`() {
        let definition = machine(
            state("a", in: "p"),
            state("p", in: "pp"),
            state("pp", always: [to("a")]),
            state("o", always: [to("q", if: g), to("q", if: .not(g))]),
            state("q", in: "o", always: [to("r")]),
            state("r", in: "q")
        )
        // a takes the rule of pp to a; r takes that of q to r.
        #expect(definition.brief == ["states.pp.always[0]! SM016", "states.q.always[0]! SM016"])
    }

    @Test func `SM016 does not follow a parent's rule behind one's own`() {
        let definition = machine(
            state("p", always: [to("a")]),
            state("a", in: "p", always: [to("b")]),
            state("b")
        )
        #expect(definition.brief == [])
    }

    @Test func `SM016 takes no rule of a final state's parent`() {
        let definition = machine(
            state("p", always: [to("end")]),
            state("end", in: "p", final: true)
        )
        #expect(definition.brief == [])
    }

    // MARK: - SM101

    @Test func `SM101 names states to which only unreachable ones lead`() {
        let definition = machine(
            state("a", on: ["go": [to("b")]]),
            state("b"),
            state("x", on: ["go": [to("y")]]),
            state("y", on: ["go": [to("x")], "stop": [to("b")]])
        )
        #expect(definition.brief == ["states.x! SM101", "states.y! SM101"])
    }

    @Test func `SM101 takes guards, events and eventless rules as possible`() {
        let definition = machine(
            state("a", always: [to("b", if: .all([g, .not(g)]))], on: ["fault": [to("c")]]),
            state("b", always: [to("d")], on: ["go": [to("e")]]),
            state("c"),
            state("d"),
            state("e")
        )
        #expect(definition.brief == [])
    }

    @Test func `SM101 spares a parent whose descendant can become current, and no child of one that can`() {
        let definition = machine(
            state("a", on: ["go": [to("deep")]]),
            state("outer"),
            state("inner", in: "outer"),
            state("deep", in: "inner"),
            state("below", in: "deep")
        )
        #expect(definition.brief == ["states.below! SM101"])
    }

    @Test func `SM101 follows parents' rules unless the child hides them`() {
        let definition = machine(
            state(
                "a",
                in: "p",
                on: ["e1": [stay(if: g)], "e5": [stay()]],
                ignore: ["e2"],
                reject: ["e3"],
                defer: ["e4"]
            ),
            state(
                "p",
                on: [
                    "e1": [to("s1")], "e2": [to("s2")], "e3": [to("s3")], "e4": [to("s4")], "e5": [to("s5")],
                    "e6": [to("s6")],
                ]
            ),
            state("s1"),
            state("s2"),
            state("s3"),
            state("s4"),
            state("s5"),
            state("s6")
        )
        #expect(definition.brief == ["s2", "s3", "s4", "s5"].map { "states.\($0)! SM101" })
    }

    @Test func `SM101 takes no rule of a final state's parent`() {
        let definition = machine(
            state("a", on: ["go": [to("end")]]),
            state("p", on: ["go": [to("b")]]),
            state("end", in: "p", final: true),
            state("b")
        )
        #expect(definition.brief == ["states.b! SM101"])
    }

    @Test func `SM101 and SM102 are for definitions without errors`() {
        let definition = machine(state("a", on: ["go": [to("a")]]), state("x"), state("end", final: true))
        #expect(definition.brief == ["states.a.on.go[0].to SM018"])
    }

    // MARK: - SM102

    @Test func `SM102 names reachable states without a way to an end`() {
        let definition = machine(
            state("a", on: ["go": [to("end", if: g)], "stop": [to("stuck")]]),
            state("stuck", on: ["go": [reenter()], "stop": [to("also")]]),
            state("also"),
            state("end", final: true),
            state("nobody", on: ["go": [to("stuck")]])
        )
        #expect(definition.brief == ["states.stuck! SM102", "states.also! SM102", "states.nobody! SM101"])
    }

    @Test func `SM102 is for machines that have a final state`() {
        #expect(machine(state("a", on: ["go": [to("b")]]), state("b")).brief == [])
    }

    @Test func `SM102 takes an unreachable final state for one`() {
        let definition = machine(state("a", ignore: ["go"]), state("end", final: true))
        #expect(definition.brief == ["states.a! SM102", "states.end! SM101"])
    }

    @Test func `SM102 judges a parent that is never current by its children`() {
        let definition = machine(
            state("a", on: ["go": [to("b")], "stop": [to("c")]]),
            state("fine"),
            state("b", in: "fine", on: ["go": [to("end")]]),
            state("lost"),
            state("c", in: "lost"),
            state("end", final: true)
        )
        #expect(definition.brief == ["states.lost! SM102", "states.c! SM102"])
    }

    @Test func `SM102 judges a parent that can be current by itself`() {
        let definition = machine(
            state("a", on: ["go": [to("b")], "stop": [to("p")]]),
            state("p"),
            state("b", in: "p", on: ["go": [to("end")]]),
            state("end", final: true)
        )
        #expect(definition.brief == ["states.p! SM102"])
    }
}
