import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Takes the outcome of an admitted call; exactly once for each ticket.
    ///
    /// The straight road: a success in CLOSED with a clean count window and no slow calls is one load of the machine's
    /// word and one compare-and-swap; no verdict can come of it. With a time window it is a look at the clock and one
    /// compare-and-swap. Where several threads meet often each counts in its lane. Everything else is settled with care.
    @usableFromInline
    func settle(_ ticket: Ticket, _ outcome: Outcome) {
        let road = window.road
        guard outcome == .success else { return settleWithCare(ticket, outcome) }
        guard road.isPlain else { return settle(ticket, road) }
        if road.hasSlices { return settleInSlices(ticket, road) }
        let reading = machine.current
        guard reading.sequence == ticket.generation, reading.state == .closed, let ring = road.ring else {
            return settleWithCare(ticket, outcome)
        }
        guard ring.tryRecordClean(tag: FlagRing.tag(ticket.generation)) != nil else {
            return settleSuccess(ticket, in: ring, road)
        }
        row.end(ticket.generation)
    }

    /// A success where slow calls count, or several threads do.
    @inline(never)
    private func settle(_ ticket: Ticket, _ road: BreakerWindow.Road) {
        guard road.isStraight else { return settleWithCare(ticket, .success) }
        if road.hasSlices { return road.isTimed ? settleTimed(ticket, road) : settleInLane(ticket, road) }
        let reading = machine.current
        guard reading.sequence == ticket.generation, reading.state == .closed, let ring = road.ring else {
            return settleWithCare(ticket, .success)
        }
        if road.isTimed { return settleTimed(ticket, in: ring, road) }
        guard isCalm(ring, FlagRing.tag(ticket.generation)) else { return settleSuccess(ticket, in: ring, road) }
        guard enterLane(ticket.generation, road) else { return settleWithCare(ticket, .success) }
    }

    /// Takes the outcome of a call that was admitted in any state.
    @inline(never)
    func settleWithCare(_ ticket: Ticket, _ outcome: Outcome) {
        while true {
            let reading = machine.current
            guard reading.sequence == ticket.generation else { return settleLate() }
            let isSettled: Bool
            switch reading.state {
            case .closed, .metricsOnly:
                isSettled =
                    outcome == .ignored ? settleIgnored(ticket) : record(ticket, outcome == .failure, reading.state)
            case .halfOpen:
                isSettled = settleProbe(ticket, outcome)
            case .disabled:
                if !usesSystemClock { latest.raise(to: clock.now()) }
                isSettled = unrecorded.increment(ticket.generation)
            case .open, .forcedOpen:
                return settleLate()
            }
            if isSettled { return }
            // A transition or a reconfiguration is under way. Afterwards the generation tells which one it was.
            waitForTransition()
        }
    }

    private func settleLate() {
        rare.lateResults.wrappingAdd(1, ordering: .relaxed)
        if listenerCount.value > 0 { tell(.lateResult) }
    }

    private func settleIgnored(_ ticket: Ticket) -> Bool {
        guard unrecorded.increment(ticket.generation) else { return false }
        ignored.wrappingAdd(1, ordering: .relaxed)
        if !usesSystemClock { latest.raise(to: clock.now()) }
        return true
    }

    /// What is known of a success in CLOSED; `now` is ``Ticket/unknown`` if no clock was read.
    func success(_ generation: UInt32, _ now: Int64) -> Recorded {
        Recorded(
            generation: generation,
            state: .closed,
            now: now,
            threshold: ThresholdWord.Value(bits: 0),
            number: parameters.number
        )
    }
}
