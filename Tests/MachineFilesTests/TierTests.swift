import MachineFiles
import StateMachines
import Testing

/// Which findings are said together.
@Suite struct TierTests {
    @Test(arguments: [
        FileCase(
            "keys, form and names together, by place",
            """
            machine: m
            events: [go]
            guards: g
            actions: [a, 'b c']
            initial: nowhere
            sates: {}
            states:
              a:
                parent: b
                entry: [1, missing, a]
                on:
                  go: [ { to: nowhere, if: { all: [{}, h, g] } }, 7, { do: zzz, raise: [x, y z, w] } ]
                  stop: away
                ignore: [1, 2, lost]
                timeout: { fires: lost }
              b: { parent: a }
              c: { parent: d }
              d: { parent: c, final: maybe }
            migrate: { states: { old: nowhere } }
            """,
            "SM005 4:14",
            "SM007 5:10",
            "SM002 6:1",
            "SM011 9:13",
            "SM005 10:13",
            "SM010 10:16",
            "SM007 12:19",
            "SM005 12:40",
            "SM009 12:44",
            "SM005 12:55",
            "SM005 12:58",
            "SM010 12:64",
            "SM008 12:77",
            "SM005 12:80",
            "SM008 12:85",
            "SM008 13:7",
            "SM007 13:13",
            "SM005 14:14",
            "SM005 14:17",
            "SM008 14:20",
            "SM004 15:5",
            "SM008 15:23",
            "SM011 17:16",
            "SM005 18:19",
            "SM004 19:1",
            "SM007 19:27"
        ),
        FileCase(
            "names in a condition that says two things: only what is under an unknown key is skipped",
            "machine: m\ninitial: a\nguards: [g]\nstates:\n  a:\n    on:\n"
                + "      x: { stay: true, if: { all: [g, z, { not: y, any: [w] }], not: z, nor: v } }\n",
            "SM005 7:24",
            "SM009 7:39",
            "SM005 7:42",
            "SM009 7:49",
            "SM009 7:58",
            "SM009 7:70",
            "SM002 7:73"
        ),
        FileCase(
            "no meaning where the form is wrong",
            "machine: m\ninitial: a\nstates:\n  a: { on: { x: a, y: b } }\n  c: {}\n",
            "SM007 4:23"
        ),
        FileCase(
            "meaning where only the form is right",
            "machine: m\ninitial: a\nstates:\n  a: { on: { x: a, y: c } }\n  c: {}\n  d: {}\n",
            "SM018 4:17"
        ),
        FileCase(
            "reachability only without errors, the other warnings with them",
            "machine: m\nevents: [x, y]\ninitial: a\nstates:\n  a: { on: { x: a } }\n  c: {}\n",
            "SM103 2:13",
            "SM018 5:17"
        ),
        FileCase(
            "reachability",
            "machine: m\ninitial: a\nstates:\n  a: { on: { x: b, y: e } }\n  b: { final: true }\n  c: { on: { x: a } }\n  e: {}\n",
            "SM101 6:3",
            "SM102 7:3"
        ),
        FileCase(
            "a parent that is never current gets to an end with any descendant, not only with its children",
            "machine: m\ninitial: c\nstates:\n  p: {}\n  a: { parent: p, ignore: x }\n  b: { parent: a }\n"
                + "  c: { parent: b, on: { x: a, y: z } }\n  z: { final: true }\n",
            "SM102 5:3"
        ),
        FileCase(
            "state names are not checked where no state can be read",
            "machine: m\ninitial: a\nmigrate: { from: 1, states: { x: y } }\n",
            "SM004 1:1"
        ),
        FileCase(
            "nor where all are malformed",
            "machine: m\ninitial: a\nmigrate: { from: 1, states: { x: y } }\nstates: { 1: {} }\n",
            "SM005 4:11"
        ),
        FileCase(
            "a name that cannot be declared can be used",
            "machine: m\nevents: {x: y}\nguards: {g: h}\nactions: {}\ninitial: a\nstates:\n"
                + "  a: { on: { x: { stay: true, if: g, do: d } } }\n",
            "SM005 2:1",
            "SM005 3:1",
            "SM005 4:1"
        ),
        FileCase(
            "an empty list is complete",
            "machine: m\nevents: []\nguards: []\nactions: []\ninitial: a\nstates:\n"
                + "  a: { entry: e, on: { x: { stay: true, if: g, do: d } } }\n",
            "SM010 7:15",
            "SM008 7:24",
            "SM009 7:45",
            "SM010 7:52"
        ),
        FileCase(
            "two findings at one place, by code",
            "machine: m\ninitial: a\nstates:\n  a: { final: true, on: { x: b }, exit: e }\n  b: { parent: a }\n",
            "SM014 4:21",
            "SM014 4:35",
            "SM014 5:16"
        ),
        FileCase(
            "keys of a final state that say nothing",
            "machine: m\ninitial: a\nstates:\n  a: { final: true, on: {}, defer: [], exit: [], entry: [], ignore: [] }\n",
            "SM014 4:21",
            "SM014 4:29",
            "SM014 4:40"
        ),
        FileCase(
            "names in short rules, at the name",
            "machine: m\ninitial: a\nstates:\n  a:\n    on: { x: a, y: [ a ] }\n    always: [ { to: a, if: g }, nowhere ]\n",
            "SM007 6:33"
        ),
        FileCase(
            "a move to itself, at the name",
            "machine: m\ninitial: a\nstates:\n  a:\n    on: { x: a, y: [ a ], z: { to: a } }\n    always: [ { to: a, if: g } ]\n",
            "SM018 5:14",
            "SM018 5:22",
            "SM018 5:36",
            "SM018 6:21"
        ),
        FileCase(
            "a rule that is no list's item, at its key",
            "machine: m\ninitial: a\nstates:\n  a: { always: { to: b } }\n  b: { always: { to: a } }\n",
            "SM016 4:8"
        ),
        FileCase(
            "a rule that is a list's item, at the item",
            "machine: m\ninitial: a\nstates:\n  a: { always: [ b ] }\n  b: { always: [ a ] }\n",
            "SM016 4:18"
        ),
    ])
    func `findings are said together or not at all`(_ file: FileCase) { file.check() }

    @Test(arguments: [256, 257]) func `256 states are the most`(_ count: Int) {
        let states = (1..<count).map { "  s\($0): { parent: s0 }\n" }.joined()
        let text = "machine: m\ninitial: s0\nstates:\n  s0: { on: { fault: nowhere } }\n" + states
        let expected = (count > 256 ? ["SM006 3:1"] : []) + ["SM007 4:22"]
        #expect(MachineFile(text).list == expected)
    }

    @Test(arguments: [(256, false), (257, false), (255, true), (256, true)])
    func `256 events are the most, the reserved one among them`(_ count: Int, _ usesFault: Bool) {
        let names = (0..<count).map { "e\($0)" }.joined(separator: ", ")
        let fault = usesFault ? ", reject: fault" : ""
        let text = "machine: m\ninitial: a\nstates:\n  a: { ignore: [\(names)]\(fault) }\n"
        let tooMany = count + (usesFault ? 1 : 0) > 256
        #expect(MachineFile(text).list == (tooMany ? ["SM006 3:1"] : []))
    }
}
