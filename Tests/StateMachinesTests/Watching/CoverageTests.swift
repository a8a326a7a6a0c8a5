import ResilienceTestKit
import Testing

@testable import StateMachines

@Suite struct CoverageTests {
    /// The drawn machine after three events.
    private func covered() throws -> MachineCoverage {
        var definition = drawn
        definition.invariants = []
        let coverage = try MachineCoverage(of: definition)
        var loop = LoopReplay(definition, trace: nil, coverage: coverage)
        let script = ReplayScript([
            .guard("stale", false), .fire(ReplayEvent("start")), .fire(ReplayEvent("touch")),
            .fire(ReplayEvent("touch")),
            .fire(ReplayEvent("success")),
        ])
        _ = script.run(on: &loop)
        return coverage
    }

    @Test func `a summary counts and names`() throws {
        let coverage = try MachineCoverage(of: TypedDefinition.door.compile())
        #expect(coverage.summary.pairs.description == "0 of 16")
        #expect(!coverage.summary.isComplete)
        let watched = try TypedDefinition.door.compile().watched(coverage: coverage)
        var machine = try Machine(watched)
        for event in [Hand.slam, .knock, .turn, .push, .turn, .pull, .push, .knock, .slam] { machine.fire(event) }
        #expect(coverage.summary.pairs.taken == 9)
        #expect(coverage.summary.neverTaken.prefix(2).map(\.description) == ["shut burn", "open push"])
    }

