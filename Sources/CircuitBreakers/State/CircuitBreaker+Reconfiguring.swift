import StateMachines

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
        cold.withLock { cold in
            let now = max(now, latest.value)
            let keepsSlow = resolved.slowCallMs >= 0 || (window.slowRing?.head.flagged ?? 0) > 0
            if resolved.window != cold.window || (window.ring != nil && keepsSlow != hasSlowRing) {
                install(resolved.window, keepingSlow: keepsSlow, into: &cold, now: now)
            }
            cold.window = resolved.window
            cold.openTimes = resolved.openTimes
            update(resolved, &cold)
            window.straighten(clock.isSystem && resolved.slowCallMs < 0)
            timeCalls(from: resolved)
            switch machine.current.state {
            case .closed, .metricsOnly:
                judgeWindow(&cold, at: now)
            case .halfOpen:
                probes.turn()
                moveByProbes(&cold, at: now)
            case .open, .forcedOpen, .disabled:
                break
            }
        }
        deliver()
    }

    /// Lets calls keep their beginning from now on, if slow ones count.
    private func timeCalls(from configuration: ResolvedConfiguration) {
        let isTimed = !clock.isSystem || configuration.slowCallMs >= 0
        guard isTimed != (timesCalls.value != 0) else { return }
        timesCalls.value = isTimed ? 1 : 0
        // After that: a call that does not keep its beginning has begun by now.
        if isTimed { slowSince.value = clock.precise() }
    }

    private var hasSlowRing: Bool { window.slowRing != nil }

    /// Makes the first window.
    ///
    /// Under the lock.
    func install(_ wanted: Configuration.Window, into cold: inout ColdState, now: Int64) {
        install(wanted, keepingSlow: parameters.slowCallMs.value >= 0, into: &cold, now: now)
        window.straighten(clock.isSystem && parameters.slowCallMs.value < 0)
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
            if isOpen { _ = slices?.close(now: latest.value) { latest.value } }
            window.publish(ring: next, slowRing: nextSlow, slices: nil)
        case .time(let milliseconds, let buckets):
            let sliceMs = milliseconds / Int64(buckets)
            let next = cold.memory.slices(buckets: buckets)
            let kept = isOpen ? slices?.close(now: now) { latest.value } : nil
            let goesOn = kept != nil && slices?.sliceMs == sliceMs
            if !goesOn { cold.lineages += 1 }
            next.open(
                reading.sequence,
                start: cold.generationStart,
                sliceMs: sliceMs,
                lineage: goesOn ? kept?.lineage ?? 0 : cold.lineages,
                kept: goesOn ? kept : nil,
                latest: latest.value
            )
            if !isOpen { _ = next.close(now: latest.value) { latest.value } }
            // What the ring counted as settled must go on counting.
            if let ring {
                let before = ring.leftOut
                timed.add(before + ring.restart(tag: FlagRing.tag(reading.sequence &+ 1)).count)
            }
            slowRing?.restart(tag: FlagRing.tag(reading.sequence &+ 1))
            window.publish(ring: nil, slowRing: nil, slices: next)
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
