import Foundation
import MachineFiles
import StateMachines
import Testing

@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    @Test func `the page shows the order that the examples start from`() throws {
        let page = try String(
            contentsOf: Self.root.appending(path: "Sources/StateMachines/Documentation.docc/StateMachines.md"),
            encoding: .utf8
        )
        let file = Self.root.appending(path: "Examples/Machines/order.yaml")
        let order = try MachineFile(contentsOf: file.path).checked()
        let drawn = Mermaid.render(order)
        #expect(page.contains("```mermaid\n\(drawn)```\n"), "the diagram is now:\n\(drawn)")
    }
}
