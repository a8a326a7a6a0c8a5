import MachineFiles
import StateMachines
import Testing

/// Lines and columns, which count from 1, columns in Unicode scalars.
@Suite struct PositionTests {
    @Test(arguments: [
        FileCase(
            "after a comment with wide characters",
            "machine: m # 😀é\ninitial: a\nstates: {a: }\nx: 1\n",
            "SM002 4:1"
        ),
        FileCase(
            "after a family of five scalars",
            "{ '👨‍👩‍👧': 1, x: 2 }",
            "SM004 1:1",
            "SM004 1:1",
            "SM004 1:1",
            "SM002 1:3",
            "SM002 1:15"
        ),
        FileCase("CR LF", "machine: m\r\ninitial: a\r\nstates: {a: }\r\nx: 1\r\n", "SM002 4:1"),
        FileCase("CR", "machine: m\rinitial: a\rstates: {a: }\rx: 1\r", "SM002 4:1"),
        FileCase("CR, then LF and CR", "machine: m\rinitial: a\n\rstates: {a: }\n\rx: 1\r", "SM002 6:1"),
        FileCase("a byte order mark", "\u{FEFF}{x: 1, machine: m, initial: a, states: {a: }}", "SM002 1:2"),
        FileCase("tabs are one column", "machine: m\ninitial: a\nstates: {a:\t{\trankk:\t1}}", "SM002 3:15"),
        FileCase(
            "line separators are none",
            "machine: m # \u{2028} \u{2029} \u{85}\ninitial: a\nstates: {a: }\nx: 1\n",
            "SM002 4:1"
        ),
        FileCase(
            "quoted keys begin at the quote",
            "machine: m\ninitial: a\nstates: {a: { 'rankk': 1, \"x\": 2}}\n",
            "SM002 3:15",
            "SM002 3:27"
        ),
        FileCase("a block text before", "machine: |-\n  m\ninitial: >-\n  a\n\n\nstates: {a: }\nx: 1", "SM002 8:1"),
        FileCase("a name over lines", "machine: m\ninitial: a\nstates:\n  a: { parent:\n       b }\n", "SM007 5:8"),
        FileCase("a name as a block", "machine: m\ninitial: a\nstates:\n  a:\n    parent: |-\n      b\n", "SM007 5:13"),
        FileCase(
            "JSON on one line",
            "{\"machine\":\"m\",\"initial\":\"b\",\"states\":{\"a\":{\"on\":{\"x\":[\"b\",{\"to\":\"c\"}]},\"é\":{},\"y\":[]}}}",
            "SM007 1:26",
            "SM007 1:56",
            "SM007 1:66",
            "SM002 1:73",
            "SM002 1:80"
        ),
        FileCase(
            "list items",
            "machine: m\ninitial: a\nevents:\n-   1\n-\n  2\n- {a: b}\nstates: {a: }\n",
            "SM005 4:5",
            "SM005 6:3",
            "SM005 7:3"
        ),
    ])
    func `a finding stands where an editor shows it`(_ file: FileCase) { file.check() }

    @Test func `findings print as compilers do`() {
        let file = MachineFile("machine: m\ninitial: a\nstates: {a: }\nevents: x")
        #expect("\(file.findings[0])" == "4:9: warning: \(file.findings[0].message) [SM103]")
        let odd = MachineFile("machine: m\ninitial: a\nstates: {a: }\n\"x\\n\\e[31m\": 1")
        #expect("\(odd.findings[0])".hasPrefix("4:1: error: unknown key \"x\\u{A}\\u{1B}[31m\" in a machine: "))
    }
}