    @Test func `the table is marked and summed up`() throws {
        let text = LegalityTable.render(try covered())
        #expect(
            text.split(separator: "\n").map { $0.split(separator: "|").last.map(String.init) ?? "" }.prefix(9)
                == [
                    " *taken* ", " --- ", " 1 of 2 ", " 0 of 4 ", " 2 of 10 ", " 0 of 5 ", " 1 of 3 ", " 0 of 0 ",
                    " 0 of 0 ",
                ]
        )
        #expect(text.contains("| syncing ✓ |"))
        #expect(text.contains("| stay if stale; stay ✓ |"))
        #expect(text.contains("\n\npairs taken: 4 of 24\nguards seen both ways: 0 of 3\nnever taken: idle watch, "))
        #expect(text.hasSuffix("never true: \(RuleText.list(drawn.guards))\nnever false: budget, forced\n"))
    }

    @Test func `Mermaid and DOT are coloured`() throws {
        let coverage = try MachineCoverage(of: TypedDefinition.door.compile())
        var machine = try Machine(TypedDefinition.door.compile().watched(coverage: coverage))
        for event in [Hand.push, .pull, .slam] { machine.fire(event) }
        let mermaid = Mermaid.render(coverage)
        #expect(mermaid.contains("    shut --> open : push ✓\n"))
        #expect(mermaid.contains("    open --> shut : pull ✓, slam ✗\n"))
        #expect(
            mermaid.hasSuffix(
                """
                    classDef someTaken fill:#fff3c4,stroke:#b26a00,color:#000
                    class shut,open someTaken
                    classDef noneTaken fill:#f8c9c4,stroke:#b71c1c,color:#000
                    class locked,gone noneTaken

                """
            )
        )
        let dot = DOT.render(coverage)
        #expect(dot.contains(##""shut" -> "open" [label="push", color="#2e7d32", fontcolor="#2e7d32", penwidth=2];"##))
        #expect(
            dot.contains(##""open" -> "shut" [label="pull\nslam", color="#b26a00", fontcolor="#b26a00", penwidth=2];"##)
        )
        #expect(
            dot.contains(##""locked" -> "shut" [label="turn", color="#b71c1c", fontcolor="#b71c1c", style=dashed];"##)
        )
        #expect(dot.contains(##""locked" [label="locked\nreject push, pull", fillcolor="#f8c9c4", color="#b71c1c""##))
    }

    @Test func `a parent's rule is taken where it is asked, and not where a child hides it`() throws {
        let definition = machine(
            initial: "p",
            state("p", on: ["go": [to("out")], "hide": [to("own")], "inherit": [to("plain")]]),
            state("own", in: "p", on: ["go": [stay()]]),
            state("plain", in: "p"),
            state("out", final: true)
        )
        let coverage = try MachineCoverage(of: definition)
        func label(after events: String...) -> String? {
            var loop = LoopReplay(definition, trace: nil, coverage: coverage)
            _ = ReplayScript(events.map { .fire(ReplayEvent($0)) }).run(on: &loop)
            return Mermaid.render(coverage).split(separator: "\n").first { $0.contains(": go") }.map(String.init)
        }
        #expect(label(after: "hide", "go")?.hasSuffix("--> out : go ✗") == true)
        #expect(label(after: "inherit", "go")?.hasSuffix("--> out : go ◐") == true)
        #expect(label(after: "go")?.hasSuffix("--> out : go ✓") == true)
    }

    @Test func `a record goes into a file and comes back, and adds up`() throws {
        let coverage = try covered()
        let text = coverage.record.json
        #expect(
            text == #"{"always":["synced"],"false":["stale"],"machine":"m","pairs":{"idle":["start"],"#
                + #""syncing":["success","touch"]},"timeouts":[],"true":[],"version":4}"#
        )
        let read = try MachineCoverage.Record(json: Array(text.utf8))
        #expect(read == coverage.record)
        let other = try MachineCoverage(of: coverage.definition)
        var more = read
        more.pairs = ["idle": ["watch"]]
        try other.merge(more)
        try other.merge(read)
        #expect(other.summary.pairs.taken == coverage.summary.pairs.taken + 1)
    }

    @Test(arguments: [
        ##"machine":"n","##, ##""version":5"##, ##""idle":["retry"]"##, ##""idle":["never"]"##,
        ##""nowhere":["start"]"##,
        ##""always":["idle"]"##, ##""timeouts":["idle"]"##, ##""true":["nobody"]"##,
    ])
    func `what is of another machine is refused as a whole`(change: String) throws {
        let coverage = try covered()
        var record = coverage.record
        switch change {
        case let text where text.contains("machine"): record.machine = "n"
        case let text where text.contains("version"): record.version = 5
        case let text where text.contains("retry"): record.pairs["idle"] = ["retry"]
        case let text where text.contains("never"): record.pairs["idle"] = ["never"]
        case let text where text.contains("nowhere"): record.pairs["nowhere"] = ["start"]
        case let text where text.contains("always"): record.always = ["idle"]
        case let text where text.contains("timeouts"): record.timeouts = ["idle"]
        default: record.seenTrue = ["nobody"]
        }
        record.pairs["synced", default: []].insert("end")
        let before = coverage.record
        #expect(throws: MachineCoverage.MergeError.self) { try coverage.merge(record) }
        #expect(coverage.record == before)
    }

    @Test(arguments: [
        "", "[]", "{}", "nul", "{\"machine\":1}", "{\"machine\":\"m\",\"machine\":\"m\"}",
        #"{"always":[],"false":[],"machine":"m","pairs":[],"timeouts":[],"true":[],"version":1}"#,
        #"{"always":[],"false":[],"machine":"m","pairs":{"a":[1]},"timeouts":[],"true":[],"version":1}"#,
        #"{"always":[],"false":[],"machine":"m","pairs":{"a":["x","x"]},"timeouts":[],"true":[],"version":1}"#,
        #"{"always":[],"false":[],"machine":"m","pairs":{},"timeouts":[],"true":[],"version":65536}"#,
        #"{"always":[],"false":[],"machine":"m","pairs":{},"timeouts":[],"true":[],"version":1,"more":1}"#,
        #"{"always":{},"false":[],"machine":"m","pairs":{},"timeouts":[],"true":[],"version":1}"#,
        String(repeating: "[", count: 100_000), "{\"pairs\":{\"a\":[[[[[[[[[[]]]]]]]]]]}}",
    ])
    func `a text that is no coverage is one error`(text: String) {
        #expect(throws: MachineCoverageFileError.self) { try MachineCoverage.Record(json: Array(text.utf8)) }
    }

    @Test func `a coverage that is too large is refused before it is read`() {
        let bytes = [UInt8](repeating: 0x20, count: MachineCoverage.Record.maximumSize + 1)
        #expect(throws: MachineCoverageFileError.self) { try MachineCoverage.Record(json: bytes) }
    }

    @Test func `a definition with errors has no coverage`() {
        #expect(throws: MachineDefinitionError.self) {
            try MachineCoverage(of: MachineDefinition(name: "m", initial: "nowhere", events: [], states: []))
        }
    }

    @Test func `threads mark one coverage together`() async throws {
        let table = try TypedDefinition.door.compile()
        let coverage = MachineCoverage(of: table)
        let watched = table.watched(coverage: coverage)
        await withDiscardingTaskGroup { group in
            for start in Door.allCases {
                group.addTask {
                    for event in Hand.allCases {
                        guard let machine = try? AtomicMachine(watched, initial: start) else { continue }
                        machine.fire(event)
                    }
                }
            }
        }
        #expect(coverage.summary.isComplete)
    }
}
