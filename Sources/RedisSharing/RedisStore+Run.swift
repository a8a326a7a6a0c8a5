public import StateSharing
import StateMachines

extension RedisStore {
    /// Keeps both connections up until the task is cancelled; returns with both closed.
    ///
    /// - Parameters:
    ///   - writer: stands in the name of both connections.
    ///   - receive: takes each signal, in order, one at a time.
    /// - Throws: `StoreError.Code.badArguments` when the store is running already.
    public func run(as writer: WriterID, receive: @escaping @Sendable (StoreSignal) -> Void) async throws {
        try claim()
        state.withLock {
            $0.links = LinksCore()
            _ = $0.queue.takeAll()
            $0.receive = receive
        }
        defer {
            state.withLock {
                $0.receive = nil
                $0.isInUse = false
            }
        }
        // Both end when this task is cancelled.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keep(.commands, writer) }
            group.addTask { await self.keep(.subscription, writer) }
        }
    }

    /// Keeps one link up until the task is cancelled.
    private func keep(_ role: LinksCore.Role, _ writer: WriterID) async {
        var backoff = BackoffCore(
            firstMs: configuration.reconnectDelay.milliseconds,
            maximumMs: configuration.maximumReconnectDelay.milliseconds,
            stableMs: configuration.stableAfter.milliseconds,
            deniedMs: configuration.deniedDelay.milliseconds
        )
        while !Task.isCancelled {
            let (error, lived) = await live(role, writer)
            announce { state in
                switch role {
                case .commands:
                    state.commands = nil
                    state.absence = error.code == .cancelled ? StoreError(.unreachable, error.message) : error
                case .subscription:
                    state.subscription = nil
                }
                // Stopping is not an episode.
                return Task.isCancelled ? nil : state.links.lost(role, error)
            }
            let delay = backoff.lost(
                error.code,
                livedMs: lived.milliseconds,
                jitter: .random(in: 0..<1),
                members: state.withLock { $0.members }
            )
            // Ends early when cancelled, and then so does the loop.
            try? await Task.sleep(for: .milliseconds(delay))
        }
    }

    /// One connection, from its making to its end.
    private func live(_ role: LinksCore.Role, _ writer: WriterID) async -> (end: StoreError, lived: Duration) {
        let ready: ReadyLink
        do {
            switch role {
            case .commands: ready = try await connector.commands(for: writer)
            case .subscription: ready = try await connector.subscription(for: writer) { self.received($0) }
            }
        } catch {
            return (error, .zero)
        }
        let start = ContinuousClock.now
        announce { state in
            switch role {
            case .commands:
                state.commands = ready.link
                state.serverMajor = ready.serverMajor
                state.loadingInARow = 0
            case .subscription:
                state.subscription = ready.link
            }
            return state.links.ready(role)
        }
        let end = await ready.link.waitForClose()
        return (end, ContinuousClock.now - start)
    }

    /// On the event loop of the subscription.
    private func received(_ payload: [UInt8]) {
        let signal: StoreSignal
        do {
            signal = .message(try WireFormat.parseMessage(payload))
        } catch {
            signal = .malformed(reason: error.description)
        }
        announce { $0.links.takesMessages ? signal : nil }
    }

    /// Decides and queues under one lock, so that signals stand in the order of the decisions; delivers outside of it.
    ///
    /// Whoever finds nobody delivering does it for all, so that signals are taken one at a time and in order, and a
    /// message needs no other thread to reach its receiver.
    private func announce(_ decide: (inout State) -> StoreSignal?) {
        state.withLock { state in
            if let signal = decide(&state) { state.queue.add(signal) }
        }
        while true {
            let next = state.withLock { state -> (signals: [StoreSignal], receive: @Sendable (StoreSignal) -> Void)? in
                guard !state.isDelivering, let receive = state.receive else { return nil }
                let signals = state.queue.takeAll()
                guard !signals.isEmpty else { return nil }
                state.isDelivering = true
                return (signals, receive)
            }
            guard let next else { return }
            for signal in next.signals { next.receive(signal) }
            state.withLock { $0.isDelivering = false }
        }
    }
}
