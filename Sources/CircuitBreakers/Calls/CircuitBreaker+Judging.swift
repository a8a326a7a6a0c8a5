import StateMachines

/// What follows from a recorded outcome.
extension CircuitBreaker {
    /// What a recorder has of its verdict.
    struct Recorded {
        var generation: UInt32
        var state: CircuitState
        /// When it completed; ``Ticket/unknown`` if no clock was read.
        var now: Int64
        /// What METRICS_ONLY's word was before the outcome was recorded.
        var threshold: ThresholdWord.Value
        /// Of the configuration before the outcome was recorded.
        var number: UInt32
    }

    /// Acts on the verdict after a recorded outcome.
    ///
    /// - Parameters:
    ///   - totals: the window with it; `nil` if the window was closed meanwhile, and only the lock can tell.
    ///   - row: the row of failures with it.
    ///   - recorded: what else is known.
    /// - Returns: whether no condition holds.
    @discardableResult
    @inline(never)
    func judge(_ totals: WindowTotals?, row: Int, _ recorded: Recorded) -> Bool {
        guard let totals, let judgement = parameters.judge(totals, row: row) else {
            judgeUnderLock(recorded)
            return false
        }
        if recorded.state == .metricsOnly {
            report(judgement, totals, row: row, recorded)
        } else if let reason = judgement.verdict {
            trip(reason, by: judgement.number, recorded)
        }
        return judgement.verdict == nil
    }

    /// Trips, by a verdict that followed the configuration of that number.
    @inline(never)
    func trip(_ reason: BreakerReason, by number: UInt32, _ recorded: Recorded) {
        let now = latest.raise(to: recorded.now == Ticket.unknown ? clock.now() : recorded.now)
        cold.withLock { cold in
            // Somebody else may have moved the breaker; then this verdict is about a window that is gone.
            guard machine.current.sequence == recorded.generation else { return }
            // Or changed the configuration; then another verdict holds.
            guard number == parameters.number else { return judgeWindow(&cold, at: now) }
            move(&cold, .trip, at: now, reason: reason)
        }
        deliver()
    }

    private func judgeUnderLock(_ recorded: Recorded) {
        let now = latest.raise(to: recorded.now == Ticket.unknown ? clock.now() : recorded.now)
        cold.withLock { cold in
            guard machine.current.sequence == recorded.generation else { return }
            judgeWindow(&cold, at: now)
        }
        deliver()
    }

    /// The verdict on the window as it is now, in CLOSED and METRICS_ONLY.
    ///
    /// Under the lock, under which no window is replaced and no configuration changes.
    func judgeWindow(_ cold: inout ColdState, at now: Int64) {
        let reading = machine.current
        let totals = windowTotals(reading.sequence, at: now)
        let length = row.length
        let reason = parameters.verdict(totals, row: length)
        switch reading.state {
        case .closed:
            if let reason { move(&cold, .trip, at: now, reason: reason) }
        case .metricsOnly:
            setThreshold(reason != nil, totals, row: length, &cold)
        case .open, .halfOpen, .forcedOpen, .disabled:
            break
        }
    }

    /// In METRICS_ONLY: reports a condition once each time it turns true.
    func report(
        _ judgement: HotParameters.Judgement<BreakerReason?>,
        _ totals: WindowTotals,
        row: Int,
        _ recorded: Recorded
    ) {
        let holds = judgement.verdict != nil
        guard threshold.value.holds != holds else { return }
        let now = latest.raise(to: recorded.now == Ticket.unknown ? clock.now() : recorded.now)
        cold.withLock { cold in
            guard machine.current.sequence == recorded.generation else { return }
            // What was found at the outcome counts only if nobody has looked at the window since then.
            if threshold.value == recorded.threshold, judgement.number == parameters.number {
                setThreshold(holds, totals, row: row, &cold)
            }
            judgeWindow(&cold, at: now)
        }
        deliver()
    }

    /// Under the lock, in METRICS_ONLY.
    private func setThreshold(_ holds: Bool, _ totals: WindowTotals, row: Int, _ cold: inout ColdState) {
        guard threshold.value.holds != holds else { return }
        threshold.turn()
        guard holds else { return }
        let shown = totals.snapshot(
            row: row,
            minimum: parameters.minimumCalls,
            tracksSlow: parameters.slowCallMs.value >= 0
        )
        cold.outbox.append(.thresholdExceeded(shown))
    }
}
