public import StateMachines

/// Something that is wrong or doubtful about a machine's file.
public struct FileFinding: Sendable, Hashable, CustomStringConvertible {
    /// The kind of finding.
    public let code: Finding.Code
    /// Where in the file.
    public let position: FilePosition
    /// What is wrong, with what, and what helps.
    public let message: String

    init(_ code: Finding.Code, at position: FilePosition, _ message: String) {
        self.code = code
        self.position = position
        self.message = message
    }

    /// How bad it is.
    public var severity: Finding.Severity { code.rawValue.hasPrefix("SM1") ? .warning : .error }

    /// `LINE:COLUMN: severity: message [CODE]`; put a file's name and a colon before it.
    public var description: String { "\(position): \(severity): \(message) [\(code)]" }

    /// Whether one is printed before the other: by line, column and code.
    static func precedes(_ first: FileFinding, _ second: FileFinding) -> Bool {
        if first.position != second.position { return first.position < second.position }
        return first.code.rawValue < second.code.rawValue
    }
}
