import CircuitBreakers
import Foundation
import StateMachines
import Testing

struct DocumentationTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/CircuitBreakers/Documentation.docc/CircuitBreakers.md")

    @Test func `the page shows the machine that breakers run on`() throws {
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let drawn = Mermaid.render(CircuitBreakerDefinition.typed.definition)
        #expect(page.contains("```mermaid\n\(drawn)```\n"), "the diagram is now:\n\(drawn)")
    }
}
