import StateMachines

/// Something that happened in a breaker.
public enum BreakerEvent: Sendable, Hashable {
    /// The breaker moved or re-entered its state.
    case transition(BreakerTransition)
    /// In METRICS_ONLY: a condition that would have tripped turned from false to true; what the window showed.
    case thresholdExceeded(WindowSnapshot)
    /// A call was refused in that state. Sampled: the first of every 1024 refusals.
    case notPermitted(CircuitState)
    /// An outcome came after its generation had ended, and changed nothing.
    case lateResult
}

/// One transition of a breaker, re-entries included.
public struct BreakerTransition: Sendable, Hashable {
    /// The machine's sequence after it; grows by one with each transition, modulo 2³².
    public var sequence: UInt32
    /// The state left.
    public var from: CircuitState
    /// The state entered.
    public var to: CircuitState
    /// What caused it; `nil` for a state that was adopted from the fleet.
    public var event: CircuitEvent?
    /// The reason as it stands after it: of the last entry into OPEN or FORCED_OPEN, `nil` in CLOSED.
    public var reason: BreakerReason?
    /// Who decided.
    public var cause: BreakerCause
    /// The k of the back-off after it.
    public var attempts: Int
    /// How long OPEN lasts, in milliseconds; `nil` in other states.
    public var openMs: Int64?
    /// What the generation that ended showed at that moment: for a trip, the window that tripped.
    public var window: WindowSnapshot

    /// The event's wire name; `adopt` for a state from the fleet.
    public var eventName: String { event?.wireName ?? LocalTransition.adopted }
}

/// Who brought about a state.
public enum BreakerCause: Sendable, Hashable {
    /// This process: an operator's or the program's decision with its actor, or the breaker itself with none.
    case local(actor: String)
    /// The fleet: the process that decided, and the operator if one did (else empty).
    case fleet(writer: String, actor: String)

    /// Who decided; empty if it was decided automatically.
    public var actor: String {
        switch self {
        case .local(let actor), .fleet(_, let actor): actor
        }
    }
}
