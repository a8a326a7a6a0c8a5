import StateMachines

/// What became of an operator's decision.
public enum OverrideResult: Sendable, Hashable {
    /// The breaker moved or re-entered its state.
    case accepted
    /// There was nothing to change.
    case ignored
    /// The state does not allow it; nothing changed.
    case refused
}

/// Decisions of an operator or of the program itself; shared with a fleet they count as an operator's.
///
/// `reason` is free text, cut off at 200 bytes, and `actor` says who decides, cut off at 100 bytes; an empty one counts
/// as `local`.
extension CircuitBreaker {
    /// Opens for a while.
    ///
    /// Refused in FORCED_OPEN, DISABLED and METRICS_ONLY; in OPEN it starts a new deadline.
    ///
    /// - Parameters:
    ///   - duration: how long, taken as it is: no cap, no jitter, 0 too. `nil` takes the back-off's duration.
    ///   - reason: why, in the operator's words.
    ///   - actor: who decides.
    /// - Returns: whether it was accepted.
    @discardableResult
    public func open(for duration: Duration? = nil, reason: String = "", actor: String = "local") -> OverrideResult {
        open(forMs: duration?.wholeMilliseconds, reason: reason, actor: actor)
    }

    /// Opens for a while, given in milliseconds.
    @discardableResult
    package func open(forMs duration: Int64?, reason: String = "", actor: String = "local") -> OverrideResult {
        // As far as a configuration may go: no deadline overflows.
        override(.open, reason: reason, actor: actor, openMs: duration.map { min(max($0, 0), 1_000_000_000_000) })
    }

    /// Closes, from OPEN and HALF_OPEN.
    ///
    /// Refused in FORCED_OPEN, DISABLED and METRICS_ONLY.
    @discardableResult
    public func close(reason: String = "", actor: String = "local") -> OverrideResult {
        override(.close, reason: reason, actor: actor)
    }

    /// Refuses every call until ``reset(reason:actor:)``, ``disable(reason:actor:)`` or ``observe(reason:actor:)``.
    @discardableResult
    public func forceOpen(reason: String = "", actor: String = "local") -> OverrideResult {
        override(.forceOpen, reason: reason, actor: actor)
    }

    /// Lets every call through and records nothing.
    @discardableResult
    public func disable(reason: String = "", actor: String = "local") -> OverrideResult {
        override(.disable, reason: reason, actor: actor)
    }

    /// Lets every call through and only reports what would trip.
    @discardableResult
    public func observe(reason: String = "", actor: String = "local") -> OverrideResult {
        override(.observe, reason: reason, actor: actor)
    }

    /// Starts afresh in CLOSED, from any state.
    @discardableResult
    public func reset(reason: String = "", actor: String = "local") -> OverrideResult {
        override(.reset, reason: reason, actor: actor)
    }

    /// Fires one of an operator's events; no transition of time comes first.
    private func override(
        _ event: CircuitEvent,
        reason: String,
        actor: String,
        openMs: Int64? = nil
    ) -> OverrideResult {
        let now = max(clock.now(), latest.value)
        let actor = actor.isEmpty ? "local" : actor.prefix(utf8Bytes: 100)
        let text = reason.prefix(utf8Bytes: 200)
        let result: OverrideResult = cold.withLock { cold in
            let answer = CircuitBreakerDefinition.table.answer(machine.current.state, event)
            switch answer.kind {
            case .move, .reenter: break
            case .ignore, .stay: return .ignored
            case .reject, .defer: return .refused
            }
            make(
                Move(
                    event: event,
                    target: answer.target,
                    reason: .manual,
                    reasonText: text,
                    cause: .local(actor: actor),
                    openMs: openMs
                ),
                &cold,
                at: max(now, latest.value)
            )
            return .accepted
        }
        deliver()
        return result
    }
}

extension String {
    /// The longest beginning of whole characters that has at most so many bytes.
    func prefix(utf8Bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = startIndex
        var bytes = 0
        while end < endIndex {
            let next = index(after: end)
            bytes += self[end..<next].utf8.count
            guard bytes <= limit else { break }
            end = next
        }
        return String(self[..<end])
    }
}
