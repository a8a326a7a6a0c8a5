public import StateMachines

extension CircuitBreaker: Shareable {
    /// `breaker-1`, its states and ranks.
    public var sharedDefinition: SharedDefinition { CircuitBreakerDefinition.shared }

    /// The failure rate that a snapshot shows, `nil` while unknown.
    public var failureRateBp: Int? { snapshot().failureRateBp }

    /// Calls `observer` after each transition that was decided here, for as long as the breaker lives.
    ///
    /// It is what a sharing service listens to, and takes no other observer's place. To look at a breaker use
    /// ``events(bufferingNewest:)``, which ends with its iteration.
    ///
    /// - Returns: the present state, told as the transition that led to it, with what is left of it now.
    @discardableResult
    public func observeTransitions(_ observer: @escaping @Sendable (LocalTransition) -> Void) -> LocalTransition {
        let now = max(clock.now(), latest.value)
        return cold.withLock { cold in
            cold.outbox.observe(observer)
            var present = cold.past.lastTransition ?? untouched()
            present.basis = cold.past.basis
            present.remainingMs = present.remainingMs.map { _ in max(0, cold.past.openDeadline - now) }
            present.durationMs = present.remainingMs.map { _ in cold.past.openDuration } ?? 0
            return present
        }
    }

    /// The state of a breaker that has not moved yet, told as a transition.
    private func untouched() -> LocalTransition {
        let state = machine.current.state.wireName
        return LocalTransition(sequence: 0, basis: 0, from: state, to: state, event: "")
    }

    /// Takes over a state that the fleet decided.
    ///
    /// HALF_OPEN stands for an OPEN whose deadline has passed: each process probes by itself. Where this process probes
    /// already, an OPEN of the same epoch whose deadline has passed changes nothing.
    public func merge(_ state: SharedState, basis: UInt64, ifSequence: UInt32?) -> MergeResult {
        guard let named = CircuitState(wireName: state.state) else { return .unknownState }
        let target: CircuitState = named == .halfOpen ? .open : named
        let durationMs = min(max(state.durationMs, 0), Self.longestMs)
        let remainingMs = named == .halfOpen ? 0 : min(max(state.remainingMs ?? durationMs, 0), durationMs)
        let clockNow = clock.now()
        let result: MergeResult = cold.withLock { cold in
            let now = max(clockNow, latest.value)
            let reading = machine.current
            if let ifSequence, ifSequence != reading.sequence { return .conflict(sequence: reading.sequence) }
            cold.past.basis = basis
            let cause = BreakerCause.fleet(writer: state.writer, actor: state.actor)
            if state.epoch == cold.past.epoch {
                if reading.state == .halfOpen, target == .open, remainingMs == 0 {
                    return .adopted(sequence: reading.sequence)
                }
                if reading.state == target {
                    // An acknowledgement of what was decided here leaves it decided here; another operator is news.
                    if state.actor != cold.past.cause.actor {
                        cold.past.cause = cause
                        cold.past.reasonText = state.reason
                    }
                    if target == .open {
                        cold.past.openDuration = durationMs
                        cold.past.openDeadline = now + remainingMs
                        openDeadline.value = cold.past.openDeadline
                    }
                    return .adopted(sequence: reading.sequence)
                }
            }
            let isRefusing = target == .open || target == .forcedOpen
            make(
                Move(
                    event: nil,
                    target: target,
                    reason: isRefusing ? Self.reason(of: state) : nil,
                    reasonText: state.reason,
                    cause: cause,
                    attempts: target == .closed ? 0 : max(0, state.attempts),
                    openMs: durationMs,
                    remainingMs: remainingMs
                ),
                &cold,
                at: now
            )
            cold.past.epoch = state.epoch
            return .adopted(sequence: machine.current.sequence)
        }
        deliver()
        return result
    }

    /// As far as a configuration may go, jitter included: no deadline overflows.
    private static let longestMs: Int64 = 1_500_000_000_000

    /// An operator's text reads as `manual`, whatever it says.
    private static func reason(of state: SharedState) -> BreakerReason? {
        guard state.actor.isEmpty else { return .manual }
        if let reason = BreakerReason(rawValue: state.reason) { return reason }
        return state.reason.isEmpty ? nil : .manual
    }

    /// What a sharing service is told of a transition.
    ///
    /// Under the lock.
    func shared(_ transition: BreakerTransition, text: String, _ cold: borrowing ColdState) -> LocalTransition {
        let isOpen = transition.to == .open
        let actor = transition.cause.actor
        let reason =
            if !actor.isEmpty {
                !text.isEmpty ? text : transition.to == .closed ? "" : BreakerReason.manual.rawValue
            } else {
                transition.reason?.rawValue ?? ""
            }
        let hasDetail = transition.event == .trip || transition.event == .probesFailed
        return LocalTransition(
            sequence: transition.sequence,
            basis: cold.past.basis,
            from: transition.from.wireName,
            to: transition.to.wireName,
            event: transition.eventName,
            remainingMs: isOpen ? cold.past.openDeadline - cold.generationStart : nil,
            durationMs: isOpen ? cold.past.openDuration : 0,
            attempts: transition.attempts,
            reason: reason,
            actor: actor,
            failureRateBp: transition.window.failureRateBp,
            detail: hasDetail ? transition.window.detail : ""
        )
    }
}
