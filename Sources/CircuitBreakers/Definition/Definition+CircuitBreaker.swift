public import StateMachines

/// The circuit breaker's machine: the definition that every breaker runs on.
public enum CircuitBreakerDefinition {
    /// The transition table.
    ///
    /// Every pair of state and event is classified: a target, ignored or refused.
    public static let typed = TypedDefinition<CircuitState, CircuitEvent, Void>(
        name: "breaker",
        version: 1,
        initial: .closed,
        unhandled: .error
    ) {
        // Ranks break ties between shared snapshots. CLOSED is lowest, because a wrong OPEN heals itself and a lost
        // trip does not; HALF_OPEN is the later stage of an OPEN; operators' states are highest, and among them the
        // one that lets calls through, because a wrong FORCED_OPEN is an outage that does not heal.
        In(.closed, rank: 1, admission: .all) {
            On(.trip, to: .open)
            Ignore(.cooldownElapsed, .probesPassed, .probesFailed, .close)
            On(.open, to: .open)
            On(.forceOpen, to: .forcedOpen)
            On(.disable, to: .disabled)
            On(.observe, to: .metricsOnly)
            On(.reset, .reenter)
        }
        In(.open, rank: 2, admission: .none) {
            On(.cooldownElapsed, to: .halfOpen)
            Ignore(.trip, .probesPassed, .probesFailed)
            On(.open, .reenter)
            On(.close, to: .closed)
            On(.forceOpen, to: .forcedOpen)
            On(.disable, to: .disabled)
            On(.observe, to: .metricsOnly)
            On(.reset, to: .closed)
        }
        In(.halfOpen, rank: 3, admission: .limited) {
            On(.probesPassed, to: .closed)
            On(.probesFailed, to: .open)
            Ignore(.trip, .cooldownElapsed)
            On(.open, to: .open)
            On(.close, to: .closed)
            On(.forceOpen, to: .forcedOpen)
            On(.disable, to: .disabled)
            On(.observe, to: .metricsOnly)
            On(.reset, to: .closed)
        }
        In(.forcedOpen, rank: 4, admission: .none) {
            Ignore(.trip, .cooldownElapsed, .probesPassed, .probesFailed, .forceOpen)
            Reject(.open, .close)
            On(.disable, to: .disabled)
            On(.observe, to: .metricsOnly)
            On(.reset, to: .closed)
        }
        In(.disabled, rank: 6, admission: .all) {
            Ignore(.trip, .cooldownElapsed, .probesPassed, .probesFailed, .disable)
            Reject(.open, .close)
            On(.forceOpen, to: .forcedOpen)
            On(.observe, to: .metricsOnly)
            On(.reset, to: .closed)
        }
        In(.metricsOnly, rank: 5, admission: .all) {
            Ignore(.trip, .cooldownElapsed, .probesPassed, .probesFailed, .observe)
            Reject(.open, .close)
            On(.forceOpen, to: .forcedOpen)
            On(.disable, to: .disabled)
            On(.reset, to: .closed)
        }
    }

    /// The compiled table that all breakers share.
    static let table: MachineTable<CircuitState, CircuitEvent, Void> = {
        do {
            return try typed.compile()
        } catch {
            // The definition is a constant of this file; only a mistake made in editing it gets here.
            preconditionFailure("the breaker's definition does not compile: \(error)")
        }
    }()

    /// The table on which a breaker moves; where `DEBUG_EVENT_TRACE` asks for lines, one that tells which breaker it is.
    ///
    /// A line is written where the breaker moves, under its lock: a standard error that nobody reads holds the breaker up.
    /// A state that was taken over from the fleet is no event and has no line.
    static func table(of breaker: String) -> MachineTable<CircuitState, CircuitEvent, Void> {
        MachineTraceSink.fromEnvironment == nil ? table : table.watched(as: breaker)
    }

    /// What a fleet must know to share breakers.
    package static let shared = SharedDefinition(
        kind: "breaker",
        identifier: "breaker-1",
        initial: CircuitState.closed.wireName,
        ranks: Dictionary(
            uniqueKeysWithValues: CircuitState.allCases.map { ($0.wireName, table.rank(of: $0)) }
        ),
        localStates: [CircuitState.halfOpen.wireName],
        heldStates: [
            CircuitState.forcedOpen.wireName, CircuitState.disabled.wireName, CircuitState.metricsOnly.wireName,
        ],
        timedStates: [CircuitState.open.wireName]
    )
}
