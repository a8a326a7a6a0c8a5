/// A breaker refused a call: it was not made, and the resource does not know of it.
public struct CircuitBreakerError: Error, Hashable, CustomStringConvertible {
    /// Why it was refused, and with that until when a retry is pointless.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// OPEN: nobody is let through, and a retry is pointless before ``CircuitBreakerError/retryAfter`` is over.
        public static let open = Code(description: "open")
        /// FORCED_OPEN: nobody is let through, and a retry is pointless until an operator's override ends.
        public static let forcedOpen = Code(description: "forcedOpen")
        /// HALF_OPEN, and all its probes are taken: a retry is pointless before one of them has ended; when is not known.
        public static let noProbeFree = Code(description: "noProbeFree")
    }

    /// Why it was refused.
    public var code: Code
    /// The breaker's name.
    public var breaker: String
    /// The state that refused.
    public var state: CircuitState
    /// How long OPEN still lasts, at least 0; `nil` in every other state, where nobody knows.
    public var retryAfter: Duration?

    /// Creates an error.
    public init(code: Code, breaker: String, state: CircuitState, retryAfter: Duration? = nil) {
        self.code = code
        self.breaker = breaker
        self.state = state
        self.retryAfter = retryAfter
    }

    /// `circuit breaker "payments" is OPEN; a retry is pointless for 2.5 seconds`, on one line: a name's control characters
    /// are escaped, and of a name longer than 128 characters the middle is left out.
    public var description: String {
        let until =
            if let retryAfter {
                "for \(retryAfter)"
            } else if code == .forcedOpen {
                "until an operator's override ends"
            } else if code == .noProbeFree {
                "before one of them has ended"
            } else {
                "for now"
            }
        let probes = code == .noProbeFree ? " and all probes are taken" : ""
        return "circuit breaker \"\(breaker.shownName)\" is \(state.wireName)\(probes); a retry is pointless \(until)"
    }
}
