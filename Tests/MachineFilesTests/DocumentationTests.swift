import Foundation
import MachineFiles
import StateMachines
import Testing

@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private static func page(_ module: String) throws -> String {
        try String(
            contentsOf: root.appending(path: "Sources/\(module)/Documentation.docc/\(module).md"),
            encoding: .utf8
        )
    }

    /// The blocks of one language, in order.
    private static func blocks(_ language: String, in page: String) -> [String] {
        page.components(separatedBy: "\n```\(language)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    @Test func `the page shows a document and what it says`() throws {
        let page = try Self.page("MachineFiles")
        let document = try #require(Self.blocks("yaml", in: page).first)
        let drawn = Mermaid.render(try MachineFile(document).checked())
        #expect(page.contains("```mermaid\n\(drawn)```\n"), "the diagram is now:\n\(drawn)")
    }

    @Test func `the page shows the findings of a document`() throws {
        let page = try Self.page("MachineFiles")
        let document = try #require(Self.blocks("yaml", in: page).last)
        let found = MachineFile(document).findings.map { "door.yaml:\($0)\n" }.joined()
        #expect(page.contains("```\n\(found)```\n"), "the findings are now:\n\(found)")
    }

    @Test func `the page shows the order that the examples start from`() throws {
        let page = try Self.page("StateMachines")
        let file = Self.root.appending(path: "Examples/Machines/order.yaml")
        let order = try MachineFile(contentsOf: file.path).checked()
        let drawn = Mermaid.render(order)
        #expect(page.contains("```mermaid\n\(drawn)```\n"), "the diagram is now:\n\(drawn)")
    }
}
