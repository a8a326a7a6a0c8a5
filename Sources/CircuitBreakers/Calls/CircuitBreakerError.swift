/// A breaker refused a call.
public struct CircuitBreakerError: Error, Hashable, CustomStringConvertible {
    /// Why it was refused.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// OPEN, or FORCED_OPEN: nobody is let through.
        public static let open = Code(description: "open")
        /// HALF_OPEN, and all its probes are taken.
        public static let noProbeFree = Code(description: "noProbeFree")
    }

    /// Why it was refused.
    public var code: Code
    /// The breaker's name.
    public var breaker: String
    /// The state that refused.
    public var state: CircuitState
    /// How long OPEN still lasts; `nil` when nothing is known.
    public var retryAfter: Duration?

    /// Creates an error.
    public init(code: Code, breaker: String, state: CircuitState, retryAfter: Duration? = nil) {
        self.code = code
        self.breaker = breaker
        self.state = state
        self.retryAfter = retryAfter
    }

    /// `circuit breaker "payments" is OPEN; retry after 2.5 seconds`.
    public var description: String {
        let after = retryAfter.map { "; retry after \($0)" } ?? ""
        let probes = code == .noProbeFree ? " and all probes are taken" : ""
        return "circuit breaker \"\(breaker)\" is \(state.wireName)\(probes)\(after)"
    }
}
