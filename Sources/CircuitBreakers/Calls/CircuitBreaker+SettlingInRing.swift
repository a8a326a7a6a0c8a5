import StateMachines
import Synchronization

/// How a success is settled with a count window, on the straight road.
extension CircuitBreaker {
    /// A success in CLOSED with a count window that holds failures, or held some a while ago.
    @inline(never)
    func settleSuccess(_ ticket: Ticket, in ring: FlagRing, _ road: BreakerWindow.Road) {
        let generation = ticket.generation
        let tag = FlagRing.tag(generation)
        noteLoss(in: ring, generation, road)
        guard let head = ring.tryRecord(tag: tag, flag: 0) else { return settleWithCare(ticket, .success) }
        // Without a row and without a failure in the window no condition can hold.
        guard row.length != 0 || head.flagged != 0 else { return }
        let totals = WindowTotals(total: min(head.count, Int(ring.size)), failures: head.flagged, slow: 0)
        judge(totals, row: count(false, generation), success(generation, Ticket.unknown))
    }

    /// Whether one more success changes nothing in a ring of failures, nor a row.
    @inline(__always)
    func isCalm(_ ring: FlagRing, _ tag: UInt64) -> Bool { ring.isCalm(tag: tag) && row.length == 0 }

    /// Counts a success with a calm count window in the thread's lane.
    ///
    /// - Returns: `false` if the generation has ended.
    @inline(__always)
    func enterLane(_ generation: UInt32, _ road: BreakerWindow.Road) -> Bool {
        guard let stripes else { return false }
        let counter = unsafe stripes.counter(.recorded, in: lane)
        return unsafe counter.pointee.tryIncrement(generation) || enterAgain(counter, generation, road)
    }

    /// Counts in a lane where another thread was faster, or whose generation has ended.
    @inline(never)
    private func enterAgain(
        _ counter: UnsafePointer<TaggedCounter>,
        _ generation: UInt32,
        _ road: BreakerWindow.Road
    ) -> Bool {
        guard unsafe counter.pointee.increment(generation) else { return false }
        noteLoss(road, generation)
        return true
    }

    /// A success was not recorded in a ring at the first try: if the ring is clean and calm, another thread was faster.
    @inline(__always)
    private func noteLoss(in ring: FlagRing, _ generation: UInt32, _ road: BreakerWindow.Road) {
        guard !road.isStriped, ring.isCalm(tag: FlagRing.tag(generation)), ring.marks == 0 else { return }
        let records = ring.head.records
        guard records < FlagRing.largestCount else { return }
        // Another one after 4096 records.
        noteLoss(road, generation &<< 14 | UInt32(truncatingIfNeeded: records >> 12))
    }

    /// A success with a count window while slow calls count.
    ///
    /// Where neither ring holds anything no verdict can come of it: whoever records a failure or a slow call looks
    /// at both rings.
    @inline(never)
    func settleTimed(_ ticket: Ticket, in ring: FlagRing, _ road: BreakerWindow.Road) {
        let generation = ticket.generation
        let tag = FlagRing.tag(generation)
        let duration = duration(of: ticket, now: BreakerClock.systemPrecise)
        guard !isSlow(duration), let slowRing else { return settleWithCare(ticket, .success) }
        if road.isStriped, isCalm(ring, tag), slowRing.isCalm(tag: tag) {
            guard enterLane(generation, road) else { return settleWithCare(ticket, .success) }
            return tellDuration(duration)
        }
        guard let head = ring.tryRecordClean(tag: tag) else {
            noteLoss(in: ring, generation, road)
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
}
