import CircuitBreakers

/// Why a document is no trace: everything that is wrong, at once.
public struct TraceError: Error, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, where, and what may stand there: `steps[3].times: 0 is not in 1…1000000`.
        public var message: String
        /// The line of the document, from 1 on; `nil` for a trace that was not read from one.
        public var line: Int?
        /// The character in that line, from 1 on; `nil` for a trace that was not read from a document.
        public var column: Int?

        /// `LINE:COLUMN: message`, or the message alone; put a file's name and a colon before it.
        public var description: String {
            guard let line, let column else { return message }
            return "\(line):\(column): \(message)"
        }
    }

    /// So many findings are kept; a document may have millions.
    public static let maximumFindings = 1000

    /// What is wrong, in the order of the document; never empty, at most ``maximumFindings``.
    public var findings: [Finding]
    /// How many more things are wrong.
    public var omitted = 0

    /// One finding a line.
    public var description: String {
        (findings.map(\.description) + (omitted > 0 ? ["and \(omitted) more"] : [])).joined(separator: "\n")
    }

    init(findings: [Finding], omitted: Int = 0) {
        self.findings = findings
        self.omitted = omitted
    }

    /// A trace that was not read from a document has a configuration that no breaker accepts.
    init(_ findings: [BreakerConfigurationError.Finding]) {
        self.init(findings: findings.map { Finding(message: $0.description) })
    }

    /// A trace that was not read from a document cannot be replayed.
    init(_ message: String) {
        self.init(findings: [Finding(message: message)])
    }
}
