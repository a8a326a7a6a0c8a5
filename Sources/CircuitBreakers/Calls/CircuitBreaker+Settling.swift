import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Takes the outcome of an admitted call; exactly once for each ticket.
    ///
    /// The straight road: a success in CLOSED with a clean count window and no slow calls is one load of the machine's
    /// word and one compare-and-swap; no verdict can come of it. With a time window it is a look at the clock and one
    /// compare-and-swap and one addition. Everything else is settled with care.
    @usableFromInline
    func settle(_ ticket: Ticket, _ outcome: Outcome) {
        let reading = machine.current
        guard outcome == .success, reading.sequence == ticket.generation, reading.state == .closed else {
            return settleWithCare(ticket, outcome)
        }
        switch window.plain {
        case .ring(let ring):
            guard ring.tryRecordClean(tag: FlagRing.tag(ticket.generation)) != nil else {
                return settleSuccess(ticket, in: ring)
            }
            row.end(ticket.generation)
        case .slices(let slices):
            settleTimed(ticket, in: slices)
        case .neither:
            settleWithCare(ticket, outcome)
        }
    }

    /// A success in CLOSED with a time window.
    @inline(never)
    private func settleTimed(_ ticket: Ticket, in slices: TimeSlices) {
        let generation = ticket.generation
        // In this order, as for every record in a time window.
        let now = latest.raise(to: clock.now())
        let number = parameters.number
        guard let place = slices.place(generation, now: now), !place.isBeyond, let departed = slices.enter(place) else {
            return settleWithCare(ticket, .success)
        }
        if departed != 0 { depart(departed, generation) }
        row.end(generation)
        if slices.isSettled(Self.marker(place, number)), parameters.number == number { return }
        let recorded = Recorded(
            generation: generation,
            state: .closed,
            now: now,
            threshold: ThresholdWord.Value(bits: 0),
            number: number
        )
        judge(slices, row: 0, recorded, at: place)
    }

    /// Says that a slice was judged by a configuration: see ``TimeSlices/isSettled(_:)``.
    @inline(__always)
    static func marker(_ place: TimeSlices.Place, _ number: UInt32) -> UInt64 {
        UInt64(place.stamp) << 32 | UInt64(number)
    }

    /// The verdict after an outcome in a time window.
    func judge(_ slices: TimeSlices, row: Int, _ recorded: Recorded, at place: TimeSlices.Place) {
        let totals = slices.totals(recorded.generation) { latest.value }
        let isCalm = judge(totals, row: row, recorded)
        let marker = Self.marker(place, recorded.number)
        guard isCalm, let totals, parameters.isEnough(totals.total), !slices.isSettled(marker) else { return }
        // Flags were read before outcomes. So a failure that came in between may be in the sum as an outcome alone, and the
        // success that came with it would take the mark for an answer to both. Flags read now are no fewer than there
        // were when the outcomes were read; but they are of the same slice only if time has not moved on.
        guard let later = slices.totals(recorded.generation, latest: { latest.value }),
            slices.place(recorded.generation, now: latest.value)?.stamp == place.stamp
        else { return }
        let most = WindowTotals(total: totals.total, failures: later.failures, slow: later.slow)
        if parameters.verdict(most, row: row) == nil { slices.settle(marker) }
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
        let recorded = Recorded(
            generation: generation,
            state: .closed,
            now: Ticket.unknown,
            threshold: ThresholdWord.Value(bits: 0),
            number: 0
        )
        judge(totals, row: count(false, generation), recorded)
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
        rare.lateResults.add(1, ordering: .relaxed)
        if listenerCount.value > 0 { tell(.lateResult) }
    }

    private func settleIgnored(_ ticket: Ticket) -> Bool {
        guard unrecorded.increment(ticket.generation) else { return false }
        ignored.add(1, ordering: .relaxed)
        if !usesSystemClock { latest.raise(to: clock.now()) }
        return true
    }
}
