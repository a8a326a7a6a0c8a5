import ServiceLifecycle
import StateMachines

/// The loop: events into the core, states to machines, timers.
extension SharingService {
    /// Shares until the task is cancelled or a graceful shutdown has written what was waiting.
    ///
    /// - Throws: what the store's own `run` throws when it cannot go on; ``SharingError`` the second time.
    public func run() async throws {
        let isFirst = state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
        guard isFirst else {
            throw SharingError(code: .alreadyRun, message: "a sharing service runs once; make another one")
        }
        defer { end() }
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    try await self.store.run(as: self.writer) { [weak self] signal in self?.receive(signal) }
                }
                group.addTask { await self.ask() }
                for await _ in wakeups.stream {
                    if perform(in: &group) { break }
                    arm(in: &group)
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.decide { core, now in core.stop(at: now) }
        }
    }

    /// Feeds the core, sends off what it asks of the store, and wakes the loop for the rest.
    ///
    /// Nothing else happens on the caller's thread.
    func decide(_ event: (inout SharingCore, Int64) -> Void) {
        feed(event)
        wakeLoopIfWanted()
    }

    /// Feeds the core what the store said, on the store's thread: what it changes reaches the machines before this
    /// returns, and before anybody else is woken.
    func take(_ event: (inout SharingCore, Int64) -> Void) {
        feed(event)
        handOver()
        // Counted here, so that an ordinary message does not wake the loop.
        for note in state.withLock({ $0.core.takeCounted() }) { report(note) }
    }

    private func feed(_ event: (inout SharingCore, Int64) -> Void) {
        let requests = state.withLock { state -> [SharingCore.SentRequest] in
            guard !state.isOver else { return [] }
            event(&state.core, time.now)
            return state.core.takeRequests()
        }
        send(requests)
    }

    /// From now on another service may share the machines, and this one neither listens to them nor tells them anything.
    private func end() {
        let machines = state.withLock { state in
            state.isOver = true
            return state.machines
        }
        SharingClaims.release(machines, of: claimant)
    }

    private func wakeLoopIfWanted() {
        if state.withLock({ $0.isLoopWanted }) { wakeups.continuation.yield() }
    }

    private func receive(_ signal: StoreSignal) {
        take { core, now in
            switch signal {
            case .up: core.linkUp(at: now)
            case .down(let error): core.linkDown(error, at: now)
            case .message(let message): core.message(message, at: now)
            case .malformed(let reason): core.malformed(reason, at: now)
            case .overflow: core.overflow(at: now)
            }
        }
    }

    /// Hands states to their machines, in order.
    ///
    /// Whoever comes first does it for all: the order of the actions is kept, and nobody waits for a machine.
    func handOver() {
        while true {
            let next = state.withLock { state -> (any Shareable, SharingCore.HandOver)? in
                guard !state.isOver, !state.isHandingOver, let handOver = state.core.takeHandOver() else { return nil }
                state.isHandingOver = true
                return (state.machines[handOver.resource], handOver)
            }
            guard let (machine, handOver) = next else { break }
            let result = machine.merge(handOver.state, basis: handOver.basis, ifSequence: handOver.ifSequence)
            let requests = state.withLock { state in
                state.isHandingOver = false
                state.core.handedOver(handOver.resource, result, at: time.now)
                return state.core.takeRequests()
            }
            send(requests)
        }
        wakeLoopIfWanted()
    }

    /// Does what the core wants done, until nothing is left.
    ///
    /// - Returns: whether the service has stopped.
    private func perform(in group: inout ThrowingDiscardingTaskGroup<any Error>) -> Bool {
        var isStopped = false
        handOver()
        while true {
            let (actions, requests) = state.withLock { state in
                state.core.tick(at: time.now)
                // Nobody is told "ready" while a machine has still to get its state; whoever hands over comes back here.
                let isBusy = state.isHandingOver || state.core.hasHandOvers
                return (isBusy ? [] : state.core.takeActions(), state.core.takeRequests())
            }
            send(requests)
            if actions.isEmpty { return isStopped }
            for action in actions {
                switch action {
                case .resubscribe:
                    group.addTask { await self.store.resubscribe() }
                case .limitProbes(let members, let resource):
                    let machines = state.withLock { state in resource.map { [state.machines[$0]] } ?? state.machines }
                    for machine in machines { machine.limitProbes(toShareOf: members) }
                case .note(let note):
                    report(note)
                case .stopped:
                    isStopped = true
                }
            }
        }
    }

    /// Arms a timer for the core's next deadline, unless an earlier one is armed: that one looks again.
    private func arm(in group: inout ThrowingDiscardingTaskGroup<any Error>) {
        let now = time.now
        let deadline = state.withLock { state -> Int64? in
            while let earliest = state.armed.last, earliest <= now { state.armed.removeLast() }
            guard let next = state.core.nextDeadline else { return nil }
            let deadline = max(next, now + 200)  // one that has just passed must not become a busy loop
            if let earliest = state.armed.last, earliest <= deadline { return nil }
            state.armed.append(deadline)
            return deadline
        }
        guard let deadline else { return }
        let instant = time.instant(at: deadline)
        group.addTask {
            try? await Task.sleep(until: instant, clock: .continuous)
            self.wakeups.continuation.yield()
        }
    }
}
