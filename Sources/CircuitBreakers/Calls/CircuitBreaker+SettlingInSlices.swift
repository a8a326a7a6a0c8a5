import StateMachines
import Synchronization

/// How a success is settled with a time window, on the straight road.
extension CircuitBreaker {
    /// A success with a time window and no slow calls.
    @inline(never)
    func settleInSlices(_ ticket: Ticket, _ road: BreakerWindow.Road) {
        settleInSlices(ticket, road, lane: nil)
    }

    /// The same with a striped one; apart, because a lane costs the other one half a nanosecond.
    @inline(never)
    func settleInLane(_ ticket: Ticket, _ road: BreakerWindow.Road) {
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
    func settleTimed(_ ticket: Ticket, _ road: BreakerWindow.Road) {
        guard let slices = road.slices else { return }
        let settled = slices.settled
        let end = BreakerClock.systemPrecise
        let duration = duration(of: ticket, now: end)
        guard !isSlow(duration) else { return settleWithCare(ticket, .success) }
        let now = latest.raise(to: end)
        if settle(ticket, now, slices, settled, road, lane: road.isStriped ? lane : nil) { tellDuration(duration) }
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
}
