import StateMachines
import Synchronization

/// How an outcome is recorded in CLOSED and METRICS_ONLY.
extension CircuitBreaker {
    /// Records an outcome in CLOSED or METRICS_ONLY and acts on the verdict.
    ///
    /// With the system's clock, a count window and no slow calls no clock is read: the latest time matters only for a
    /// clock that can step back.
    ///
    /// - Returns: `false` if nothing was recorded, because the window was closed.
    func record(_ ticket: Ticket, _ isFailure: Bool, _ state: CircuitState) -> Bool {
        let generation = ticket.generation
        let now = usesSystemClock ? Ticket.unknown : latest.raise(to: clock.now())
        let duration = duration(of: ticket, now: now)
        let isSlow = isSlow(duration)
        let recorded = Recorded(
            generation: generation,
            state: state,
            now: now,
            threshold: state == .metricsOnly ? threshold.value : ThresholdWord.Value(bits: 0),
            number: parameters.number
        )
        if let ring = window.ring {
            switch ring.record(tag: FlagRing.tag(generation), flag: isFailure ? 1 : 0) {
            case .closed:
                return false
            case .full:
                fold(generation)
                return false
            case .recorded(let head):
                let row = count(isFailure, generation)
                var totals = WindowTotals(total: min(head.count, Int(ring.size)), failures: head.flagged, slow: 0)
                if slowRing != nil {
                    totals.slow = recordSlow(isSlow, generation)
                    totals = completed(totals, row: row, in: ring, generation)
                }
                judge(totals, row: row, recorded)
                tellDuration(duration)
                return true
            }
        }
        guard let slices = window.slices, record(isFailure, isSlow, in: slices, recorded) else { return false }
        tellDuration(duration)
        return true
    }

    /// Records in a time window and acts on the verdict.
    ///
    /// - Parameters:
    ///   - isFailure: whether it failed.
    ///   - isSlow: whether it was slow.
    ///   - slices: the window.
    ///   - recorded: what is known of it.
    ///   - lane: of a striped window, for a quick success.
    /// - Returns: `false` if nothing was recorded, because the window was closed.
    func record(
        _ isFailure: Bool,
        _ isSlow: Bool,
        in slices: TimeSlices,
        _ recorded: Recorded,
        lane: Int? = nil
    ) -> Bool {
        let generation = recorded.generation
        var recorded = recorded
        let now = latest.raise(to: recorded.now == Ticket.unknown ? clock.now() : recorded.now)
        recorded.now = now
        switch slices.record(generation, now: now, failure: isFailure, slow: isSlow, lane: lane) {
        case .closed, .overtaken:
            return false
        case .outworn:
            renew(generation)
            return false
        case .torn(let place, let failure, let slow):
            if place.departed != 0 { depart(place.departed, generation) }
            let row = count(isFailure, generation)
            complete(place, failure: failure, slow: slow, generation)
            judge(totals(generation), row: row, recorded)
            return true
        case .recorded(let place):
            if place.departed != 0 { depart(place.departed, generation) }
            let row = count(isFailure, generation)
            let totals = slices.totals(generation) { latest.value }
            let isCalm = judge(totals, row: row, recorded)
            if isCalm, recorded.state == .closed, let totals, parameters.isEnough(totals.total) {
                slices.settle(TimeSlices.Settled(place, recorded.number))
            }
            return true
        }
    }

    /// The time window now; `nil` if it is closed, or not a time window any more.
    private func totals(_ generation: UInt32) -> WindowTotals? {
        window.slices.flatMap { $0.totals(generation) { latest.value } }
    }

    /// Adds the flags of an outcome whose window was closed between the outcome and its flags.
    func complete(_ place: TimeSlices.Place, failure: Bool, slow: Bool, _ generation: UInt32) {
        cold.withLock { _ in
            guard machine.current.sequence == generation else { return }
            window.slices?.complete(generation, place, failure: failure, slow: slow)
        }
    }

    /// Two rings have two orders of recording: of several racing calls the last one in the ring of slow calls looks at
    /// the ring of failures once more, and then sees all of them in both.
    func completed(_ totals: WindowTotals, row: Int, in ring: FlagRing, _ generation: UInt32) -> WindowTotals {
        guard parameters.verdict(totals, row: row) == nil else { return totals }
        let head = ring.head
        guard head.tag == FlagRing.tag(generation) else { return totals }
        let later = WindowTotals(
            total: min(head.count, Int(ring.size)),
            failures: head.flagged,
            slow: totals.slow
        )
        return parameters.verdict(later, row: row) == nil ? totals : later
    }

    /// Counts outcomes that left a time window with a slice that was replaced: once a slice, not once a call.
    @inline(never)
    func depart(_ outcomes: UInt64, _ generation: UInt32) {
        // The generation may have ended here, with these outcomes in it; then the word is another's.
        guard !departed.increment(generation, by: outcomes) else { return }
        rare.completedBefore.add(Int(outcomes), ordering: .relaxed)
    }

    /// Counts failures, and those in a row.
    ///
    /// - Returns: the row with this outcome.
    @inline(__always)
    func count(_ isFailure: Bool, _ generation: UInt32) -> Int {
        guard isFailure else {
            row.end(generation)
            return 0
        }
        failures.wrappingAdd(1, ordering: .relaxed)
        return row.extend(generation)
    }

    /// Records in the ring of slow calls.
    ///
    /// - Returns: the slow calls in the window; 0 when the generation ended meanwhile.
    func recordSlow(_ isSlow: Bool, _ generation: UInt32) -> Int {
        while let ring = slowRing {
            switch ring.record(tag: FlagRing.tag(generation), flag: isSlow ? 1 : 0) {
            case .recorded(let head): return head.flagged
            case .full: fold(generation)
            case .closed: waitForTransition()
            }
            guard machine.current.sequence == generation else { return 0 }
        }
        return 0
    }

    private func fold(_ generation: UInt32) {
        cold.withLock { _ in
            window.ring?.fold(tag: FlagRing.tag(generation))
            slowRing?.fold(tag: FlagRing.tag(generation))
        }
    }

    private func renew(_ generation: UInt32) {
        cold.withLock { _ in
            guard machine.current.sequence == generation else { return }
            if let slices = window.slices { departed.add(slices.renew(generation) { latest.value }) }
        }
    }
}
