import Foundation
import MachineFiles
import ResilienceTestKit
import Testing

extension Sample {
    /// The file beside the document that has a name; nil where there is none.
    func text(of name: String) -> String? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        return try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    /// Those that are replayed.
    static let replayed = all.filter { $0.text(of: "events.jsonl") != nil }
}

@Suite struct ReplayTests {
    @Test func `there are samples to replay`() {
        #expect(Sample.replayed.count >= 12)
    }

    @Test(arguments: Sample.replayed) func `the interpreter says what stands beside a sample`(_ sample: Sample) throws {
        let definition = try MachineFile(bytes: sample.bytes).checked()
        let events = try #require(sample.text(of: "events.jsonl"))
        let script = try ReplayScript(jsonLines: Array(events.utf8), for: definition)
        var interpreter = ReferenceInterpreter(definition)
        let lines = script.run(on: &interpreter).map { "\($0)\n" }.joined()
        #expect(lines == sample.text(of: "expected.jsonl"))
    }
}
