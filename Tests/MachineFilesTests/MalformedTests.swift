import MachineFiles
import StateMachines
import Testing

/// SM005, at the key or at the list's item.
@Suite struct MalformedTests {
    /// A document with something at the top, in line 4.
    private static func top(_ name: String, _ line: String, _ findings: String...) -> FileCase {
        var result = FileCase(name, "machine: m\ninitial: a\nstates: {a: }\n\(line)\n")
        result.findings = findings
        return result
    }

    /// A document with something in a state, in line 5 from column 5.
    private static func state(_ line: String, _ findings: String...) -> FileCase {
        var result = FileCase(
            line,
            "machine: m\ninitial: a\nstates:\n  a:\n    \(line)\n  b: {on: {y: b2}}\n  b2: {}\n"
        )
        result.findings = findings + ["SM101 6:3", "SM101 7:3"].filter { _ in findings.isEmpty && !line.contains("b") }
        return result
    }

    @Test(arguments: [
        top("a list", "version: [1]", "SM005 4:1"), top("a mapping", "version: {a: 1}", "SM005 4:1"),
        top("empty", "version:", "SM005 4:1"), top("negative", "version: -1", "SM005 4:1"),
        top("a sign", "version: +1", "SM005 4:1"), top("too large", "version: 65536", "SM005 4:1"),
        top("huge", "version: 99999999999999999999999999", "SM005 4:1"), top("a fraction", "version: 1.0", "SM005 4:1"),
        top("hexadecimal", "version: 0x10", "SM005 4:1"), top("a leading zero", "version: 010", "SM005 4:1"),
        top("an underscore", "version: 1_0", "SM005 4:1"), top("the least", "version: 0"),
        top("the most", "version: 65535"), top("quoted", "version: \"7\""),
        top("other digits", "version: \u{663}", "SM005 4:1"),
        top("unhandled", "unhandled: Reject", "SM005 4:1"),
        top("unhandled, a list", "unhandled: [reject]", "SM005 4:1"),
        top("unhandled", "unhandled: ignore"),
        top("events, a mapping", "events: {go: 1}", "SM005 4:1"), top("events, empty", "events:", "SM005 4:1"),
        top("events, an empty list", "events: []"), top("events, one", "events: go", "SM103 4:9"),
        top("a list in a list", "events: [[go]]", "SM005 4:10"),
        top("a mapping in a list", "guards: [ {go: 1} ]", "SM005 4:11"),
        top(
            "nothing in a list",
            "actions: [ , ]".replacing(" ,", with: "~,"),
            "SM005 4:10".replacing("10", with: "11")
        ),
        top("twice", "guards: [g, h, g, g]", "SM005 4:16", "SM005 4:19"),
        top("twice in actions", "actions:\n  - g\n  - \"g\"", "SM005 6:5"),
        top("twice in events", "events: [g, h, g]", "SM005 4:16"),
        top("twice in invariants", "invariants: [g, h, g]", "SM005 4:20"),
        top(
            "once in each is fine",
            "guards: x\nactions: x\nevents: x\ninvariants: y",
            "SM103 4:9",
            "SM103 5:10",
            "SM103 6:9"
        ),
        top("fault in events", "events: [go, fault]", "SM005 4:14"),
        top("fault alone in events", "events: fault", "SM005 4:1"),
        top("fault is a name elsewhere", "invariants: fault"),
        top("migrate, empty", "migrate:", "SM005 4:1"), top("migrate, a text", "migrate: 2", "SM005 4:1"),
        top("migrate, an empty list", "migrate: []"),
        top("migrate, a text in a list", "migrate: [2, {from: 1}]", "SM005 4:11"),
        top("from", "migrate: {from: -2}", "SM005 4:11"),
        top("states of a migration", "migrate: {from: 2, states: [a]}", "SM005 4:20"),
        top("an old state", "migrate: {from: 2, states: {7up: a, old: a}}", "SM005 4:29"),
        top("a new state, no name", "migrate: {from: 2, states: {old: [a]}}", "SM005 4:29"),
        top("a new state, unknown", "migrate: {from: 2, states: {old: b}}", "SM007 4:34"),
        top("unmappable", "migrate: {from: 2, unmappable: [x, 'y z', w]}", "SM005 4:36"),
        top("unmappable alone", "migrate: {from: 2, unmappable: 'y z'}", "SM005 4:20"),
        top("both", "migrate: {from: 2, states: {x: a, y: a}, unmappable: [z, y]}", "SM005 4:58"),
        top("both, alone", "migrate: {from: 2, states: {x: a}, unmappable: x}", "SM005 4:36"),
        top("both, in two migrations", "migrate: [{from: 2, states: {x: a}}, {from: 1, unmappable: x}]"),
    ])
    func `a malformed value at the top is found`(_ file: FileCase) { file.check() }

