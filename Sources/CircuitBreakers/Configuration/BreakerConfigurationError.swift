import StateMachines

/// Why a breaker was not built or not reconfigured: everything that is wrong, at once.
public struct BreakerConfigurationError: Error, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// What kind of mistake it is.
        public struct Code: Sendable, Hashable, CustomStringConvertible {
            /// The code's name.
            public let description: String

            /// A value outside its range.
            public static let outOfRange = Code(description: "outOfRange")
            /// A time window that its slices do not divide.
            public static let notDivisible = Code(description: "notDivisible")
            /// A property without another one that it needs.
            public static let incomplete = Code(description: "incomplete")
            /// A name that no breaker can have.
            public static let badName = Code(description: "badName")
            /// A state in which no breaker can start.
            public static let badInitialState = Code(description: "badInitialState")
            /// A named configuration that there is not, or that is based on itself.
            public static let unknownConfiguration = Code(description: "unknownConfiguration")
            /// The registry, or the group, holds as many breakers as it may.
            public static let registryFull = Code(description: "registryFull")
            /// A file that is no document, or cannot be read.
            public static let unreadable = Code(description: "unreadable")
            /// A key that there is not.
            public static let unknownKey = Code(description: "unknownKey")
            /// A key that stands twice in one mapping.
            public static let duplicateKey = Code(description: "duplicateKey")
            /// A key that must be there and is not, or that must not stand beside another one.
            public static let wrongKeys = Code(description: "wrongKeys")
            /// A value of another form than its key wants.
            public static let malformed = Code(description: "malformed")
        }

        /// What kind of mistake it is.
        public var code: Code
        /// The property: `failureRateBp`, `window.size`, `name`, ….
        public var property: String
        /// What is wrong, with the value and what it may be.
        public var message: String

        /// Creates a finding.
        public init(code: Code, property: String, message: String) {
            self.code = code
            self.property = property
            self.message = message
        }

        /// `failureRateBp: 0 is not in 1…10000 [outOfRange]`, on one line: control characters are escaped, and of what is
        /// longer than a finding ever needs the middle is left out.
        public var description: String { "\(property.shownName): \(message.printable(512)) [\(code)]" }
    }

    /// The breaker's name as it was given; `*` where all of a registry are meant.
    public var breaker: String
    /// All findings, in the order of the properties; never empty.
    public var findings: [Finding]

    /// Creates an error.
    public init(breaker: String, findings: [Finding]) {
        self.breaker = breaker
        self.findings = findings
    }

    /// All findings on one line, as ``Finding/description`` shows them.
    public var description: String {
        "circuit breaker \"\(breaker.shownName)\" refused: " + findings.map(\.description).joined(separator: "; ")
    }
}
