import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Takes the outcome of an admitted call; exactly once for each ticket.
    ///
    /// The straight road: a success in CLOSED with a clean count window and no slow calls is one load of the machine's
    /// word and one compare-and-swap; no verdict can come of it. With a time window it is a look at the clock and one
    /// compare-and-swap. Everything else is settled with care.
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
        guard ring.isCalm(tag: FlagRing.tag(ticket.generation)) else { return settleSuccess(ticket, in: ring, road) }
        guard enterLane(ticket.generation, road) else { return settleWithCare(ticket, .success) }
    }

    /// A success with a time window and no slow calls.
    @inline(never)
    private func settleInSlices(_ ticket: Ticket, _ road: BreakerWindow.Road) {
        settleInSlices(ticket, road, lane: nil)
    }

    /// The same with a striped one; apart, because a lane costs the other one half a nanosecond.
    @inline(never)
    private func settleInLane(_ ticket: Ticket, _ road: BreakerWindow.Road) {
        settleInSlices(ticket, road, lane: lane)
    }

    /// Neither the state nor the generation is asked here: only the current generation of CLOSED has a settled slice.
    ///
    /// A late success thus raises the latest time to what the system's clock shows, which nothing can tell from what the
    /// clock itself would have done.
    @inline(__always)
    private func settleInSlices(_ ticket: Ticket, _ road: BreakerWindow.Road, lane: Int?) {
        // Before the clock: what enters a settled slice must have found it settled.
        guard let slices = road.slices else { return }
        let settled = slices.settled
        let now = latest.raise(to: BreakerClock.systemNow)
        settle(ticket, now, slices, settled, road, lane: lane)
    }

    /// A success with a time window while slow calls count: the clock is read once, for the duration and for the slice.
    @inline(never)
    private func settleTimed(_ ticket: Ticket, _ road: BreakerWindow.Road) {
        guard let slices = road.slices else { return }
        let settled = slices.settled
        let end = BreakerClock.systemPrecise
        let duration = duration(of: ticket, now: end)
        guard !isSlow(duration) else { return settleWithCare(ticket, .success) }
        let now = latest.raise(to: end)
        if settle(ticket, now, slices, settled, road, lane: road.isStriped ? lane : nil) { tellDuration(duration) }
    }

    /// A success with a count window while slow calls count.
    ///
    /// Where neither ring holds anything no verdict can come of it: whoever records a failure or a slow call looks
    /// at both rings.
    @inline(never)
    private func settleTimed(_ ticket: Ticket, in ring: FlagRing, _ road: BreakerWindow.Road) {
        let generation = ticket.generation
        let tag = FlagRing.tag(generation)
        let duration = duration(of: ticket, now: BreakerClock.systemPrecise)
        guard !isSlow(duration), let slowRing else { return settleWithCare(ticket, .success) }
        if road.isStriped, ring.isCalm(tag: tag), slowRing.isCalm(tag: tag) {
            guard enterLane(generation, road) else { return settleWithCare(ticket, .success) }
            return tellDuration(duration)
        }
        guard let head = ring.tryRecordClean(tag: tag) else {
            noteLoss(in: ring, tag, road)
            return settleWithCare(ticket, .success)
        }
        row.end(generation)
        if slowRing.tryRecordClean(tag: tag) == nil {
            var totals = WindowTotals(total: min(head.count, Int(ring.size)), failures: 0, slow: 0)
            totals.slow = recordSlow(false, generation)
            judge(completed(totals, row: 0, in: ring, generation), row: 0, success(generation, Ticket.unknown))
        }
        tellDuration(duration)
    }

    /// A quick success with a time window.
    ///
    /// - Returns: `false` if it was settled with care, which tells the duration itself.
    @inline(__always)
    @discardableResult
    private func settle(
        _ ticket: Ticket,
        _ now: Int64,
        _ slices: TimeSlices,
        _ settled: TimeSlices.Settled,
        _ road: BreakerWindow.Road,
        lane: Int?
    ) -> Bool {
        let generation = ticket.generation
        let answer = slices.enter(settled, generation, now: now, lane: lane)
        guard answer == .entered else {
            return settleUnsettled(ticket, now, slices, road, lost: answer == .lost)
        }
        row.end(generation)
        if !settled.follows(parameters.number) || latest.value != now {
            judgeLate(generation, now, slices, settled.stamp)
        }
        return true
    }

    /// The verdict after a success that found its slice settled, and then a new configuration or a later time.
    @inline(never)
    private func judgeLate(_ generation: UInt32, _ now: Int64, _ slices: TimeSlices, _ stamp: UInt32) {
        slices.noteLate(stamp)
        judge(slices.totals(generation) { latest.value }, row: 0, success(generation, now))
    }

    private func success(_ generation: UInt32, _ now: Int64) -> Recorded {
        Recorded(
            generation: generation,
            state: .closed,
            now: now,
            threshold: ThresholdWord.Value(bits: 0),
            number: parameters.number
        )
    }

    /// A quick success in a slice that is not settled, or that lost against another one.
    ///
    /// - Returns: `false` if it was settled with care.
    @inline(never)
    private func settleUnsettled(
        _ ticket: Ticket,
        _ now: Int64,
        _ slices: TimeSlices,
        _ road: BreakerWindow.Road,
        lost: Bool
    ) -> Bool {
        if lost { noteLoss(road, slices.settled.stamp) }
        let generation = ticket.generation
        let reading = machine.current
        if reading.sequence == generation, reading.state == .closed,
            record(false, false, in: slices, success(generation, now), lane: road.isStriped ? lane : nil)
        {
            return true
        }
        settleWithCare(ticket, .success)
        return false
    }

    /// A success in CLOSED with a count window that holds failures, or held some a while ago.
    @inline(never)
    private func settleSuccess(_ ticket: Ticket, in ring: FlagRing, _ road: BreakerWindow.Road) {
        let generation = ticket.generation
        let tag = FlagRing.tag(generation)
        noteLoss(in: ring, tag, road)
        guard let head = ring.tryRecord(tag: tag, flag: 0) else { return settleWithCare(ticket, .success) }
        // Without a row and without a failure in the window no condition can hold.
        guard row.length != 0 || head.flagged != 0 else { return }
        let totals = WindowTotals(total: min(head.count, Int(ring.size)), failures: head.flagged, slow: 0)
        judge(totals, row: count(false, generation), success(generation, Ticket.unknown))
    }

    /// Counts a success with a calm count window in the thread's lane.
    ///
    /// - Returns: `false` if the generation has ended.
    @inline(__always)
    private func enterLane(_ generation: UInt32, _ road: BreakerWindow.Road) -> Bool {
        guard let stripes else { return false }
        let counter = unsafe stripes.counter(.recorded, in: lane)
        guard unsafe counter.pointee.tryIncrement(generation) || enterAgain(counter, generation, road) else {
            return false
        }
        row.end(generation)
        return true
    }

    /// Counts in a lane where another thread was faster, or whose generation has ended.
    @inline(never)
    private func enterAgain(
        _ counter: UnsafePointer<TaggedCounter>,
        _ generation: UInt32,
        _ road: BreakerWindow.Road
    ) -> Bool {
        noteLoss(road, 0)
        return unsafe counter.pointee.increment(generation)
    }

    /// A success was not recorded in a ring at the first try: if the ring is clean and calm, another thread was faster.
    @inline(__always)
    private func noteLoss(in ring: FlagRing, _ tag: UInt64, _ road: BreakerWindow.Road) {
        guard !road.isStriped, ring.isCalm(tag: tag), ring.marks == 0 else { return }
        noteLoss(road, UInt32(truncatingIfNeeded: ring.head.records >> 12))
    }

    /// Takes the outcome of a call that was admitted in any state.
    @inline(never)
    private func settleWithCare(_ ticket: Ticket, _ outcome: Outcome) {
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
}