    @Test(arguments: [
        ("machine: ", "SM005 1:1"), ("machine: a b", "SM005 1:1"), ("machine: -a", "SM005 1:1"),
        ("machine: 1a", "SM005 1:1"), ("machine: .a", "SM005 1:1"), ("machine: ä", "SM005 1:1"),
        ("machine: [a]", "SM005 1:1"), ("machine: a:b", "SM005 1:1"), ("machine: a/b", "SM005 1:1"),
        ("machine: _", ""), ("machine: a.b-c_D9", ""), ("machine: null", ""), ("machine: yes", ""),
        ("machine: \(String(repeating: "x", count: 64))", ""),
        ("machine: \(String(repeating: "x", count: 65))", "SM005 1:1"),
    ])
    func `a name is what the text says`(_ line: String, _ finding: String) {
        let file = MachineFile("\(line)\ninitial: a\nstates: {a: }\n")
        #expect(file.list == [finding].filter { !$0.isEmpty })
    }

    @Test(arguments: [
        state("on: [x]", "SM005 5:5"), state("on:", "SM005 5:5"), state("on: x", "SM005 5:5"), state("on: {}"),
        state("on: { 'a b': [], x: b }", "SM005 5:11"), state("on: { x: }", "SM005 5:11"),
        state("on: { x: [] }", "SM005 5:11"), state("on: { x: {} }", "SM005 5:11"),
        state("on: { x: [b, [b]] }", "SM005 5:18"), state("on: { x: [{to: b, if: g}, b, {}] }", "SM005 5:34"),
        state("on: { x: { to: b, stay: true } }", "SM005 5:11"),
        state("on: { x: { to: b, reenter: true } }", "SM005 5:11"),
        state("on: { x: { stay: true, reenter: true } }", "SM005 5:11"),
        state("on: { x: { stay: false } }", "SM005 5:16"), state("on: { x: { reenter: yes } }", "SM005 5:16"),
        state("on: { x: { stay: 'true' } }"), state("on: { x: { to: } }", "SM005 5:16"),
        state("on: { x: { to: [b] } }", "SM005 5:16"),
        state("on: { x: { to: b, stay: false } }", "SM005 5:11", "SM005 5:23"),
        state("on: { x: { stay: true, do: { a: b } } }", "SM005 5:28"),
        state("on: { x: { stay: true, do: [a, 'b c', [d]] } }", "SM005 5:36", "SM005 5:43"),
        state("on: { x: { stay: true, do: [] , raise: [] } }"),
        state("on: { x: { stay: true, raise: fault } }", "SM005 5:28"),
        state("on: { x: { stay: true, raise: [x, fault] } }", "SM005 5:39"),
        state("on: { fault: { stay: true } }"), state("ignore: fault"), state("reject: [fault]"),
        state("defer: fault", "SM005 5:5"), state("defer: [x, fault]", "SM005 5:16"),
        state("ignore:", "SM005 5:5"), state("ignore: []"), state("reject: {x: y}", "SM005 5:5"),
        state("defer: [x, ~]", "SM005 5:16"), state("entry: {a: b}", "SM005 5:5"), state("exit: ['']", "SM005 5:12"),
        state("always: []", "SM005 5:5"), state("always: {}", "SM005 5:5"), state("always:", "SM005 5:5"),
        state("always: { stay: true }", "SM005 5:5"),
        state("always: [ { to: b, if: g }, { reenter: true } ]", "SM005 5:33"),
        state("always: { stay: false }", "SM005 5:5", "SM005 5:15"),
        state("timeout: 5s", "SM005 5:5"), state("timeout:", "SM005 5:5"), state("timeout: [5s, x]", "SM005 5:5"),
        state("timeout: { after: 5, fires: x }", "SM005 5:16"),
        state("timeout: { after: [5s], fires: x }", "SM005 5:16"),
        state("timeout: { after: 5s, fires: fault }", "SM005 5:27"),
        state("timeout: { after: 0ms, fires: fault }", "SM005 5:16", "SM005 5:28"),
        state("timeout: { after: 5s, fires: [x] }", "SM005 5:27"),
        state("final: True", "SM005 5:5"), state("final: yes", "SM005 5:5"), state("final:", "SM005 5:5"),
        state("final: 'true'"), state("final: false"),
        state("parent: [b]", "SM005 5:5"), state("parent:", "SM005 5:5"), state("parent: b", "SM101 6:3"),
        state("rank: 256", "SM005 5:5"), state("rank: 00", "SM005 5:5"), state("rank: 255"), state("rank: \"0\""),
        state("admission: ALL", "SM005 5:5"), state("admission: limited"), state("admission: [all]", "SM005 5:5"),
    ])
    func `a malformed value in a state is found`(_ file: FileCase) {
        var file = file
        if file.findings == ["SM101 6:3"] { file.findings = ["SM101 7:3"] }
        guard file.findings.allSatisfy({ $0.hasPrefix("SM101") }) else { return file.check() }
        #expect(
            MachineFile(file.text).findings.allSatisfy { $0.severity == .warning },
            "\(MachineFile(file.text).findings)"
        )
        #expect(MachineFile(file.text).definition != nil)
    }

    /// Conditions, in line 4 from column 37.
    @Test(arguments: [
        ("g", ""), ("{all: [g]}", ""), ("{any: [g, {not: h}]}", ""), ("{not: {not: g}}", ""),
        ("", "SM005 4:33"), ("[g]", "SM005 4:33"), ("[]", "SM005 4:33"), ("{}", "SM005 4:33"), ("'g h'", "SM005 4:33"),
        ("{all: []}", "SM005 4:38"), ("{any: []}", "SM005 4:38"), ("{all: g}", "SM005 4:38"),
        ("{not: [g]}", "SM005 4:38"),
        ("{not: }", "SM005 4:38"), ("{all: [g, {}]}", "SM005 4:47"), ("{all: [g, [h]]}", "SM005 4:47"),
        ("{all: [g, 7]}", "SM005 4:47"), ("{all: [g], any: [h]}", "SM005 4:33"),
        ("{not: {all: [], any: [h]}}", "SM005 4:38 SM005 4:44"), ("{any: [{all: [{not: []}]}]}", "SM005 4:52"),
    ])
    func `a malformed condition is found`(_ condition: String, _ findings: String) {
        let rule = "{ stay: true, if: \(condition) }"
        let file = MachineFile("machine: m\ninitial: a\nstates:\n  a: { parent: b, on: { x: \(rule) } }\n  b:\n")
        let expected = findings.isEmpty ? "" : findings
        #expect(file.list.joined(separator: " ") == shifted(expected), "\(file.findings)")
    }

    /// The rule begins at column 28, its `if` at 42 and the condition at 46.
    private func shifted(_ findings: String) -> String {
        findings.split(separator: " ")
            .map { part in
                guard let colon = part.firstIndex(of: ":"), let column = Int(part[part.index(after: colon)...]) else {
                    return String(part)
                }
                return "4:\(column + 9)"
            }
            .joined(separator: " ")
    }

    @Test(arguments: [
        FileCase("no states", "machine: m\ninitial: a\nstates: {}\n", "SM005 3:1"),
        FileCase("states, empty", "machine: m\ninitial: a\nstates:\n", "SM005 3:1"),
        FileCase("states, a list", "machine: m\ninitial: a\nstates: [a]\n", "SM005 3:1"),
        FileCase("a state, a text", "machine: m\ninitial: a\nstates: {a: b}\n", "SM005 3:10"),
        FileCase("a state, null", "machine: m\ninitial: a\nstates: {\"a\": null}\n", "SM005 3:10"),
        FileCase("a state, a list", "machine: m\ninitial: a\nstates: {a: [], b: {on: {x: a}}}\n", "SM005 3:10"),
        FileCase("initial, a list", "machine: m\ninitial: [a]\nstates: {a: }\n", "SM005 2:1"),
        FileCase("initial, empty", "machine: m\ninitial:\nstates: {a: }\n", "SM005 2:1"),
        FileCase(
            "under a malformed name all is skipped",
            "machine: m\ninitial: a\nstates: {a: , 7up: {on: {x: nowhere}, zzz: 1}}\n",
            "SM005 3:15"
        ),
        FileCase(
            "no state's name can be read",
            "machine: m\ninitial: a\nstates: {7up: {on: {x: nowhere}}}\n",
            "SM005 3:10"
        ),
        FileCase("a state's key is no text", "machine: m\ninitial: a\nstates: {a: , ? [b] : {}}\n", "SM005 3:17"),
    ])
    func `malformed states are found`(_ file: FileCase) { file.check() }
}
