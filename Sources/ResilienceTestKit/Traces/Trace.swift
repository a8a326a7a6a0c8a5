public import CircuitBreakers

/// A replay of a breaker on a virtual clock: what happens, and what must be seen.
///
/// The format is JSON, one object a file. Unknown keys, unknown steps, keys that stand twice and numbers that are no
/// integers make a document no trace.
public struct Trace: Sendable {
    /// A short name, printed with the result.
    public var id: String
    /// What the trace shows, in one sentence.
    public var about: String
    /// The breaker's configuration; it has no findings.
    public var configuration: CircuitBreaker.Configuration
    /// Where jitter comes from; always there when a configuration has jitter.
    public var seed: UInt64?
    /// What happens, in order.
    public var steps: [Step]
    /// The lists of `events` steps whose text in the document is another than ``json(_:)`` makes of them, by the index of
    /// the step.
    var writtenEvents: [Int: String] = [:]

    /// What must become of a call.
    public enum Admission: Sendable, Hashable {
        /// It is admitted.
        case admitted
        /// It is refused, in any state.
        case rejected
        /// It is refused by that state: OPEN, HALF_OPEN or FORCED_OPEN.
        case rejectedBy(CircuitState)
    }

    /// A value that a snapshot must show.
    public enum Value: Sendable, Hashable {
        /// An integer.
        case integer(Int64)
        /// A truth value.
        case bool(Bool)
        /// The name of a state or a reason.
        case text(String)
        /// Unknown, or none.
        case null
    }

    /// An operator's event.
    public enum Admin: String, Sendable, Hashable, CaseIterable {
        /// Opens for a while.
        case open
        /// Closes.
        case close
        /// Opens for good.
        case forceOpen
        /// Takes the breaker out of the way.
        case disable
        /// Lets it watch only.
        case observe
        /// Starts afresh.
        case reset
    }

    /// An event that must have happened.
    public enum Event: Sendable, Hashable {
        /// A transition, by wire names.
        case transition(from: String, to: String, event: String)
        /// METRICS_ONLY's event.
        case thresholdExceeded
    }

    /// One thing that happens.
    public enum Step: Sendable, Hashable {
        /// Moves the clock, back when negative.
        case advance(Int64)
        /// So many calls, one after the other.
        case call(Outcome, times: Int, durationMs: Int64, expect: Admission?)
        /// Acquires a permit and keeps it.
        case begin(String, expect: Admission?)
        /// Settles a kept permit.
        case end(String, Outcome)
        /// Lets a kept permit go unsettled.
        case drop(String)
        /// An operator's event.
        case admin(Admin, milliseconds: Int64?, isRefused: Bool)
        /// What a timer does.
        case poll
        /// A whole new configuration.
        ///
        /// Indirect, so that the many steps of a long trace do not have room for the one with the most to say.
        indirect case reconfigure(CircuitBreaker.Configuration)
        /// Compares fields of a snapshot, in the order of ``Trace/fields``.
        case expect(Expectation)
        /// Exactly the transitions since the last such step.
        case events([Event])
    }

    /// The fields that `expect` may name, in the order in which they are compared.
    public static let fields = [
        "state", "total", "failures", "slow", "failureRateBp", "slowRateBp", "consecutiveFailures", "admitted",
        "notPermitted", "lateResults", "ignored", "inFlight", "slotsUsed", "attempts", "retryAfterMs", "probeEligible",
        "reason",
    ]

    /// Creates a trace from its parts.
    public init(
        id: String,
        about: String,
        configuration: CircuitBreaker.Configuration,
        seed: UInt64? = nil,
        steps: [Step]
    ) {
        self.id = id
        self.about = about
        self.configuration = configuration
        self.seed = seed
        self.steps = steps
    }

    /// Reads a trace.
    ///
    /// - Parameter json: the document, UTF-8.
    /// - Throws: ``TraceError`` with everything that makes the document no trace.
    public init(json: some Sequence<UInt8>) throws(TraceError) {
        self = try TraceReader.trace(Array(json))
    }

    /// Reads a trace.
    ///
    /// - Throws: ``TraceError`` with everything that makes the document no trace.
    public init(json: String) throws(TraceError) {
        try self.init(json: json.utf8)
    }
}
