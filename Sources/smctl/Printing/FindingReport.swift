import MachineFiles
import StateMachines

/// What was found in some files, in the order of the files.
struct FindingReport {
    private let files: [(name: String, file: MachineFile)]

    init(_ files: [(String, MachineFile)]) {
        self.files = files.map { (name: $0.0, file: $0.1) }
    }

    /// `FILE:LINE:COLUMN: severity: message [CODE]`.
    func lines(color: Bool) -> [String] {
        all { name, finding in
            let severity = color ? Self.paint(finding.severity) : "\(finding.severity)"
            let place = "\(Printable.escaped(name)):\(finding.position)"
            return "\(place): \(severity): \(finding.message) [\(finding.code)]"
        }
    }

    /// An object a finding.
    var objects: [JSONValue] {
        all { name, finding in
            .object([
                "code": .string(finding.code.rawValue),
                "column": .integer(Int64(finding.position.column)),
                "file": .string(name),
                "line": .integer(Int64(finding.position.line)),
                "message": .string(finding.message),
                "severity": .string(finding.severity.rawValue),
            ])
        }
    }

    /// How many findings of which kind.
    var summary: String {
        let errors = count(.error)
        let warnings = count(.warning)
        let found = "\(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"
        return "\(found) in \(files.count) file\(files.count == 1 ? "" : "s")"
    }

    /// What a command that checks files ends with.
    func status(strict: Bool) -> ExitStatus {
        if files.contains(where: { !$0.file.isReadable }) { return .dataError }
        return count(.error) > 0 || (strict && count(.warning) > 0) ? .checkFailed : .success
    }

    private func all<Result>(_ make: (String, FileFinding) -> Result) -> [Result] {
        files.flatMap { file in file.file.findings.map { make(file.name, $0) } }
    }

    private func count(_ severity: Finding.Severity) -> Int {
        files.reduce(0) { $0 + $1.file.findings.count { $0.severity == severity } }
    }

    /// Errors in red, warnings in yellow.
    private static func paint(_ severity: Finding.Severity) -> String {
        switch severity {
        case .error: "\u{1B}[31m\(severity)\u{1B}[0m"
        case .warning: "\u{1B}[33m\(severity)\u{1B}[0m"
        }
    }
}
