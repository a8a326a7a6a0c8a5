import StateMachines
import Synchronization

/// A transition that is about to be made, under the lock.
struct Move {
    /// `nil` for a state that is adopted from the fleet.
    var event: CircuitEvent?
    var target: CircuitState
    /// Why, if it enters OPEN or FORCED_OPEN.
    var reason: BreakerReason?
    var reasonText = ""
    var cause = BreakerCause.local(actor: "")
    /// The k of the back-off; `nil` follows the rules.
    var attempts: Int?
    /// How long OPEN lasts; `nil` takes the back-off.
    var openMs: Int64?
    /// What is left of it; `nil` is all of it.
    var remainingMs: Int64?
    /// The probes of the period that ends, if they were cut off already.
    var probesCut: ProbeWord.Value?
}

extension CircuitBreaker {
    /// Fires an event of the breaker's own, if the table lets it move.
    ///
    /// Under the lock.
    ///
    /// - Returns: whether it moved.
    @discardableResult
    func move(
        _ cold: inout ColdState,
        _ event: CircuitEvent,
        at now: Int64,
        reason: BreakerReason? = nil,
        probesCut: ProbeWord.Value? = nil
    ) -> Bool {
        let answer = CircuitBreakerDefinition.table.answer(machine.current.state, event)
        guard answer.kind == .move || answer.kind == .reenter else { return false }
        make(Move(event: event, target: answer.target, reason: reason, probesCut: probesCut), &cold, at: now)
        return true
    }

    /// Makes a transition.
    ///
    /// Under the lock, under which alone the machine moves.
    ///
    /// First the words of the old generation are closed: that is the moment of the transition, and the values swapped
    /// out are the exact cut. Then everything is prepared for the new generation; last the machine's word moves. A
    /// call that meets a closed word in between waits for the lock and judges again.
    func make(_ move: Move, _ cold: inout ColdState, at now: Int64) {
        let before = machine.current
        let generation = before.sequence &+ 1
        ownRareWords()
        latest.raise(to: now)
        let shown = cut(before.state, generation, now: now, cold, probesCut: move.probesCut)
        rare.admittedBefore.add(restartAdmissions(generation), ordering: .relaxed)
        _ = unrecorded.restart(generation)
        rare.completedBefore.add(departed.restart(generation), ordering: .relaxed)
        rare.completedBefore.add(stripes?.restart(.recorded, generation) ?? 0, ordering: .relaxed)

        cold.generationStart = now
        cold.past.cause = move.cause
        cold.past.attempts = move.attempts ?? attempts(after: move.event, from: before.state, cold)
        switch move.target {
        case .closed:
            cold.past.reason = nil
            cold.past.reasonText = ""
            openWindow(generation, start: now)
        case .metricsOnly:
            openWindow(generation, start: now)
        case .open:
            cold.past.reason = move.reason
            cold.past.reasonText = move.reasonText
            cold.past.frozen = shown
            cold.past.openDuration =
                move.openMs ?? cold.openTimes.openDuration(attempts: cold.past.attempts, random: &cold.random)
            cold.past.openDeadline = now + (move.remainingMs ?? cold.past.openDuration)
            openDeadline.value = cold.past.openDeadline
            if move.event != nil { cold.past.epoch += 1 }
        case .forcedOpen:
            cold.past.reason = move.reason
            cold.past.reasonText = move.reasonText
        case .halfOpen:
            _ = probes.restart(generation)
            if let share = cold.past.probeShare { parameters.probeLimits = share.limits }
            probeProgress.raise(to: now)
            probeSpan.value = parameters.halfOpenMs.value
        case .disabled:
            break
        }
        threshold.restart(generation)
        cold.past.transitionCounts[ColdState.Past.place(before.state, move.event)] += 1

        // Nobody else moves the machine, so neither can lose.
        if let event = move.event {
            _ = machine.fire(event, on: CircuitBreakerDefinition.table(of: name), ifSequence: before.sequence)
        } else {
            _ = machine.set(move.target, on: CircuitBreakerDefinition.table, ifSequence: before.sequence)
        }
        note(move, &cold, from: before.state, generation, window: shown)
    }

