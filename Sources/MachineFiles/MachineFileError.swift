/// A file was refused.
public struct MachineFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Everything that was found, warnings too, by line, column and code.
    public let findings: [FileFinding]

    /// One finding a line.
    public var description: String {
        findings.map(\.description).joined(separator: "\n")
    }
}
