/// What a breaker shows at one moment.
///
/// Reading it changes nothing.
public struct BreakerSnapshot: Sendable, Hashable {
    /// The resource's name.
    public var name: String
    /// The state.
    public var state: CircuitState
    /// The machine's sequence: transitions since construction, modulo 2³².
    public var sequence: UInt32
    /// The window in CLOSED and METRICS_ONLY, the probes in HALF_OPEN; in OPEN what the generation before it showed
    /// when it ended.
    ///
    /// Empty in FORCED_OPEN and DISABLED.
    public var window: WindowSnapshot
    /// Calls admitted since construction.
    public var admitted: Int
    /// Calls refused since construction.
    public var notPermitted: Int
    /// Outcomes since construction that came after their generation had ended.
    public var lateResults: Int
    /// Outcomes since construction that said nothing, abandoned permits included.
    public var ignored: Int
    /// Permits of the current generation that are not settled.
    public var inFlight: Int
    /// Probes of this half-open period that have completed or are in flight; 0 in every other state.
    public var slotsUsed: Int
    /// The k of the back-off: OPEN periods in a row.
    public var attempts: Int
    /// In OPEN the milliseconds until the deadline, 0 from the deadline on; `nil` in every other state.
    public var retryAfterMs: Int64?
    /// OPEN, and the deadline is reached: the next call is a probe.
    public var probeEligible: Bool
    /// Why OPEN or FORCED_OPEN was last entered; `nil` before the first time and from CLOSED on.
    public var reason: BreakerReason?
    /// The words that came with ``reason``: an operator's text, or a fleet's; empty if there were none.
    public var reasonText: String
    /// Who brought about the present state.
    public var cause: BreakerCause
    /// Events that no listener was told because too many waited.
    public var droppedEvents: Int

    /// Recorded outcomes; see ``window``.
    public var total: Int { window.total }
    /// Failures among them.
    public var failures: Int { window.failures }
    /// Slow calls among them.
    public var slow: Int { window.slow }
    /// Failures in a row.
    public var consecutiveFailures: Int { window.consecutiveFailures }
    /// The failure rate in basis points, rounded down; `nil` while unknown.
    public var failureRateBp: Int? { window.failureRateBp }
    /// The rate of slow calls in basis points, rounded down; `nil` while unknown.
    public var slowRateBp: Int? { window.slowRateBp }
    /// ``retryAfterMs`` as a duration.
    public var retryAfter: Duration? { retryAfterMs.map { .milliseconds($0) } }
}
