import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Changes the configuration while calls run.
    ///
    /// State, generation, deadline, attempts, reason, the row of failures and all permits stay. Of a count window the
    /// newest outcomes stay that fit, of a time window the slices that fit if their length stays; otherwise it starts
    /// empty. A running deadline is not moved. The verdict is evaluated once after the change.
    /// ``Configuration/initial`` is not read.
    ///
    /// - Throws: ``BreakerConfigurationError`` with every finding; then nothing has changed.
    public func reconfigure(_ configuration: Configuration) throws(BreakerConfigurationError) {
        let resolved = try configuration.resolved(for: name)
        let now = max(clock.now(), latest.value)
        let reached: WindowVerdict? = cold.withLock { cold in
            let now = max(now, latest.value)
            let keepsSlow = resolved.slowCallMs >= 0 || (window.slowRing?.head.flagged ?? 0) > 0
            if resolved.window != cold.configuration.window || (window.ring != nil && keepsSlow != hasSlowRing) {
                install(resolved.window, keepingSlow: keepsSlow, into: &cold, now: now)
            }
            cold.configuration = resolved
            parameters.update(resolved)
            timesCalls.value = clock.isSystem && resolved.slowCallMs < 0 ? 0 : 1
            return judgeAfterChange(&cold, at: now)
        }
        if let reached { report(reached.holds, reached.totals, row: reached.row, reached.generation) }
        deliver()
    }

    /// A verdict in METRICS_ONLY.
    private struct WindowVerdict {
        var holds: Bool
        var totals: WindowTotals
        var row: Int
        var generation: UInt32
    }

    private var hasSlowRing: Bool { window.slowRing != nil }

    /// The verdict after a change.
    ///
    /// Under the lock.
    private func judgeAfterChange(_ cold: inout ColdState, at now: Int64) -> WindowVerdict? {
        let reading = machine.current
        switch reading.state {
        case .closed, .metricsOnly:
            let totals = windowTotals(reading.sequence, at: now)
            let length = row.length
            let reason = parameters.verdict(totals, row: length)
            if reading.state == .metricsOnly {
                return WindowVerdict(
                    holds: reason != nil,
                    totals: totals,
                    row: length,
                    generation: reading.sequence
                )
            }
            if let reason { move(&cold, .trip, at: now, reason: reason) }
        case .halfOpen:
            moveByProbes(&cold, at: now)
        case .open, .forcedOpen, .disabled:
            break
        }
        return nil
    }

    /// Makes the first window.
    ///
    /// Under the lock.
    func install(_ wanted: Configuration.Window, into cold: inout ColdState, now: Int64) {
        install(wanted, keepingSlow: cold.configuration.slowCallMs >= 0, into: &cold, now: now)
    }

    /// Puts another window in place of the one in use, with what of its content fits.
    ///
    /// Under the lock.
    ///
    /// The old one is closed first: a recorder that still holds it waits for the lock and records in the new one.
    private func install(
        _ wanted: Configuration.Window,
        keepingSlow: Bool,
        into cold: inout ColdState,
        now: Int64
    ) {
        let (ring, slowRing, slices) = (window.ring, window.slowRing, window.slices)
        let reading = machine.current
        let isOpen = reading.state == .closed || reading.state == .metricsOnly
        switch wanted {
        case .count(let size):
            let next = replacement(for: ring, size: size, reading.sequence, into: &cold)
            var nextSlow: FlagRing?
            if keepingSlow {
                nextSlow = replacement(for: slowRing, size: size, reading.sequence, into: &cold)
            } else {
                slowRing?.restart(tag: FlagRing.tag(reading.sequence &+ 1))
            }
            if isOpen { _ = slices?.close(cut: now) { latest.value } }
            window.publish(ring: next, slowRing: nextSlow, slices: nil, readsClock: !clock.isSystem)
        case .time(let milliseconds, let buckets):
            let sliceMs = milliseconds / Int64(buckets)
            let next = cold.memory.slices(buckets: buckets)
            let kept = isOpen ? slices?.close(cut: now) { latest.value } ?? [] : []
            next.open(
                reading.sequence,
                start: cold.generationStart,
                sliceMs: sliceMs,
                slices: slices?.sliceMs == sliceMs ? kept : [],
                now: now
            )
            if !isOpen { _ = next.close(cut: now) { latest.value } }
            // What the ring counted as settled must go on counting.
            if let ring {
                let before = ring.leftOut
                unrecorded.add(before + ring.restart(tag: FlagRing.tag(reading.sequence &+ 1)).count)
            }
            slowRing?.restart(tag: FlagRing.tag(reading.sequence &+ 1))
            window.publish(ring: nil, slowRing: nil, slices: next, readsClock: true)
        }
        cold.memory.take(ring, slowRing, slices)
    }

    /// A ring of another size with the newest flags of the old one, which is closed.
    private func replacement(
        for old: FlagRing?,
        size: Int,
        _ generation: UInt32,
        into cold: inout ColdState
    ) -> FlagRing {
        let next = cold.memory.ring(size: size)
        guard let old else {
            next.open(tag: FlagRing.tag(generation), size: size, flags: [], recorded: 0)
            return next
        }
        let head = old.close(tag: FlagRing.tag(generation &+ 1))
        next.open(
            tag: FlagRing.tag(generation),
            size: size,
            flags: old.newest(size, of: head),
            recorded: old.leftOut + head.count
        )
        return next
    }
}
