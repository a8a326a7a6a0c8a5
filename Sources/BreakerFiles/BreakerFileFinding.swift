public import CircuitBreakers
public import MachineFiles

/// Something that is wrong with a file of breakers.
public struct BreakerFileFinding: Sendable, Hashable, CustomStringConvertible {
    /// What kind of mistake it is.
    public let code: BreakerConfigurationError.Finding.Code
    /// Where in the file.
    public let position: FilePosition
    /// What is wrong, with what, and what may be there.
    public let message: String

    init(_ code: BreakerConfigurationError.Finding.Code, at position: FilePosition, _ message: String) {
        self.code = code
        self.position = position
        self.message = message
    }

    /// `LINE:COLUMN: error: message [code]`; put a file's name and a colon before it.
    public var description: String { "\(position): error: \(message) [\(code)]" }
}

/// A file of breakers was refused.
public struct BreakerFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Everything that was found, by line, column and code; never empty.
    public let findings: [BreakerFileFinding]

    /// One finding a line.
    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
