import Foundation
import StateMachines
import Testing

@testable import StateSharing

/// What the module's page shows is what the core does.
struct DocumentationTests {
    private static func page() throws -> String {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/StateSharing/Documentation.docc/StateSharing.md")
        return try String(contentsOf: page, encoding: .utf8)
    }

    @Test func `the page shows the life of a decision`() throws {
        let drawn = Mermaid.render(TypedDefinition.life.definition)
        #expect(try Self.page().contains("```mermaid\n\(drawn)```\n"), "the diagram is now:\n\(drawn)")
    }

    @Test func `the core takes each way of the diagram`() throws {
        let table = try TypedDefinition.life.compile()
        var left = Set(Decision.allCases.flatMap { from in DecisionEvent.allCases.map { "\(from) \($0)" } })
        func walk(_ road: [DecisionEvent]) throws {
            for event in DecisionEvent.allCases {
                var machine = try Machine(table)
                var driver = DecisionDriver()
                #expect(driver.state == machine.state)
                for earlier in road {
                    _ = machine.fire(earlier)
                    try driver.happen(earlier)
                }
                let outcome = machine.fire(event)
                guard outcome.kind == .moved || outcome.kind == .stayed, left.remove("\(outcome.from) \(event)") != nil
                else { continue }
                try driver.happen(event)
                #expect(driver.state == outcome.to, "\(outcome.from) \(event)")
                #expect(driver.effective == "OPEN", "a trip protects until somebody who has seen it closes")
                try walk(road + [event])
            }
        }
        try walk([])
        #expect(left.count == 24 - 7, "not taken: \(left.sorted())")
    }

    /// A row of the page's table: what is waiting, and whether it is kept when a newer version of each kind comes.
    private static func rows() throws -> [(mine: String, kept: [Bool])] {
        try page().split(separator: "\n")
            .compactMap { line in
                let words = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                guard words.count == 5, ["kept", "dropped"].contains(words[1]) else { return nil }
                return (words[0], words.dropFirst().map { $0 == "kept" })
            }
    }

    @Test func `the core merges as the page's table says`() throws {
        let rows = try Self.rows()
        #expect(rows.map(\.mine) == ["a trip", "a trip whose time is over", "a recovery", "an operator's decision"])
        for row in rows {
            let found = ["CLOSED", "OPEN", "HALF_OPEN", "DISABLED"].map { Self.keeps(row.mine, whenMeeting: $0) }
            #expect(found == row.kept, "\(row.mine)")
        }
    }

    private static func keeps(_ mine: String, whenMeeting state: String) -> Bool {
        var driver = CoreDriver()
        let base = driver.serverMs - 60_000
        driver.goLive(stored: [driver.version("OPEN", at: base, epoch: 1, leftMs: 0)])
        driver.nextHandOver()
        switch mine {
        case "a trip": driver.local("OPEN", openMs: 5000)
        case "a trip whose time is over": driver.local("OPEN", openMs: 0)
        case "a recovery": driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed")
        default: driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann")
        }
        let newer = (driver.pending?.held.lastModified ?? 0) + 10
        let isOperators = state == "DISABLED"
        driver.receive([
            driver.version(
                state,
                at: newer,
                parent: base,
                operatorAt: isOperators ? newer : 0,
                epoch: 2,
                leftMs: state == "OPEN" ? 4000 : nil,
                hold: isOperators ? .forever : .none,
                actor: isOperators ? "bob" : ""
            )
        ])
        return driver.pending != nil
    }
}
