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
        guard let place = slices.place(generation, now: now), !place.isBeyond, slices.enter(place) else {
            return settleWithCare(ticket, .success)
        }
        countTimed(generation)
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
    private static func marker(_ place: TimeSlices.Place, _ number: UInt32) -> UInt64 {
        UInt64(place.stamp) << 32 | UInt64(number)
    }

    /// The verdict after an outcome in a time window.
    private func judge(_ slices: TimeSlices, row: Int, _ recorded: Recorded, at place: TimeSlices.Place) {
        let totals = slices.totals(recorded.generation) { latest.value }
        let isCalm = judge(totals, row: row, recorded)
        if isCalm, let totals, parameters.isEnough(totals.total) {
            slices.settle(Self.marker(place, recorded.number))
        }
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
        let duration = duration(of: ticket, now: now)
        let isSlow = isSlow(duration)
        let recorded = Recorded(
            generation: generation,
            state: state,
            now: now,
            threshold: threshold.value,
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
                if window.slowRing != nil {
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

    /// Records in a time window.
    func record(_ isFailure: Bool, _ isSlow: Bool, in slices: TimeSlices, _ recorded: Recorded) -> Bool {
        let generation = recorded.generation
        var recorded = recorded
        let now = latest.raise(to: recorded.now == Ticket.unknown ? clock.now() : recorded.now)
        recorded.now = now
        switch slices.record(generation, now: now, failure: isFailure, slow: isSlow) {
        case .closed, .overtaken:
            return false
        case .outworn:
            renew(generation)
            return false
        case .torn(let place, let failure, let slow):
            countTimed(generation)
            let row = count(isFailure, generation)
            complete(place, failure: failure, slow: slow, generation)
            judge(totals(generation), row: row, recorded)
            return true
        case .recorded(let place):
            countTimed(generation)
            let row = count(isFailure, generation)
            // The number is read again: if it changed before the outcome was in, nobody has judged that yet.
            if !isFailure, !isSlow, recorded.state == .closed,
                slices.isSettled(Self.marker(place, recorded.number)), parameters.number == recorded.number
            {
                return true
            }
            judge(slices, row: row, recorded, at: place)
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

    /// How long a call took in milliseconds; `nil` if slow calls do not count, or nobody knows when it began.
    ///
    /// - Parameters:
    ///   - ticket: of the call.
    ///   - now: when it completed; ``Ticket/unknown`` reads the system's clock.
    /// - Returns: milliseconds.
    @inline(__always)
    func duration(of ticket: Ticket, now: Int64) -> Int64? {
        guard parameters.slowCallMs.value >= 0 else { return nil }
        // A call whose beginning was not kept began before slow calls began to count: it is slow if it certainly was.
        let begin = ticket.time == Ticket.unknown ? slowSince.value : ticket.time
        guard begin != Ticket.unknown else { return nil }
        return (now == Ticket.unknown ? clock.precise() : now) - begin
    }

    /// Whether a call of that duration is slow, by the configuration of this moment.
    @inline(__always)
    func isSlow(_ duration: Int64?) -> Bool {
        let limit = parameters.slowCallMs.value
        guard limit >= 0, let duration else { return false }
        return duration > limit
    }

    /// Lets the metrics know how long a call took, once everything else is done.
    @inline(__always)
    func tellDuration(_ duration: Int64?) {
        if let duration { reporter?.time(duration) }
    }

    /// Counts an outcome of a time window.
    @inline(__always)
    private func countTimed(_ generation: UInt32) {
        // The generation may have ended here, with this outcome in it; then the word is another's.
        // What strayed into a later one stands in what the transition in between has counted.
        if case .ended = timed.add(generation) { completedBefore.add(1, ordering: .relaxed) }
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
        failures.add(1, ordering: .relaxed)
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

    private func fold(_ generation: UInt32) {
        cold.withLock { _ in
            window.ring?.fold(tag: FlagRing.tag(generation))
            window.slowRing?.fold(tag: FlagRing.tag(generation))
        }
    }

    private func renew(_ generation: UInt32) {
        cold.withLock { _ in
            guard machine.current.sequence == generation else { return }
            window.slices?.renew(generation) { latest.value }
        }
    }
}
