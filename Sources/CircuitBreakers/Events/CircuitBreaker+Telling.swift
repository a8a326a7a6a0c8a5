package import Logging
import StateMachines

extension CircuitBreaker {
    /// Leaves a transition to be told once the lock is free.
    ///
    /// Under the lock.
    func note(
        _ move: Move,
        _ cold: inout ColdState,
        from: CircuitState,
        _ generation: UInt32,
        window: WindowSnapshot
    ) {
        let transition = BreakerTransition(
            sequence: generation,
            from: from,
            to: move.target,
            event: move.event,
            reason: cold.past.reason,
            cause: cold.past.cause,
            attempts: cold.past.attempts,
            openMs: move.target == .open ? cold.past.openDuration : nil,
            window: window
        )
        let told = shared(transition, text: move.reasonText, cold)
        cold.past.lastTransition = told
        // The fleet knows the states that came from it.
        cold.outbox.append(.transition(transition), shared: move.event == nil ? nil : told)
    }

    /// Tells something that is no transition.
    func tell(_ event: BreakerEvent) {
        cold.withLock { $0.outbox.append(event) }
        deliver()
    }

    /// Tells what is to be told, in order, outside the lock; returns at once if another thread does so already.
    func deliver() {
        guard cold.withLock({ $0.hasOutbox && $0.outbox.begin() }) else { return }
        if let reporter { reporter.count(cold.withLock { _ in callCounts() }) }
        while let batch = cold.withLock({ $0.outbox.next() }) {
            for item in batch.items {
                // The fleet first: a log that writes to a slow place must not keep the others from knowing.
                if let shared = item.shared { for observer in batch.observers { observer(shared) } }
                for listener in batch.listeners { listener(item.event) }
                if case .transition(let transition) = item.event {
                    reporter?.count(transition)
                    log(transition)
                }
            }
        }
    }

    private func log(_ transition: BreakerTransition) {
        guard logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "breaker.name": "\(name.shownName)",
            "breaker.from": "\(transition.from.wireName)",
            "breaker.to": "\(transition.to.wireName)",
            "breaker.event": "\(transition.eventName)",
            "breaker.sequence": "\(transition.sequence)",
        ]
        if let reason = transition.reason { metadata["breaker.reason"] = "\(reason.rawValue)" }
        if let openMs = transition.openMs { metadata["breaker.open_ms"] = "\(openMs)" }
        if !transition.cause.actor.isEmpty { metadata["breaker.actor"] = "\(transition.cause.actor.shownName)" }
        if transition.event == .trip || transition.event == .probesFailed {
            metadata["breaker.window"] = "\(transition.window.detail)"
        }
        logger.info("Circuit breaker changed state", metadata: metadata)
    }

    /// A logger that says nothing, for replays.
    package static let silentLogger = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }

    /// Calls `listener` with every event from now on, in order, outside the lock, on the thread that caused it.
    ///
    /// - Returns: what ``removeListener(_:)`` takes.
    package func addListener(_ listener: @escaping @Sendable (BreakerEvent) -> Void) -> Int {
        cold.withLock { cold in
            ownRareWords()
            let id = cold.outbox.listen(listener)
            listenerCount.value = cold.outbox.listenerCount
            return id
        }
    }

    /// Stops calling a listener; a delivery that is under way may still reach it.
    package func removeListener(_ id: Int) {
        // What it holds dies outside the lock: its end may call back.
        let removed = cold.withLock { cold in
            let removed = cold.outbox.remove(id)
            if removed != nil { listenerCount.value = cold.outbox.listenerCount }
            return removed
        }
        withExtendedLifetime(removed) {}
    }
}
