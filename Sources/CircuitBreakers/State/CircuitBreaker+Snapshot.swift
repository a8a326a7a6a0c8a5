import StateMachines
import Synchronization

extension CircuitBreaker {
    /// What the breaker shows now.
    ///
    /// Takes the lock for a moment: for dashboards, not for the road of a call.
    public func snapshot() -> BreakerSnapshot {
        let now = max(clock.now(), latest.value)
        return cold.withLock { snapshot($0, at: now) }
    }

    /// How often `event` has left `state` since construction, re-entries included.
    public func transitionCount(from state: CircuitState, on event: CircuitEvent) -> Int {
        cold.withLock { $0.past.transitionCounts[ColdState.Past.place(state, event)] }
    }

    /// How often a state from the fleet has replaced `state` since construction.
    public func adoptionCount(from state: CircuitState) -> Int {
        cold.withLock { $0.past.transitionCounts[ColdState.Past.place(state, nil)] }
    }

    /// Under the lock, where no transition is under way; counters may still move.
    private func snapshot(_ cold: borrowing ColdState, at now: Int64) -> BreakerSnapshot {
        let reading = machine.current
        let probed = probes.value
        let isProbing = reading.state == .halfOpen
        let calls = calls
        let retryAfterMs = reading.state == .open ? max(0, cold.past.openDeadline - now) : nil
        return BreakerSnapshot(
            name: name,
            state: reading.state,
            sequence: reading.sequence,
            window: shownWindow(cold, reading.state, reading.sequence, probed, at: now),
            admitted: rare.admittedBefore.load(ordering: .relaxed) + calls.admitted,
            notPermitted: rare.notPermitted.load(ordering: .relaxed),
            lateResults: rare.lateResults.load(ordering: .relaxed),
            ignored: ignored.load(ordering: .relaxed),
            inFlight: isProbing ? probed.inFlight : calls.inFlight,
            slotsUsed: isProbing ? probed.slotsUsed : 0,
            attempts: cold.past.attempts,
            retryAfterMs: retryAfterMs,
            probeEligible: retryAfterMs == 0,
            reason: cold.past.reason,
            reasonText: cold.past.reasonText,
            cause: cold.past.cause,
            droppedEvents: cold.outbox.dropped
        )
    }

    /// Calls of this generation: those that were admitted, and how many of them are not settled.
    ///
    /// Under the lock; calls go on meanwhile. What is settled is read first, so each look finds at least what is in flight
    /// all the time, and too much by the calls that are admitted between its two halves: the least of a few looks is
    /// near the truth.
    var calls: (admitted: Int, inFlight: Int) {
        var (current, inFlight) = (0, Int.max)
        for _ in 0..<8 {
            let settled = unrecorded.count + departed.count + recorded
            current = admitted
            inFlight = min(inFlight, max(0, current - settled))
            if inFlight == 0 { break }
        }
        return (current, inFlight)
    }

    /// Outcomes of this generation that the window counts, whether or not it still shows them.
    ///
    /// To be read behind ``departed``, where they go from here: nothing is then counted twice.
    var recorded: Int {
        let inLanes = stripes?.count(.recorded) ?? 0
        if let ring = window.ring { return inLanes + ring.leftOut + ring.head.count }
        return inLanes + (window.slices?.recorded ?? 0)
    }

    private func shownWindow(
        _ cold: borrowing ColdState,
        _ state: CircuitState,
        _ generation: UInt32,
        _ probed: ProbeWord.Value,
        at now: Int64
    ) -> WindowSnapshot {
        let tracksSlow = parameters.slowCallMs.value >= 0
        switch state {
        case .closed, .metricsOnly:
            return windowTotals(generation, at: now)
                .snapshot(row: row.length, minimum: parameters.minimumCalls, tracksSlow: tracksSlow)
        case .halfOpen:
            return probed.totals.snapshot(row: row.length, minimum: 1, tracksSlow: tracksSlow)
        case .open:
            return cold.past.frozen
        case .forcedOpen, .disabled:
            return .empty
        }
    }

    /// The window at `now`.
    ///
    /// Under the lock.
    func windowTotals(_ generation: UInt32, at now: Int64) -> WindowTotals {
        if let ring = window.ring {
            let head = ring.head
            let slow = slowRing?.head.flagged ?? 0
            return WindowTotals(total: min(head.count, Int(ring.size)), failures: head.flagged, slow: slow)
        }
        return window.slices?.totals(generation) { max(now, latest.value) } ?? .zero
    }
}
