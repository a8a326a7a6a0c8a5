import Foundation
import Testing

/// The Swift that the libraries' pages show is Swift that is compiled, and mostly run.
struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    private static func files(in folder: String, endingWith ending: String) -> [URL] {
        let found = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
        return (found?.allObjects as? [URL] ?? [])
            .filter { $0.lastPathComponent.hasSuffix(ending) && !$0.path.contains("/.build/") }
    }

    /// The lines without indentation, and without empty ones.
    private static func bare(_ text: some StringProtocol) -> String {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    private static func swiftBlocks(of page: String) -> [String] {
        page.components(separatedBy: "```swift\n").dropFirst().map { bare($0.components(separatedBy: "```")[0]) }
    }

    @Test(arguments: [
        "MachineFiles", "BreakerFiles", "BreakerConfiguration", "StateSharing", "RedisSharing", "ResilienceTestKit",
    ])
    func `each block of Swift in a module's pages stands in a test or an example`(module: String) throws {
        let pages = Self.files(in: "Sources/\(module)/Documentation.docc", endingWith: ".md")
        try #require(!pages.isEmpty)
        let sources = try ["Tests", "Examples/Sources"].flatMap { Self.files(in: $0, endingWith: ".swift") }
            .map { "\n" + Self.bare(try String(contentsOf: $0, encoding: .utf8)) + "\n" }
        for page in pages {
            let blocks = Self.swiftBlocks(of: try String(contentsOf: page, encoding: .utf8))
            for block in blocks {
                let stands = sources.contains { $0.contains("\n\(block)\n") }
                #expect(stands, "\(page.lastPathComponent) has code of its own:\n\(block)")
            }
        }
    }
}
