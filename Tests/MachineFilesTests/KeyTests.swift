import MachineFiles
import StateMachines
import Testing

/// SM002, SM003 and SM004.
@Suite struct KeyTests {
    @Test(arguments: [
        FileCase("at the top", "machine: m\ninitial: a\nstates: {a: }\ntimeouts: 5\n", "SM002 4:1"),
        FileCase("case counts", "machine: m\ninitial: a\nstates: {a: }\nVersion: 5\n", "SM002 4:1"),
        FileCase("in a state", "machine: m\ninitial: a\nstates:\n  a: { onn: { x: b } }\n", "SM002 4:8"),
        FileCase(
            "in a rule",
            "machine: m\ninitial: a\nstates:\n  a: { on: { x: { stay: true, then: b } } }\n",
            "SM002 4:31"
        ),
        FileCase(
            "in a rule of a list, in always, in a timeout",
            """
            machine: m
            initial: a
            states:
              a:
                on: { x: [ { stay: true, iff: g }, { stay: true, unless: g } ] }
                always: { to: b, after: 1s }
                timeout: { after: 1s, fires: x, repeat: true }
              b: {}
            """,
            "SM002 5:30",
            "SM002 5:54",
            "SM002 6:22",
            "SM002 7:37"
        ),
        FileCase(
            "in a migration",
            "machine: m\ninitial: a\nstates: {a: }\nmigrate: { from: 1, map: {} }\n",
            "SM002 4:21"
        ),
        FileCase(
            "in one of a list of migrations",
            "machine: m\ninitial: a\nstates: {a: }\nmigrate:\n  - from: 1\n  - from: 2\n    to: 3\n",
            "SM002 7:5"
        ),
        FileCase(
            "what is under it is skipped",
            "machine: m\ninitial: a\nstates:\n  a: { when: { to: 7up, do: { x: [ { y: 1, z: 2 } ] } } }\n",
            "SM002 4:8"
        ),
        FileCase(
            "in a condition, which is then none",
            "machine: m\ninitial: a\nstates:\n  a: { on: { x: { stay: true, if: { xor: [g, h] } } } }\n",
            "SM005 4:31",
            "SM002 4:37"
        ),
        FileCase(
            "in a condition beside a known one",
            "machine: m\ninitial: a\nstates:\n  a: { on: { x: { stay: true, if: { not: g, xor: [g, h] } } } }\n",
            "SM002 4:45"
        ),
        FileCase(
            "merge keys are keys like any other",
            "machine: m\ninitial: a\nstates: {a: {}}\n<<: {version: 2}\n",
            "SM002 4:1"
        ),
        FileCase("no text", "machine: m\ninitial: a\nstates: {a: }\n? [events]\n: x\n", "SM002 4:3"),
        FileCase("empty", "machine: m\ninitial: a\nstates: {a: }\n? \n: x\n", "SM002 4:2"),
    ])
    func `an unknown key is found`(_ file: FileCase) { file.check() }

    @Test(arguments: [
        FileCase("at the top", "machine: m\ninitial: a\nmachine: n\nstates: [\n]\n", "SM003 1:1"),
        FileCase("quoted and not", "\"version\": 1\nversion: 1\n", "SM003 1:1"),
        FileCase("three times, once", "a: 1\n a: 2\n a: 3\n".replacing("\n ", with: "\n"), "SM003 1:1"),
        FileCase(
            "all of them, by place",
            "a: { x: 1, x: 2 }\nb: 1\nb: 2\na: 3\n",
            "SM003 1:1",
            "SM003 1:6",
            "SM003 2:1"
        ),
        FileCase("a state", "states:\n  a: {}\n  b: {}\n  a: {}\n", "SM003 2:3"),
        FileCase("an event", "states:\n  a: { on: { x: a, y: b, x: b } }\n", "SM003 2:14"),
        FileCase("in a list", "migrate: [ { from: 1, from: 2 } ]\n", "SM003 1:14"),
        FileCase("under an unknown key", "zzz: { 'a': 1, a: 2 }\n", "SM003 1:8"),
        FileCase("the empty key", "{ '': 1, '': 2 }\n", "SM003 1:3"),
        FileCase("in a key", "? { a: 1, a: 2 }\n: x\n", "SM003 1:5"),
        FileCase(
            "the same key in two mappings",
            "machine: m\ninitial: a\nstates: {a: {rank: 1}, b: {rank: 1}}",
            "SM101 3:24"
        ),
        FileCase(
            "é in two spellings are two keys",
            "machine: m\ninitial: a\nstates: {a: }\n\u{E9}: 1\ne\u{301}: 2\n",
            "SM002 4:1",
            "SM002 5:1"
        ),
    ])
    func `a key that stands twice is found, alone`(_ file: FileCase) { file.check() }

    @Test(arguments: [
        FileCase("all three", "version: 1\n", "SM004 1:1", "SM004 1:1", "SM004 1:1"),
        FileCase("an empty mapping", "{}", "SM004 1:1", "SM004 1:1", "SM004 1:1"),
        FileCase("1:1, wherever the mapping is", "# x\n---\n  machine: m\n  initial: a\n", "SM004 1:1"),
        FileCase("initial", "machine: m\nstates: {a: }\n", "SM004 1:1"),
        FileCase(
            "in a timeout",
            "machine: m\ninitial: a\nstates:\n  a:\n    on: {x: b}\n    timeout: {}\n  b: {timeout: {after: 1s}}\n",
            "SM004 6:5",
            "SM004 6:5",
            "SM004 7:7"
        ),
        FileCase("in a migration", "machine: m\ninitial: a\nstates: {a: }\nmigrate: {states: {}}\n", "SM004 4:1"),
        FileCase(
            "in one of a list of migrations",
            "machine: m\ninitial: a\nstates: {a: }\nmigrate: [ {from: 1}, {unmappable: x} ]\n",
            "SM004 4:23"
        ),
    ])
    func `a required key that is missing is found`(_ file: FileCase) { file.check() }
}
