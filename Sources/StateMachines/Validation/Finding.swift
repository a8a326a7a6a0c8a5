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

        /// SM001: not UTF-8, not YAML, too large, too deep, or with anchors, aliases or tags.
        public static let unreadable = Code(rawValue: "SM001")
        /// SM002: an unknown key.
        public static let unknownKey = Code(rawValue: "SM002")
        /// SM003: a key stands twice in one mapping, a state twice in a definition.
        public static let duplicate = Code(rawValue: "SM003")
        /// SM004: a required key is missing.
        public static let missing = Code(rawValue: "SM004")
        /// SM005: a value of the wrong form or out of range.
        public static let malformed = Code(rawValue: "SM005")
        /// SM006: more than 256 states or events.
        public static let tooMany = Code(rawValue: "SM006")
        /// SM007: an unknown state.
        public static let unknownState = Code(rawValue: "SM007")
        /// SM008: an unknown event.
        public static let unknownEvent = Code(rawValue: "SM008")
        /// SM009: an unknown guard.
        public static let unknownGuard = Code(rawValue: "SM009")
        /// SM010: an unknown action.
        public static let unknownAction = Code(rawValue: "SM010")
        /// SM011: parents that turn in a circle.
        public static let parentCircle = Code(rawValue: "SM011")
        /// SM012: a rule that is never asked, because an earlier one always answers the same pair.
        public static let hiddenRule = Code(rawValue: "SM012")
        /// SM013: a rule whose guard can be true together with that of an earlier rule for the same pair.
        public static let ambiguous = Code(rawValue: "SM013")
        /// SM014: something in a final state that it cannot have, or a final state as a parent.
        public static let ruleInFinal = Code(rawValue: "SM014")
        /// SM015: a timeout fires an event for which neither the state nor its parents have a rule.
        public static let timeoutUnanswered = Code(rawValue: "SM015")
        /// SM016: eventless rules without guards that go round in a circle.
        public static let endlessCycle = Code(rawValue: "SM016")
        /// SM017: a pair of state and event without a rule, under `unhandled: error`.
        public static let unclassified = Code(rawValue: "SM017")
        /// SM018: a move to the state in which the rule stands.
        public static let moveToSelf = Code(rawValue: "SM018")
        /// SM101: a state that cannot become current.
        public static let unreachable = Code(rawValue: "SM101")
        /// SM102: a state from which no final state can be reached.
        public static let endless = Code(rawValue: "SM102")
        /// SM103: an entry of `events`, `guards` or `actions` that is never used.
        public static let unused = Code(rawValue: "SM103")
        /// SM104: guarded rules that leave some combination of their guards without an answer.
        public static let uncovered = Code(rawValue: "SM104")
        /// SM105: more than 12 guards in one pair: not checked for SM013 and SM104.
        public static let unchecked = Code(rawValue: "SM105")
    }

    /// The kind of finding.
    public let code: Code
    /// Where in the definition.
    public let place: Place
    /// What is wrong, and with what.
    public let message: String

    /// Creates a finding.
    package init(_ code: Code, at place: Place, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    /// How bad it is.
    public var severity: Severity {
        code.rawValue.hasPrefix("SM1") ? .warning : .error
    }

    /// `PLACE: severity: message [CODE]`.
    public var description: String {
        "\(place): \(severity): \(message) [\(code)]"
    }
}
