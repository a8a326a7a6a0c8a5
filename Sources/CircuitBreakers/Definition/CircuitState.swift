public import StateMachines

/// The states of a circuit breaker.
public enum CircuitState: UInt8, MachineSymbol {
    /// Calls pass and are recorded. Can transition to `open` by a trip, and to every state but `halfOpen` by an operator.
    case closed
    /// Calls are refused until the deadline. Can transition to `halfOpen` by time, and to every state by an operator.
    case open
    /// A few probes pass and decide. Can transition to `closed` and `open` by their verdict or by time.
    case halfOpen
    /// Every call is refused until an operator decides otherwise.
    case forcedOpen
    /// Every call passes and none is recorded, until an operator decides otherwise.
    case disabled
    /// Every call passes and is recorded; a crossed threshold is reported and moves nothing.
    case metricsOnly

    /// The name on the wire, in files and in traces: `CLOSED`, `HALF_OPEN`, ….
    public var wireName: String {
        switch self {
        case .closed: "CLOSED"
        case .open: "OPEN"
        case .halfOpen: "HALF_OPEN"
        case .forcedOpen: "FORCED_OPEN"
        case .disabled: "DISABLED"
        case .metricsOnly: "METRICS_ONLY"
        }
    }

    /// The state with that wire name, `nil` for a name that no state has.
    public init?(wireName: String) {
        guard let state = Self.allCases.first(where: { $0.wireName == wireName }) else { return nil }
        self = state
    }
}
