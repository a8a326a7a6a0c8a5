import Foundation
import Testing

/// A folder of the conformance sample.
struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var path: String
    /// The findings as they are expected, one a line; none where there is no file of them.
    var findings: [String]
    var hasFindings: Bool

    var testDescription: String { name }

    /// The document.
    var bytes: [UInt8] { FileManager.default.contents(atPath: path).map(Array.init) ?? [] }

    /// All of them, by name.
    static let all: [Sample] = {
        guard let folder = Bundle.module.url(forResource: "Machines", withExtension: nil),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        return names.sorted()
            .compactMap { name in
                let folder = folder.appendingPathComponent(name)
                let path = ["machine.yaml", "machine.json"].map { folder.appendingPathComponent($0).path }
                    .first { FileManager.default.fileExists(atPath: $0) }
                guard let path else { return nil }
                let findings = try? String(contentsOf: folder.appendingPathComponent("findings.jsonl"), encoding: .utf8)
                return Sample(
                    name: name,
                    path: path,
                    findings: (findings ?? "").split(separator: "\n").map(String.init),
                    hasFindings: findings != nil
                )
            }
    }()
}
