import CircuitBreakers
import Foundation
import StateMachines
import Testing

struct DocumentationTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    private static let articles = tests.appending(path: "../../Sources/CircuitBreakers/Documentation.docc")

    private static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    /// A text's lines without their indentation.
    private static func lines(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    @Test func `the page shows the machine that breakers run on`() throws {
        let page = try Self.text(Self.articles.appending(path: "CircuitBreakers.md"))
        let drawn = Mermaid.render(CircuitBreakerDefinition.typed.definition)
        #expect(page.contains("```mermaid\n\(drawn)```\n"), "the diagram is now:\n\(drawn)")
    }

    @Test func `the code of "Guarding calls" stands in its tests, block by block`() throws {
        let article = try Self.text(Self.articles.appending(path: "GuardingCalls.md"))
        let tested = try Self.lines(Self.text(Self.tests.appending(path: "GuardingCallsTests.swift")))
        // Every second piece is between fences.
        let blocks = article.split(separator: "```", omittingEmptySubsequences: false)
            .enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        #expect(blocks.count >= 10)
        for block in blocks {
            #expect(block.hasPrefix("swift\n"))
            let wanted = Self.lines(block.dropFirst("swift".count))
            #expect(tested.firstRange(of: wanted) != nil, "not in GuardingCallsTests:\n\(block)")
        }
    }
}
