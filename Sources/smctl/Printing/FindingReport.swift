import BreakerFiles
import CircuitBreakers
import MachineFiles
import StateMachines

/// What was found in some files, in the order of the files.
struct FindingReport {
    /// What was found, of machines or breakers.
    private struct Line {
        var code: String
        var position: FilePosition
        var severity: Finding.Severity
        var message: String
    }

    private let files: [(name: String, isReadable: Bool, findings: [Line])]

    init(_ files: [(String, MachineFile)]) {
        self.files = files.map { name, file in
            let lines = file.findings.map {
                Line(code: $0.code.rawValue, position: $0.position, severity: $0.severity, message: $0.message)
            }
            return (name: name, isReadable: file.isReadable, findings: lines)
        }
    }

    init(_ files: [(String, BreakerFile)]) {
        self.files = files.map { name, file in
            let lines = file.findings.map {
                Line(code: $0.code.description, position: $0.position, severity: .error, message: $0.message)
            }
            return (name: name, isReadable: file.isReadable, findings: lines)
        }
    }

    /// Prints it as it was asked for.
    ///
    /// - Throws: the exit code of a command that checks files, if it is not 0.
    func print(_ output: OutputOptions, strict: Bool) throws {
        switch output.format {
        case .json: try Console.print(JSONValue.array(objects).text)
        case .jsonl:
            for object in objects { try Console.print(object.text) }
        case .table:
            let color = output.usesColor(Terminal.standardOutput())
            for line in lines(color: color) { try Console.print(line) }
            if !output.quiet { Console.note(summary) }
        }
        let status = status(strict: strict)
        if status != .success { throw status.exitCode }
    }

    /// `FILE:LINE:COLUMN: severity: message [CODE]`.
    func lines(color: Bool) -> [String] {
        all { name, finding in
            let severity = color ? Self.paint(finding.severity) : "\(finding.severity)"
            let place = "\(name.shownPath):\(finding.position)"
            return "\(place): \(severity): \(finding.message) [\(finding.code)]"
        }
    }

    /// An object a finding.
    var objects: [JSONValue] {
        all { name, finding in
            .object([
                "code": .string(finding.code),
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
        if files.contains(where: { !$0.isReadable }) { return .dataError }
        return count(.error) > 0 || (strict && count(.warning) > 0) ? .checkFailed : .success
    }

    private func all<Result>(_ make: (String, Line) -> Result) -> [Result] {
        files.flatMap { file in file.findings.map { make(file.name, $0) } }
    }

    private func count(_ severity: Finding.Severity) -> Int {
        files.reduce(0) { $0 + $1.findings.count { $0.severity == severity } }
    }

    /// Errors in red, warnings in yellow.
    private static func paint(_ severity: Finding.Severity) -> String {
        switch severity {
        case .error: "\u{1B}[31m\(severity)\u{1B}[0m"
        case .warning: "\u{1B}[33m\(severity)\u{1B}[0m"
        }
    }
}
