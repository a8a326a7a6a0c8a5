import MachineFiles
import StateMachines
import Testing

/// A document and its findings, as `SM005 3:1`.
struct FileCase: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var findings: [String]

    init(_ name: String, _ text: String, _ findings: String...) {
        self.name = name
        self.text = text
        self.findings = findings
    }

    var testDescription: String { name }

    func check() {
        let file = MachineFile(text)
        #expect(file.list == findings, "\(text)\n\(file.findings.map(\.description).joined(separator: "\n"))")
        #expect((file.definition == nil) == file.findings.contains { $0.severity == .error })
    }
}
