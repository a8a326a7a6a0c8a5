import BreakerFiles
import CircuitBreakers
import Foundation
import Testing

struct DocumentationTests {
    private typealias Breaker = CircuitBreaker.Configuration

    /// A key, whether a layer says something about it, and its value in words.
    private typealias Key = (
        name: String, isIn: @Sendable (Breaker.Changes) -> Bool, text: @Sendable (Breaker) -> String
    )

    private static let keys: [Key] = [
        ("window", { $0.window != nil }, { text($0.window) }),
        ("minimumCalls", { $0.minimumCalls != nil }, { $0.minimumCalls.map(String.init) ?? "none" }),
        ("failureRateBp", { $0.failureRateBp != nil }, { "\($0.failureRateBp)" }),
        ("slowCallMs", { $0.slowCallMs != nil }, { $0.slowCallMs.map { "\($0)" } ?? "none" }),
        ("openMs", { $0.openMs != nil }, { "\($0.openMs)" }),
        ("backoffFactor", { $0.backoffFactor != nil }, { "\(Double($0.backoffFactor) / 1000)" }),
        ("probes", { $0.probes != nil }, { "\($0.probes)" }),
    ]

    private static func text(_ window: Breaker.Window) -> String {
        switch window {
        case .count(let size): "count, \(size) calls"
        case .time(let milliseconds, let buckets): "time, \(milliseconds) ms in \(buckets) slices"
        }
    }

    private static func page() throws -> String {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/BreakerFiles/Documentation.docc/BreakerFiles.md")
        return try String(contentsOf: page, encoding: .utf8)
    }

    /// The documents of the page, in order.
    private static func documents(in page: String) -> [String] {
        page.components(separatedBy: "\n```yaml\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    @Test func `the page shows which layer says what`() throws {
        let page = try Self.page()
        let document = try #require(Self.documents(in: page).first)
        let file = try BreakerFile(document).checked()
        let name = "order-service:pay"
        var layers = [(name: name, changes: try #require(file.breakers[name]))]
        while let next = layers.last?.changes.basedOn { layers.append((next, try #require(file.named[next]))) }

        let nodes = (layers.map(\.name) + ["defaults", "the program"]).enumerated()
            .map { "n\($0.offset)[\"\($0.element)\"]" }
        let drawn = "```mermaid\nflowchart LR\n    \(nodes.joined(separator: " --> "))\n```\n"
        #expect(page.contains(drawn), "the diagram is now:\n\(drawn)")

        let resolved = try #require(try file.resolved(breaker: name))
        var table = "| key | value | said by |\n| --- | --- | --- |\n"
        for key in Self.keys {
            let layer = layers.first { key.isIn($0.changes.changes) }?.name
            let isDefault = key.text(file.breaker) != key.text(.init())
            let author = layer ?? (isDefault ? "defaults" : "the program")
            table += "| `\(key.name)` | \(key.text(resolved)) | \(author) |\n"
        }
        #expect(page.contains(table), "the table is now:\n\(table)")
    }

    @Test func `the page shows the findings of a document`() throws {
        let page = try Self.page()
        let document = try #require(Self.documents(in: page).last)
        let found = BreakerFile(document).findings.map { "breakers.yaml:\($0)\n" }.joined()
        #expect(page.contains("```\n\(found)```\n"), "the findings are now:\n\(found)")
    }

    @Test func `a registry loads a file`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "breakers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "breakers.yaml").path
        try #require(Self.documents(in: try Self.page()).first).write(toFile: path, atomically: true, encoding: .utf8)
        let registry = try BreakerRegistry()
        try registry.load(contentsOf: path)
        let breaker = try registry.breaker("order-service:pay")
        #expect(breaker.name == "order-service:pay")
        #expect(try registry.configuration.resolved(breaker: breaker.name)?.failureRateBp == 2000)
    }
}
