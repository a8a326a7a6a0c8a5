import FleetTestSupport
import Foundation
import Testing

/// `smctl breaker validate`, as a program.
@Suite struct EndToEndBreakerFileTests {
    private static func validate(_ text: String, _ arguments: String...) async throws -> ChildProcess.Result {
        let folder = try TemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try folder.write(text, to: "b.yaml")
        let run = try ChildProcess(
            try ChildProcess.built("smctl"),
            ["breaker", "validate", folder.file("b.yaml")] + arguments,
            folder: URL(fileURLWithPath: folder.path)
        )
        var result = await run.end()
        result.output = result.output.replacing(folder.path + "/", with: "")
        return result
    }

    @Test func `findings are printed as compilers do, and tell the exit code`() async throws {
        let good = try await Self.validate("breakers: {a: {openMs: 5}}")
        #expect(good.status == 0)
        #expect(good.output == "")
        #expect(good.errors == "smctl: 0 errors, 0 warnings in 1 file\n")
        let bad = try await Self.validate("breakers:\n  a: {openMs: -5}\n  b: {configuration: c}\n")
        #expect(bad.status == 1)
        #expect(
            bad.output == "b.yaml:2:7: error: openMs: -5 is not in 0…1000000000000 [outOfRange]\n"
                + "b.yaml:3:7: error: there is no configuration c [unknownConfiguration]\n"
        )
        let unreadable = try await Self.validate("- a", "--format", "jsonl")
        #expect(unreadable.status == 65)
        #expect(unreadable.output.hasPrefix(#"{"code":"unreadable","column":1,"file":"b.yaml","line":1,"message":""#))
    }
}
