/// Why a breaker last entered OPEN or FORCED_OPEN.
public enum BreakerReason: String, Sendable, Hashable, CaseIterable {
    /// So many failures in a row.
    case consecutiveFailures
    /// The failure rate of the window.
    case failureRate
    /// The rate of slow calls in the window.
    case slowRate
    /// The verdict of the probes.
    case probes
    /// A probe in flight, and none admitted or settled for `halfOpenMs`.
    case halfOpenTimeout
    /// An operator's decision; ``BreakerSnapshot/reasonText`` has the words.
    case manual
    /// The fleet ended an operator's override whose time was over.
    case overrideExpired
    /// The fleet asserted again a state that its store had lost.
    case lostWrite
}
