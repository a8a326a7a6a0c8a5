/// Something that is wrong or doubtful about a machine's definition.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The definition cannot be used.
        case error
        /// The definition can be used but hardly says what was meant.
        case warning
    }

    /// The kind of finding: `SM0xx` is an error, `SM1xx` a warning.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The code as it is printed: `SM012`.
        public let rawValue: String

        /// Creates a code from its printed form.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The code as it is printed.
        public var description: String { rawValue }

        /// SM003: a state stands twice.
        public static let duplicate = Code(rawValue: "SM003")
        /// SM005: not a name, no state, a reserved or repeated event, a raw value out of place.
        public static let malformed = Code(rawValue: "SM005")
        /// SM006: more than 256 states or events.
        public static let tooMany = Code(rawValue: "SM006")
        /// SM007: an unknown state.
        public static let unknownState = Code(rawValue: "SM007")
        /// SM008: an unknown event.
        public static let unknownEvent = Code(rawValue: "SM008")
        /// SM012: a rule that is never asked, because an earlier one always answers the same pair.
        public static let hiddenRule = Code(rawValue: "SM012")
        /// SM014: a rule in a final state.
        public static let ruleInFinal = Code(rawValue: "SM014")
        /// SM017: a pair of state and event without a rule, under `unhandled: error`.
        public static let unclassified = Code(rawValue: "SM017")
        /// SM018: a move to the state in which the rule stands.
        public static let moveToSelf = Code(rawValue: "SM018")
        /// SM101: a state that cannot be reached.
        public static let unreachable = Code(rawValue: "SM101")
        /// SM102: a state from which no final state can be reached.
        public static let endless = Code(rawValue: "SM102")
        /// SM103: an event that no rule uses.
        public static let unused = Code(rawValue: "SM103")
    }

    /// The kind of finding.
    public let code: Code
    /// Where in the definition: `states.closed.on.trip`.
    public let path: String
    /// What is wrong, and with what.
    public let message: String

    init(_ code: Code, at path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// How bad it is.
    public var severity: Severity {
        code.rawValue.hasPrefix("SM1") ? .warning : .error
    }

    /// `PATH: severity: message [CODE]`.
    public var description: String {
        "\(path): \(severity): \(message) [\(code)]"
    }
}
