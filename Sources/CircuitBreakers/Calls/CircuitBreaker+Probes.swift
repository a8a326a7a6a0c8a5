import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Takes the outcome of a probe and acts on the verdict.
    ///
    /// - Returns: `false` if nothing was taken: the period has ended or is about to.
    func settleProbe(_ ticket: Ticket, _ outcome: Outcome) -> Bool {
        let generation = ticket.generation
        let now = latest.raise(to: clock.now())
        let duration = duration(of: ticket, now: usesSystemClock ? Ticket.unknown : now)
        let isSlow = isSlow(duration)
        while true {
            let value = probes.value
            guard value.tag == ProbeWord.tag(generation), value.inFlight > 0 else { return false }
            // The timeout comes first: a probe that settles at the deadline is late.
            if now >= probeProgress.value + probeSpan.value {
                moveByTime(now)
                return false
            }
            let next =
                outcome == .ignored
                ? value.returning : value.completing(failure: outcome == .failure, slow: isSlow)
            noteProgress(now)
            guard probes.exchange(value, for: next) else { continue }
            switch outcome {
            case .ignored:
                ignored.wrappingAdd(1, ordering: .relaxed)
                return true
            case .success: row.end(generation)
            case .failure: _ = count(true, generation)
            }
            // While the configuration changes the lock tells what it is afterwards.
            let judgement = parameters.judge(next)
            if judgement == nil || judgement?.verdict != nil { judgeProbes(generation, now: now) }
            tellDuration(duration)
            return true
        }
    }

    /// Moves by the verdict of the probes.
    ///
    /// It is worked out again under the lock: more probes may have completed, and a verdict that once held still does.
    func judgeProbes(_ generation: UInt32, now: Int64) {
        cold.withLock { cold in
            guard machine.current.sequence == generation else { return }
            moveByProbes(&cold, at: now)
        }
        deliver()
    }

    /// The verdict of the probes so far, under the lock, in HALF_OPEN.
    func moveByProbes(_ cold: inout ColdState, at now: Int64) {
        guard let event = parameters.verdict(probes.value) else { return }
        move(&cold, event, at: now, reason: .probes)
    }
}
