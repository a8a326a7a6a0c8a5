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
        cold.withLock { cold in
            let now = max(now, latest.value)
            // A time window keeps the place for slow calls once it has it; a ring gives it back when it holds none.
            let holdsSlow = window.slices?.tracksSlow ?? ((slowRing?.head.flagged ?? 0) > 0)
            let keepsSlow = resolved.slowCallMs >= 0 || holdsSlow
            let tracksSlow = window.slices?.tracksSlow ?? (slowRing != nil)
            if resolved.window != window.shape || keepsSlow != tracksSlow {
                install(resolved.window, keepingSlow: keepsSlow, into: &cold, now: now)
            }
            cold.openTimes = resolved.openTimes
            let timed = timesCalls
            update(resolved, &cold)
            straighten()
            // After that: a call that does not keep its beginning has begun by now.
            if timesCalls, !timed {
                ownRareWords()
                slowSince.value = clock.precise()
            }
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

    /// Opens the straight road where nothing else takes part in a success than the window, the system's clock and the
    /// ring of slow calls where they count; or closes it.
    ///
    /// Under the lock, after each change of the window or of what counts.
    func straighten() {
        let isTimed = parameters.slowCallMs.value >= 0
        let slices = window.slices
        slices?.unsettle()
        window.open(
            straight: usesSystemClock && (slices != nil || isTimed == (slowRing != nil)),
            timed: isTimed,
            striped: slices == nil ? stripes != nil : slices?.stripes != nil
        )
    }

    /// Makes the first window.
    ///
    /// Under the lock.
    func install(_ wanted: Configuration.Window, into cold: inout ColdState, now: Int64) {
        install(wanted, keepingSlow: parameters.slowCallMs.value >= 0, into: &cold, now: now)
        straighten()
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
        let (ring, slowRing, slices) = (window.ring, slowRing, window.slices)
        let reading = machine.current
        let isOpen = reading.state == .closed || reading.state == .metricsOnly
        switch wanted {
        case .count(let size):
            let next = cold.ring(size: size)
            open(next, size: size, with: ring, reading.sequence)
            var nextSlow: FlagRing?
            if keepingSlow {
                nextSlow = cold.slowRing(size: size)
                if let nextSlow { open(nextSlow, size: size, with: slowRing, reading.sequence) }
            } else {
                slowRing?.restart(tag: FlagRing.tag(reading.sequence &+ 1))
            }
            if isOpen, let slices { departed.add(slices.close(now: latest.value) { latest.value }.recorded) }
            publish(slowRing: nextSlow)
            window.publish(.ring(next))
        case .time(let milliseconds, let buckets):
            let sliceMs = milliseconds / Int64(buckets)
            let next = cold.slices(buckets: buckets, tracksSlow: keepingSlow)
            let kept = isOpen ? slices?.close(now: now) { latest.value } : nil
            let goesOn = kept != nil && slices?.sliceMs == sliceMs
            if !goesOn, ring != nil || slices != nil { cold.lineages += 1 }
            let carried = next.open(
                reading.sequence,
                start: cold.generationStart,
                sliceMs: sliceMs,
                lineage: goesOn ? kept?.lineage ?? 0 : cold.lineages,
                kept: goesOn ? kept : nil,
                latest: latest.value
            )
            if !isOpen { _ = next.close(now: latest.value) { latest.value } }
            // What the old window counted as settled must go on counting.
            if let kept { departed.add(kept.recorded - carried) }
            if let ring {
                let before = ring.leftOut
                departed.add(before + ring.restart(tag: FlagRing.tag(reading.sequence &+ 1)).count)
            }
            slowRing?.restart(tag: FlagRing.tag(reading.sequence &+ 1))
            publish(slowRing: nil)
            window.publish(.slices(next))
        }
        cold.take(ring, slowRing, slices)
    }

    /// Shows recorders another ring of slow calls; before the ring of failures that it goes with.
    private func publish(slowRing: FlagRing?) {
        guard slowRing != nil || self.slowRing != nil else { return }
        ownRareWords()
        rare.slowRing.store(slowRing?.address ?? 0, ordering: .sequentiallyConsistent)
    }

    /// Opens a ring with the newest flags of the old one, which is closed.
    private func open(_ next: FlagRing, size: Int, with old: FlagRing?, _ generation: UInt32) {
        let tag = FlagRing.tag(generation)
        guard let old else { return next.open(tag: tag, size: size, flags: [], recorded: 0) }
        let head = old.close(tag: FlagRing.tag(generation &+ 1))
        next.open(
            tag: tag,
            size: size,
            flags: old.newest(size, of: head),
            recorded: old.leftOut + head.count
        )
    }
}
