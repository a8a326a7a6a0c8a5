import Foundation
import ResilienceTestKit
import Testing

struct TraceTests {
    /// The conformance traces of the breaker's semantics.
    static let files: [URL] = {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Traces")
        let found = folder.flatMap {
            try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        return (found ?? []).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }()

    @Test func `the traces are there`() {
        #expect(Self.files.count >= 27)
    }

    @Test(arguments: files)
    func `every trace replays`(_ file: URL) throws {
        let trace = try Trace(json: Data(contentsOf: file))
        #expect(trace.id == file.deletingPathExtension().lastPathComponent)
        #expect(try TraceRunner.run(trace).description == "ok \(trace.id)")
    }
}
