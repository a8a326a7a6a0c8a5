import Foundation
import Testing

/// The conformance cases through the program, as people run them.
@Suite struct ConformanceTests {
    /// A folder of cases that the libraries' tests keep.
    private static func folder(_ path: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(path)
    }

    private static let machines = folder("MachineFilesTests/Machines")

    /// The cases that have a file of a name.
    private static func cases(with name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: machines.path).sorted()
            .filter { FileManager.default.fileExists(atPath: file(name, of: $0).path) }
    }

    private static func file(_ name: String, of machine: String) -> URL {
        machines.appendingPathComponent(machine).appendingPathComponent(name)
    }

    private func smctl(_ arguments: [String]) async throws -> ChildProcess.Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await ChildProcess(try ChildProcess.built("smctl"), arguments, folder: folder).end()
    }

    @Test func `machine run prints byte for byte what stands beside each case`() async throws {
        let names = try Self.cases(with: "expected.jsonl")
        #expect(names.count >= 12)
        for name in names {
            let document = Self.file("machine.yaml", of: name).path
            let events = Self.file("events.jsonl", of: name).path
            let result = try await smctl(["machine", "run", document, "--events", events])
            #expect(result.status == 0, "\(name): \(result.errors)")
            #expect(result.output == (try String(contentsOf: Self.file("expected.jsonl", of: name), encoding: .utf8)))
        }
    }

    @Test func `machine validate prints the findings that stand beside each case`() async throws {
        let names = try Self.cases(with: "findings.jsonl")
        #expect(names.count >= 9)
        for name in names {
            let document = Self.file("machine.yaml", of: name).path
            let expected = try String(contentsOf: Self.file("findings.jsonl", of: name), encoding: .utf8)
            let result = try await smctl(["machine", "validate", document])
            let found = try result.output.split(separator: "\n").map { try json($0.dropFirst(document.count)) }
            #expect(found == expected.split(separator: "\n").map(String.init), "\(name)")
            #expect(result.status == (expected.contains(#""severity":"error""#) ? 1 : 0), "\(name)")
        }
    }

    /// A finding `:LINE:COLUMN: SEVERITY: MESSAGE [CODE]` as the cases write it.
    private func json(_ finding: Substring) throws -> String {
        let parts = try #require(finding.wholeMatch(of: /:(\d+):(\d+): (\w+): .+ \[(SM\d+)\]/), "\(finding)")
        return #"{"code":"\#(parts.4)","column":\#(parts.2),"line":\#(parts.1),"severity":"\#(parts.3)"}"#
    }

    @Test func `trace run passes every trace`() async throws {
        let traces = Self.folder("CircuitBreakersTests/Traces")
        let names = try FileManager.default.contentsOfDirectory(atPath: traces.path).sorted()
        let result = try await smctl(["trace", "run"] + names.map { traces.appendingPathComponent($0).path })
        #expect(result.status == 0)
        #expect(result.output.hasSuffix("\n\(names.count) passed, 0 failed\n"))
        #expect(names.count >= 27)
    }
}
