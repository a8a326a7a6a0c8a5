public import StateMachines

/// The events of a circuit breaker; the first four are its own, the others an operator's.
public enum CircuitEvent: UInt8, MachineSymbol {
    /// The window's verdict: too many failures or slow calls.
    case trip
    /// The deadline of OPEN has been reached.
    case cooldownElapsed
    /// The probes' verdict: well again.
    case probesPassed
    /// The probes' verdict, or none of them came back in time.
    case probesFailed
    /// An operator opens, for a while; the deadline ends it.
    case open
    /// An operator closes.
    case close
    /// An operator opens for good.
    case forceOpen
    /// An operator takes the breaker out of the way.
    case disable
    /// An operator lets the breaker watch only.
    case observe
    /// An operator starts afresh in CLOSED, from any state.
    case reset
}
