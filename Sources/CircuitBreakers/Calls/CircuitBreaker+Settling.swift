import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Takes the outcome of an admitted call; exactly once for each ticket.
    ///
    /// The straight road: a success in CLOSED with a clean count window and no slow calls is one load of the machine's
    /// word and one compare-and-swap; no verdict can come of it. Everything else is settled with care.
    @usableFromInline
    func settle(_ ticket: Ticket, _ outcome: Outcome) {
        let reading = machine.current
        guard outcome == .success, reading.sequence == ticket.generation, reading.state == .closed,
            let ring = window.plainRing
        else { return settleWithCare(ticket, outcome) }
        guard ring.tryRecordClean(tag: FlagRing.tag(ticket.generation)) != nil else {
            return settleSuccess(ticket, in: ring)
        }
        row.end(ticket.generation)
    }

    /// A success in CLOSED with a count window that holds failures, or held some a while ago.
    @inline(never)
    private func settleSuccess(_ ticket: Ticket, in ring: FlagRing) {
        let generation = ticket.generation
        guard let head = ring.tryRecord(tag: FlagRing.tag(generation), flag: 0) else {
            return settleWithCare(ticket, .success)
        }
        // Without a row and without a failure in the window no condition can hold.
        guard row.length != 0 || head.flagged != 0 else { return }
        let totals = WindowTotals(total: min(head.count, Int(ring.size)), failures: head.flagged, slow: 0)
        judge(totals, row: count(false, generation), generation, .closed, now: Ticket.unknown)
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
                if !clock.isSystem { latest.raise(to: clock.now()) }
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
        lateResults.add(1, ordering: .relaxed)
        if listenerCount.value > 0 { tell(.lateResult) }
    }

    private func settleIgnored(_ ticket: Ticket) -> Bool {
        guard unrecorded.increment(ticket.generation) else { return false }
        ignored.add(1, ordering: .relaxed)
        if !clock.isSystem { latest.raise(to: clock.now()) }
        return true
    }

    /// Records an outcome in CLOSED or METRICS_ONLY and acts on the verdict.
    ///
    /// With the system's clock, a count window and no slow calls no clock is read: the latest time matters only for a
    /// clock that can step back.
    ///
    /// - Returns: `false` if nothing was recorded, because the window was closed.
    private func record(_ ticket: Ticket, _ isFailure: Bool, _ state: CircuitState) -> Bool {
        let generation = ticket.generation
        let now = clock.isSystem ? Ticket.unknown : latest.raise(to: clock.now())
        let isSlow = isSlow(ticket, now: now)
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
                if window.slowRing != nil {
                    totals.slow = recordSlow(isSlow, generation)
                    totals = completed(totals, row: row, in: ring, generation)
                }
                judge(totals, row: row, generation, state, now: now)
                return true
            }
        }
        guard let slices = window.slices else { return false }
        return record(isFailure, isSlow, in: slices, generation, state, now: now)
    }

    private func record(
        _ isFailure: Bool,
        _ isSlow: Bool,
        in slices: TimeSlices,
        _ generation: UInt32,
        _ state: CircuitState,
        now: Int64
    ) -> Bool {
        let now = latest.raise(to: now == Ticket.unknown ? clock.now() : now)
        // Read before the window: what a later reconfiguration changes is judged by the reconfiguration itself.
        let number = parameters.number.value
        let (answer, place) = slices.record(generation, now: now, failure: isFailure, slow: isSlow)
        switch answer {
        case .closed:
            return false
        case .overtaken:
            heal(generation)
            return false
        case .recorded:
            // The generation may have ended here, with this outcome in it; then the word is another's.
            _ = unrecorded.increment(generation)
            let row = count(isFailure, generation)
            let marker = UInt64(place.stamp) << 32 | UInt64(number)
            if !isFailure, !isSlow, state == .closed, slices.isSettled(marker) { return true }
            let totals = slices.totals(at: place.stamp)
            let held = judge(totals, row: row, generation, state, now: now)
            if !held, totals.total >= parameters.minimumCalls.value { slices.settle(marker) }
            return true
        }
    }

    /// Two rings have two orders of recording: of several racing calls the last one in the ring of slow calls looks at
    /// the ring of failures once more, and then sees all of them in both.
    private func completed(_ totals: WindowTotals, row: Int, in ring: FlagRing, _ generation: UInt32) -> WindowTotals {
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

    /// Whether the call took longer than `slowCallMs`, by the configuration of this moment.
    @inline(__always)
    private func isSlow(_ ticket: Ticket, now: Int64) -> Bool {
        let limit = parameters.slowCallMs.value
        // A call that began when no slow calls were tracked has no beginning.
        guard limit >= 0, ticket.time != Ticket.unknown else { return false }
        return (now == Ticket.unknown ? clock.precise() : now) - ticket.time > limit
    }

    /// Counts the row of failures.
    ///
    /// - Returns: the row with this outcome.
    @inline(__always)
    private func count(_ isFailure: Bool, _ generation: UInt32) -> Int {
        guard isFailure else {
            row.end(generation)
            return 0
        }
        return row.extend(generation)
    }

    /// Records in the ring of slow calls.
    ///
    /// - Returns: the slow calls in the window; 0 when the generation ended meanwhile.
    private func recordSlow(_ isSlow: Bool, _ generation: UInt32) -> Int {
        while let ring = window.slowRing {
            switch ring.record(tag: FlagRing.tag(generation), flag: isSlow ? 1 : 0) {
            case .recorded(let head): return head.flagged
            case .full: fold(generation)
            case .closed: waitForTransition()
            }
            guard machine.current.sequence == generation else { return 0 }
        }
        return 0
    }

    /// Acts on the verdict after a recorded outcome.
    ///
    /// - Returns: whether a condition holds.
    @discardableResult
    @inline(never)
    private func judge(
        _ totals: WindowTotals,
        row: Int,
        _ generation: UInt32,
        _ state: CircuitState,
        now: Int64
    ) -> Bool {
        let reason = parameters.verdict(totals, row: row)
        if state == .metricsOnly {
            report(reason != nil, totals, row: row, generation)
        } else if let reason {
            trip(reason, generation, now: now)
        }
        return reason != nil
    }

    @inline(never)
    private func trip(_ reason: BreakerReason, _ generation: UInt32, now: Int64) {
        let now = latest.raise(to: now == Ticket.unknown ? clock.now() : now)
        cold.withLock { cold in
            // Somebody else may have moved the breaker; then this verdict is about a window that is gone.
            guard machine.current.sequence == generation else { return }
            move(&cold, .trip, at: now, reason: reason)
        }
        deliver()
    }

    /// In METRICS_ONLY: reports a condition once each time it turns true.
    func report(_ holds: Bool, _ totals: WindowTotals, row: Int, _ generation: UInt32) {
        let held = UInt64(generation) << 32 | (holds ? 0 : 1)
        guard exceeded.load(ordering: .acquiring) == held else { return }
        let (won, _) = exceeded.compareExchange(
            expected: held,
            desired: held ^ 1,
            ordering: .acquiringAndReleasing
        )
        guard won, holds else { return }
        let shown = totals.snapshot(
            row: row,
            minimum: parameters.minimumCalls.value,
            tracksSlow: parameters.slowCallMs.value >= 0
        )
        tell(.thresholdExceeded(shown))
    }

    private func fold(_ generation: UInt32) {
        cold.withLock { _ in
            window.ring?.fold(tag: FlagRing.tag(generation))
            window.slowRing?.fold(tag: FlagRing.tag(generation))
        }
    }

    private func heal(_ generation: UInt32) {
        cold.withLock { _ in
            guard machine.current.sequence == generation else { return }
            window.slices?.heal(generation, latest: latest.value)
        }
    }
}
