import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Judges a call that wants to pass, and counts it.
    ///
    /// The straight road: two loads, the machine's word and the window's, and one addition, in the states that let
    /// everything through; and a look at the clock if slow calls count. Everything else is judged with care.
    @usableFromInline
    func admit() -> Ticket {
        let reading = machine.current
        switch reading.state {
        case .closed, .metricsOnly, .disabled:
            let road = window.road
            guard road.isPlain else { return admit(reading.sequence, road) }
            let before = admissions.raise()
            guard TaggedCounter.belongs(before, to: reading.sequence) else { return admitAgain(admissions, before) }
            return Ticket(admitted: reading.sequence, at: Ticket.unknown)
        case .open: return admitWhileOpen(reading.sequence)
        case .halfOpen, .forcedOpen: return admitWithCare()
        }
    }

    /// Admits a call where slow calls count, or several threads do.
    @inline(never)
    private func admit(_ generation: UInt32, _ road: BreakerWindow.Road) -> Ticket {
        guard road.isStraight else { return admitWithCare() }
        guard !road.isTimed else { return admitTimed(generation, road) }
        guard let stripes else { return admit(generation, admissions) { Ticket.unknown } }
        return unsafe admit(generation, stripes.counter(.admitted, in: lane).pointee) { Ticket.unknown }
    }

    /// Admits a call where slow calls count; apart, because a look at the clock costs the others a protected stack.
    @inline(never)
    private func admitTimed(_ generation: UInt32, _ road: BreakerWindow.Road) -> Ticket {
        guard road.isStriped, let stripes else {
            return admit(generation, admissions) { BreakerClock.systemPrecise }
        }
        return unsafe admit(generation, stripes.counter(.admitted, in: lane).pointee) { BreakerClock.systemPrecise }
    }

    @inline(__always)
    private func admit(
        _ generation: UInt32,
        _ counter: borrowing TaggedCounter,
        at time: () -> Int64
    ) -> Ticket {
        let before = counter.raise()
        guard TaggedCounter.belongs(before, to: generation) else { return admitAgain(counter, before) }
        return Ticket(admitted: generation, at: time())
    }

    /// Refuses a call, unless the deadline has been reached.
    @inline(never)
    private func admitWhileOpen(_ generation: UInt32) -> Ticket {
        refuseWhileOpen(generation) ?? admitWithCare()
    }

    /// Judges a call that was counted in a generation that had ended.
    @inline(never)
    private func admitAgain(_ counter: borrowing TaggedCounter, _ before: UInt64) -> Ticket {
        if !counter.takeBack(before) { rare.admittedBefore.subtract(1, ordering: .relaxed) }
        return admitWithCare()
    }

    /// Judges a call in any state.
    ///
    /// A word that belongs to another generation means that a transition is under way: wait for it and judge again.
    @inline(never)
    private func admitWithCare() -> Ticket {
        while true {
            let reading = machine.current
            switch reading.state {
            case .closed, .metricsOnly, .disabled:
                if admissions.increment(reading.sequence) {
                    return Ticket(admitted: reading.sequence, at: startTime())
                }
                waitForTransition()
            case .halfOpen:
                if let ticket = admitProbe(reading.sequence) { return ticket }
            case .open:
                if let ticket = refuseWhileOpen(reading.sequence) { return ticket }
            case .forcedOpen:
                return refuse(.forcedOpen, reading.sequence)
            }
        }
    }

    /// Returns once no transition or reconfiguration is under way that was when it was called.
    @inline(never)
    func waitForTransition() {
        cold.withLock { _ in }
    }

    /// Whether a call's beginning is kept: slow calls count, or the clock is injected.
    @inline(__always) var timesCalls: Bool { parameters.slowCallMs.value >= 0 || !usesSystemClock }

    /// When a call begins, for its duration; the system's clock is read only if slow calls count.
    private func startTime() -> Int64 {
        guard timesCalls else { return Ticket.unknown }
        return usesSystemClock ? clock.precise() : max(clock.now(), latest.value)
    }

    @inline(__always)
    private func refuse(_ state: CircuitState, _ generation: UInt32, retryAfterMs: Int64 = -1) -> Ticket {
        let before = rare.notPermitted.wrappingAdd(1, ordering: .relaxed).oldValue
        if before & 1023 == 0 { tellRefused(state) }
        return Ticket(refusedBy: state, generation: generation, retryAfterMs: retryAfterMs)
    }

    @inline(never)
    private func tellRefused(_ state: CircuitState) {
        if listenerCount.value > 0 { tell(.notPermitted(state)) }
    }

    /// `nil` when the deadline had been reached: the machine has moved, judge again.
    @inline(__always)
    private func refuseWhileOpen(_ generation: UInt32) -> Ticket? {
        let now = max(clock.now(), latest.value)
        // A deadline of a later OPEN is as good: the breaker is open, and so it was at this moment.
        let left = openDeadline.value - now
        if left > 0 { return refuse(.open, generation, retryAfterMs: left) }
        moveByTime(now)
        return nil
    }

    /// `nil` when the half-open period had timed out or ended: judge again.
    private func admitProbe(_ generation: UInt32) -> Ticket? {
        let now = max(clock.now(), latest.value)
        while true {
            let value = probes.value
            guard value.tag == ProbeWord.tag(generation) else {
                waitForTransition()
                return nil
            }
            if value.inFlight > 0, now >= probeProgress.value + probeSpan.value {
                moveByTime(now)
                return nil
            }
            let limits = parameters.limits
            guard value.slotsUsed < limits.probes, value.inFlight < limits.concurrent else {
                // With none in flight all probes have completed, and then a verdict holds: it cannot stick here.
                if value.inFlight == 0, parameters.verdict(value) != nil {
                    judgeProbes(generation, now: now)
                    return nil
                }
                return refuse(.halfOpen, generation)
            }
            // Before the probe is in flight: whoever then finds it in flight also finds the later deadline.
            noteProgress(now)
            if probes.exchange(value, for: value.admitting) {
                rare.admittedBefore.wrappingAdd(1, ordering: .relaxed)
                return Ticket(admitted: generation, at: startTime())
            }
        }
    }

    /// A probe is admitted or settled: the half-open period may go on for `halfOpenMs` from now.
    func noteProgress(_ now: Int64) {
        latest.raise(to: now)
        // In this order: new progress with an old, longer span is never early.
        probeProgress.raise(to: now)
        probeSpan.value = parameters.halfOpenMs.value
    }
}
