/// What is wrong with a ``RedisConfiguration``: everything at once.
///
/// No secrets.
public struct RedisConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// What kind of thing.
        public struct Code: Sendable, Hashable, CustomStringConvertible {
            /// The code's name as it is printed.
            public let description: String

            /// A URL that cannot be read.
            public static let url = Code(description: "url")
            /// A kind of deployment that this release does not support.
            public static let unsupported = Code(description: "unsupported")
            /// A namespace with foreign characters, empty or too long.
            public static let namespace = Code(description: "namespace")
            /// User name or password missing or contradictory.
            public static let credentials = Code(description: "credentials")
            /// TLS options that do not go with the address.
            public static let tls = Code(description: "tls")
            /// A number outside its range.
            public static let range = Code(description: "range")
            /// A client name that the server would refuse.
            public static let clientName = Code(description: "clientName")
        }

        /// What kind of thing.
        public var code: Code
        /// Which property or part of the URL, and what it must be.
        public var message: String

        /// Creates a finding.
        public init(_ code: Code, _ message: String) {
            self.code = code
            self.message = message
        }

        /// The message, and the code in brackets.
        public var description: String { "\(message) [\(code)]" }
    }

    /// All findings, in the order of the configuration's properties.
    public var findings: [Finding]

    /// Creates an error.
    public init(findings: [Finding]) {
        self.findings = findings
    }

    /// All findings in one line.
    public var description: String {
        findings.map(\.description).joined(separator: "; ")
    }
}
