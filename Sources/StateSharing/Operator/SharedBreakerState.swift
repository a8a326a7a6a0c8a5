/// The states of a breaker as they stand in a store (fleet protocol, section 2).
///
/// Written out here because the sharing module does not know the breakers' module; a test holds the two together.
package enum SharedBreakerState: String, Sendable, Hashable, CaseIterable {
    /// Calls pass.
    case closed = "CLOSED"
    /// Calls are refused until a deadline.
    case open = "OPEN"
    /// A few calls try whether it is over. Not written by release 1, but read.
    case halfOpen = "HALF_OPEN"
    /// An operator refuses all calls.
    case forcedOpen = "FORCED_OPEN"
    /// An operator lets all calls pass and has them measured.
    case metricsOnly = "METRICS_ONLY"
    /// An operator lets all calls pass, unmeasured.
    case disabled = "DISABLED"

    /// Decides ties of versions; from the table of the protocol.
    package var rank: UInt8 {
        switch self {
        case .closed: 1
        case .open: 2
        case .halfOpen: 3
        case .forcedOpen: 4
        case .metricsOnly: 5
        case .disabled: 6
        }
    }

    /// Whether only an operator's decision brings it about and ends it.
    package var isHeld: Bool {
        switch self {
        case .closed, .open, .halfOpen: false
        case .forcedOpen, .metricsOnly, .disabled: true
        }
    }

    /// Whether it refuses calls, probes aside.
    package var refusesCalls: Bool {
        switch self {
        case .open, .forcedOpen: true
        case .closed, .halfOpen, .metricsOnly, .disabled: false
        }
    }
}
