import MachineFiles
import StateMachines
import Testing

/// SM001, which is said alone.
@Suite struct UnreadableTests {
    static let small = "{machine: a, initial: a, states: {a: }}"

    @Test(arguments: [
        FileCase("nothing", "", "SM001 1:1"),
        FileCase("only a comment", "# nothing\n", "SM001 1:1"),
        FileCase("a document without content", "---\n...\n", "SM001 2:1"),
        FileCase("a text", "\n  machine\n", "SM001 2:3"),
        FileCase("a list", "- machine: a\n", "SM001 1:1"),
        FileCase("two documents", "machine: a\n---\nmachine: b\n", "SM001 2:1"),
        FileCase("an empty second document", "machine: a\n---\n", "SM001 2:1"),
        FileCase("an anchor", "machine: &a b\n", "SM001 1:10"),
        FileCase("an anchor on a mapping", "machine: b\nstates: &s {}\n", "SM001 2:9"),
        FileCase("an anchor on a list", "events: &s []\n", "SM001 1:9"),
        FileCase("an anchor on the document", "&a\nmachine: b\n", "SM001 1:1"),
        FileCase("an anchor on a key", "&k machine: b\n", "SM001 1:1"),
        FileCase("an alias", "machine: *a\n", "SM001 1:10"),
        FileCase("a tag", "machine: !mine a\n", "SM001 1:10"),
        FileCase("a tag on a mapping", "states: !mine {}\n", "SM001 1:9"),
        FileCase("a tag on a list", "events: !mine []\n", "SM001 1:9"),
        FileCase("a named tag", "%TAG !x! tag:example.org,2000:\n---\nmachine: !x!a b\n", "SM001 3:10"),
        FileCase("a tag that nobody declared", "machine: !x!a b\n", "SM001 1:10"),
        FileCase("a quote that does not end", "machine: \"a\n", "SM001 2:1"),
        FileCase("a bracket that does not end", "events: [a\n", "SM001 2:1"),
        FileCase("a bracket too many", "events: a]\nstates: ]", "SM001 2:9"),
        FileCase("a tab for indentation", "states:\n\ta: {}\n", "SM001 2:1"),
        FileCase("a wrong indentation", "states:\n    a: {}\n  b: {}\n", "SM001 3:3"),
        FileCase("no colon", "machine: a\ninitial\nstates: {}\n", "SM001 3:1"),
        FileCase("a control character", "machine: \u{1}a\n", "SM001 1:1"),
        FileCase("a NUL", "machine: a\n\u{0}\n", "SM001 1:1"),
        FileCase("a repeated key in what cannot be read", "machine: a\nmachine: b\nstates: &x {}\n", "SM001 3:9"),
    ])
    func `what is no single plain mapping is refused where the parser stopped`(_ file: FileCase) {
        let list = MachineFile(file.text).findings
        #expect(list.map(\.code) == [.unreadable], "\(list)")
        #expect(!MachineFile(file.text).isReadable)
        #expect(MachineFile(file.text).definition == nil)
        if !file.text.contains(where: { $0 == "\u{1}" || $0 == "\u{0}" }) {
            #expect(list.map { "\($0.code) \($0.position)" } == file.findings, "\(list)")
        }
    }

    @Test(arguments: [
        "---\nmachine: a\ninitial: a\nstates: {a: }\n...\n",
        "%YAML 1.1\n---\nmachine: a\ninitial: a\nstates: {a: }\n",
        "machine: !!str a\n!!str initial: a\nstates: !!map {a: }\nevents: !!seq []\n",
        "machine: ! a\ninitial: !!int a\nstates: {a: !!null }\n",
        "\u{FEFF}machine: a\ninitial: a\nstates: {a: }\n",
        "machine: a\r\ninitial: a\r\nstates:\r\n  a:\r\n",
        "machine: a\rinitial: a\rstates:\r  a:\r",
        "? machine\n: a\n? initial\n: a\nstates:\n  a: {}",
        "\"machine\": 'a'\n'initial': \"a\"\nstates: {\"a\": \"\"}",
        "machine: |-\n  a\ninitial: >-\n  a\nstates: {a: }",
        "{\"machine\":\"a\",\"initial\":\"a\",\"states\":{\"a\":{}}}",
        "{\n\t\"machine\":\t\"\\u0061\",\n\t\"initial\": \"a\",\n\t\"states\": {\"a\": {}}\n}\n",
    ])
    func `every spelling of one mapping is read`(_ text: String) throws {
        let file = MachineFile(text)
        #expect(file.list == [], "\(file.findings)")
        #expect(try file.checked() == MachineFile(Self.small).checked())
        #expect(file.isReadable)
    }

    @Test func `the size is bounded to the byte`() {
        let filler = String(repeating: "x", count: (1 << 20) - Self.small.utf8.count - 3)
        #expect(MachineFile(Self.small + "\n# " + filler).list == [])
        #expect(MachineFile(Self.small + "\n# " + filler + "x").list == ["SM001 1:1"])
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61], [0x61, 0x3A, 0x20, 0xC3, 0x28], [0xC0, 0x80],
            [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0x61, 0xE2, 0x82],
        ] as [[UInt8]]
    )
    func `what is not UTF-8 is refused`(_ bytes: [UInt8]) {
        #expect(MachineFile(bytes: bytes).findings.map(\.code) == [.unreadable])
        #expect(
            MachineFile(bytes: Array(Self.small.utf8) + [0x0A, 0x23] + bytes).list.map { $0.prefix(7) } == ["SM001 2"]
        )
    }

    /// The deepest list in an unknown key, which says nothing of what is under it.
    static func nested(_ depth: Int, open: String, close: String) -> String {
        let count = depth - 1
        let middle = String(repeating: open, count: count) + "x" + String(repeating: close, count: count)
        return "{machine: a, initial: a, states: {a: }, more: \(middle)}"
    }

    @Test(arguments: [("[", "]"), ("{k: ", "}"), ("{? ", "}")])
    func `64 deep is fine and 65 is not`(_ open: String, _ close: String) {
        #expect(MachineFile(Self.nested(64, open: open, close: close)).list == ["SM002 1:41"])
        let place = "SM001 1:\(47 + 63 * open.count)"
        #expect(MachineFile(Self.nested(65, open: open, close: close)).list == [place])
    }

    @Test func `a block is counted like brackets`() {
        func nested(_ depth: Int) -> String {
            let lists = (1..<depth).map { String(repeating: "  ", count: $0) + "-\n" }.joined()
            return "machine: a\ninitial: a\nstates: {a: }\nmore:\n" + lists
        }
        #expect(MachineFile(nested(64)).list == ["SM002 4:1"])
        #expect(MachineFile(nested(65)).list == ["SM001 68:129"])
    }

    @Test func `a file that is not there is unreadable`() {
        let file = MachineFile(contentsOf: "/nowhere/at/all.yaml")
        #expect(file.list == ["SM001 1:1"])
        #expect(file.findings[0].message.contains("cannot be read"))
        #expect(MachineFile(contentsOf: "/").list == ["SM001 1:1"])
        #expect(MachineFile(contentsOf: "/dev/null").list == ["SM001 1:1"])
        #expect(MachineFile(contentsOf: "/dev/zero").findings[0].message.contains("1 MiB"))
    }

    @Test func `an unreadable document throws all that is known of it`() throws {
        let error = try #require(throws: MachineFileError.self) { try MachineFile("- a").checked() }
        #expect(error.findings == MachineFile("- a").findings)
        #expect("\(error)".hasPrefix("1:1: error: "))
        #expect("\(error)".hasSuffix(" [SM001]"))
    }
}
