import Synchronization

/// The one task.
extension LoopGate {
    /// Why ``work(_:_:alarm:)`` came back.
    private enum Pause {
        /// The machine has no more to do.
        case stopped
        /// The alarm has rung, or another one is needed: at this time or not at all.
        case alarm(Int64?)
    }

    /// How often other tasks get their turn before the loop sleeps.
    ///
    /// To wake a sleeping loop costs the sender a system call, and who waits for each answer would pay it for each event:
    /// with 4 the benchmark `machine.loop.roundTrip` takes a third of the time that it takes with 0.
    private static var yieldsBeforeSleep: Int { 4 }
    /// How many steps are taken before other tasks of the same executor get their turn.
    private static var stepsInARow: Int { 1024 }

    /// Opens the gate for the first who asks.
    func open() -> Bool {
        shared.withLock { shared in
            guard shared.inbox.life == .created else { return false }
            shared.inbox.life = .running
            return true
        }
    }

    /// Starts the machine and runs it until it has stopped; the gate must be open.
    ///
    /// - Returns: the events that were left, deferred ones first.
    func run<Calls: MachineHost>(_ core: inout MachineLoopCore<Calls>) async -> [UInt8] {
        var queue: [LoopEnvelope] = []
        await withTaskCancellationHandler {
            core.start()
            publish(core.position)
            started.fulfil(true)
            var alarm: Int64?
            while case .alarm(let next) = await work(&core, &queue, alarm: alarm) { alarm = next }
        } onCancel: {
            give(.drain(until: .min))
        }
        return finish(&core, &queue)
    }

    /// Works, with an alarm set or without, until the machine has no more to do or another alarm is needed.
    ///
    /// An alarm that rings too early does no harm, so it is left alone when the next deadline moves away.
    private func work<Calls: MachineHost>(
        _ core: inout MachineLoopCore<Calls>,
        _ queue: inout [LoopEnvelope],
        alarm: Int64?
    ) async -> Pause {
        shared.withLock { $0.hasRung = false }
        guard let alarm else { return await step(&core, &queue, alarm: nil) }
        return await withDiscardingTaskGroup { group in
            group.addTask { await self.ring(at: alarm) }
            let pause = await step(&core, &queue, alarm: alarm)
            group.cancelAll()
            return pause
        }
    }

    /// Wakes the loop at a time, unless the task is cancelled.
    private func ring(at time: Int64) async {
        guard (try? await clock.sleep(until: time)) != nil else { return }
        let sleeper = shared.withLock { shared in
            shared.hasRung = true
            return shared.takeSleeper()
        }
        sleeper?.resume(())
    }

    private func step<Calls: MachineHost>(
        _ core: inout MachineLoopCore<Calls>,
        _ queue: inout [LoopEnvelope],
        alarm: Int64?
    ) async -> Pause {
        var now = clock.now
        var steps = 0
        var idleTurns = 0
        var hasRung = false
        var isTimeRead = false
        while true {
            if hasOrders.load(ordering: .acquiring) { obey(&core) }
            if queue.isEmpty {
                refill(&queue)
                isTimeRead = false
            }
            // Behind the queue: who moves the clock and then sends finds it moved.
            if core.needsTime, !isTimeRead { now = max(now, clock.now) }
            isTimeRead = false
            switch core.next(at: now, isQueueEmpty: queue.isEmpty) {
            case .event:
                guard let envelope = queue.popLast() else { continue }
                unread.store(queue.count, ordering: .relaxed)
                if let visit = envelope.lone {
                    visit(true)
                } else {
                    let answer = core.take(envelope.event, preparing: envelope.preparation)
                    publish(core.position)
                    // Before the answer: who moves the clock then finds the new timers going.
                    if core.needsTime {
                        now = max(now, clock.now)
                        core.keepTime(at: now)
                        isTimeRead = true
                    }
                    envelope.ticket?.fulfil(answer)
                }
                idleTurns = 0
            case .recall:
                _ = core.recall()
                publish(core.position)
            case .timer:
                _ = core.fireTimer(at: now)
                publish(core.position)
            case .stop: return .stopped
            case .wait(let deadline):
                if hasRung { return .alarm(deadline) }
                if let deadline, alarm.map({ deadline < $0 }) ?? true { return .alarm(deadline) }
                guard idleTurns == Self.yieldsBeforeSleep || core.life == .paused else {
                    idleTurns += 1
                    await Task.yield()
                    continue
                }
                idleTurns = 0
                hasRung = await sleep(wakesForEvents: core.life != .paused)
                now = max(now, clock.now)
            }
            steps += 1
            if steps % Self.stepsInARow == 0 { await Task.yield() }
        }
    }

    private func refill(_ queue: inout [LoopEnvelope]) {
        shared.withLock { shared in
            guard !shared.inbox.isEmpty else { return }
            shared.inbox.take(into: &queue)
            unread.store(queue.count, ordering: .relaxed)
        }
    }

    /// Waits for an order, an event or the alarm.
    ///
    /// - Returns: whether the alarm has rung.
    private func sleep(wakesForEvents: Bool) async -> Bool {
        await Waker<Void>
            .wait { waker in
                shared.withLock { shared in
                    shared.wakesForEvents = wakesForEvents
                    let isIdle = shared.inbox.isEmpty || !wakesForEvents
                    guard isIdle, shared.orders.isEmpty, !shared.hasRung else { return () }
                    shared.sleeper = waker
                    return nil
                }
            }
        return shared.withLock { $0.hasRung }
    }

    private func obey<Calls: MachineHost>(_ core: inout MachineLoopCore<Calls>) {
        let orders = takeOrders()
        for order in orders {
            switch order.kind {
            case .pause: core.pause(at: order.time)
            case .resume: core.resume(at: order.time)
            case .reset: core.reset(at: order.time)
            case .drain(let deadline): core.drain(until: deadline)
            }
        }
        publish(core.position)
        let life = core.life
        shared.withLock { shared in
            // A drain may have been asked for meanwhile.
            if shared.inbox.life != .draining { shared.inbox.life = life }
        }
        for order in orders { order.done?.fulfil(()) }
    }

    private func takeOrders() -> [LoopOrder] {
        shared.withLock { shared in
            hasOrders.store(false, ordering: .relaxed)
            defer { shared.orders = [] }
            return shared.orders
        }
    }

    /// Answers all that is left and tells those who wait for the end.
    private func finish<Calls: MachineHost>(
        _ core: inout MachineLoopCore<Calls>,
        _ queue: inout [LoopEnvelope]
    ) -> [UInt8] {
        var arrivals: [LoopEnvelope] = []
        shared.withLock { shared in
            shared.inbox.life = .stopped
            shared.inbox.take(into: &arrivals)
        }
        let queued = queue.reversed() + arrivals.reversed()
        queue = []
        let left = core.stop() + queued.filter { $0.lone == nil }.map(\.event.event)
        for envelope in queued {
            if let visit = envelope.lone {
                visit(false)
                continue
            }
            let answer = core.refuse(envelope.event, .notRunning)
            envelope.ticket?.fulfil(answer)
        }
        for order in takeOrders() { order.done?.fulfil(()) }
        stopped.fulfil(left)
        return left
    }
}