    /// Ends the generation of a state: what is shown of it from now on.
    private func cut(
        _ state: CircuitState,
        _ next: UInt32,
        now: Int64,
        _ cold: borrowing ColdState,
        probesCut: ProbeWord.Value?
    ) -> WindowSnapshot {
        let tracksSlow = parameters.slowCallMs.value >= 0
        switch state {
        case .closed, .metricsOnly:
            let totals: WindowTotals
            if let ring = window.ring {
                let size = Int(ring.size)
                let before = ring.leftOut
                let head = ring.restart(tag: FlagRing.tag(next))
                rare.completedBefore.add(before + head.count, ordering: .relaxed)
                let slow = slowRing?.restart(tag: FlagRing.tag(next)).flagged ?? 0
                totals = WindowTotals(total: min(head.count, size), failures: head.flagged, slow: slow)
            } else if let slices = window.slices {
                let cut = slices.close(now: now) { latest.value }
                rare.completedBefore.add(cut.recorded, ordering: .relaxed)
                totals = cut.totals
            } else {
                totals = .zero
            }
            let length = row.restart(next)
            return totals.snapshot(row: length, minimum: parameters.minimumCalls, tracksSlow: tracksSlow)
        case .halfOpen:
            let totals = (probesCut ?? probes.restart(next)).totals
            rare.completedBefore.add(totals.total, ordering: .relaxed)
            return totals.snapshot(row: row.restart(next), minimum: 1, tracksSlow: tracksSlow)
        case .open:
            _ = row.restart(next)
            return cold.past.frozen
        case .forcedOpen, .disabled:
            _ = row.restart(next)
            return .empty
        }
    }

    /// Starts an empty window for a generation of CLOSED or METRICS_ONLY.
    private func openWindow(_ generation: UInt32, start: Int64) {
        window.ring?.restart(tag: FlagRing.tag(generation))
        slowRing?.restart(tag: FlagRing.tag(generation))
        window.slices?.open(generation, start: start)
    }

    private func attempts(after event: CircuitEvent?, from state: CircuitState, _ cold: borrowing ColdState) -> Int {
        switch event {
        case .trip: 1
        case .probesFailed: cold.past.attempts == .max ? .max : cold.past.attempts + 1
        case .open: state == .closed ? 1 : cold.past.attempts
        case .probesPassed, .close, .reset: 0
        case .cooldownElapsed, .forceOpen, .disable, .observe, nil: cold.past.attempts
        }
    }

    /// Makes the transitions that time has made due.
    func moveByTime(_ now: Int64) {
        cold.withLock { moveByTime(&$0, at: now) }
        deliver()
    }

    /// Under the lock: HALF_OPEN that timed out, then OPEN whose deadline is reached; two at most.
    private func moveByTime(_ cold: inout ColdState, at now: Int64) {
        if machine.current.state == .halfOpen {
            while true {
                let value = probes.value
                // Progress is noted before a probe is admitted or settled: either it is seen here, or that probe's
                // compare-and-swap comes after this one, and fails.
                guard value.inFlight > 0, now >= probeProgress.value + probeSpan.value else { break }
                guard probes.restart(machine.current.sequence &+ 1, ifStill: value) else { continue }
                move(&cold, .probesFailed, at: now, reason: .halfOpenTimeout, probesCut: value)
                break
            }
        }
        if machine.current.state == .open, now >= cold.past.openDeadline, !staysOpen(&cold, at: now) {
            move(&cold, .cooldownElapsed, at: now)
        }
    }

    /// Lets transitions that time has made due happen now, as a timer does.
    ///
    /// Without it they happen at the next call.
    public func poll() {
        let now = latest.raise(to: clock.now())
        switch machine.current.state {
        case .open, .halfOpen: moveByTime(now)
        case .closed, .forcedOpen, .disabled, .metricsOnly: break
        }
    }
}
