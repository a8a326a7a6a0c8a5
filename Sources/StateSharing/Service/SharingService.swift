public import Logging
public import ServiceLifecycle
public import StateMachines
import Synchronization

/// Shares machines with a fleet through a store: memory first, then the store, and what others decide comes back.
///
/// Add it to a `ServiceGroup`, share breakers with ``share(_:)``, and wait with ``ready(within:)`` where the first call
/// must already know what the fleet knows. Without a store nothing stops: breakers work on local state, the service
/// says so once and catches up when the store is there. A graceful stop writes what is waiting.
///
/// ```swift
/// let sharing = try SharingService(store: store)
/// try sharing.share(breaker)
/// try await ServiceGroup(services: [sharing], logger: logger).run()
/// ```
public final class SharingService: Service, Sendable {
    private struct State {
        var core: SharingCore
        var machines: [any Shareable] = []
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
        var isReady = false
        /// When each alarm was logged last: one line an episode, however often it is raised.
        var alarms: [String: Int64] = [:]
        /// Somebody is handing a state to a machine.
        var isHandingOver = false
        /// The instant of the earliest timer; `nil` without one.
        var armed: Int64?

        /// Whether there is something that only the loop does: an action, or a deadline before the armed one.
        var isLoopWanted: Bool {
            if core.hasActions { return true }
            guard let next = core.nextDeadline else { return false }
            return armed.map { next < $0 } ?? true
        }
    }

    private let store: any SnapshotStore
    private let configuration: Configuration
    private let logger: Logger
    private let time = MonotonicTime()
    private let metrics = SharingMetrics()
    private let state: Mutex<State>
    private let wakeups = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    // The core has one commit, one read and one heartbeat under way at most; the bounds are never reached.
    private let commits = AsyncStream.makeStream(
        of: SharingCore.SentRequest.self,
        bufferingPolicy: .bufferingOldest(64)
    )
    private let questions = AsyncStream.makeStream(
        of: SharingCore.SentRequest.self,
        bufferingPolicy: .bufferingOldest(64)
    )

    /// This process's identity in the fleet, 16 hex digits, random for each service.
    public let writer: String

    /// Creates a service; it does nothing until ``run()``.
    ///
    /// - Parameters:
    ///   - store: where the fleet keeps its snapshots.
    ///   - configuration: how this process takes part.
    ///   - logger: gets one line an episode.
    /// - Throws: ``SharingError`` with every finding when the configuration is out of range.
    public init(
        store: any SnapshotStore,
        configuration: Configuration = Configuration(),
        logger: Logger = Logger(label: "sharing")
    ) throws(SharingError) {
        let findings = configuration.findings
        guard findings.isEmpty else {
            throw SharingError(code: .invalidConfiguration, message: findings.joined(separator: "; "))
        }
        self.store = store
        self.configuration = configuration
        self.logger = logger
        let writer = WriterID.random()
        self.writer = writer.description
        let core = SharingCore(
            configuration: configuration.core(writer: writer),
            wallOffset: time.wallOffset,
            seed: .random(in: .min ... .max)
        )
        state = Mutex(State(core: core))
    }

    /// How the service stands with its store.
    public var health: SharingHealth { state.withLock { $0.core.health } }

    /// How many processes share the store, as far as known; at least 1.
    public var members: Int { state.withLock { $0.core.beat.members } }

    /// The newest version of a resource that is known to have been in the store; `nil` for none, or none shared.
    package func committedVersion(of resource: ResourceID) -> Version? {
        state.withLock { state in state.core.index(of: resource).flatMap { state.core.resources[$0].committed?.version }
        }
    }

    // MARK: Sharing

    /// Shares a machine from now on, for the life of the service.
    ///
    /// What it decided before is proposed too.
    ///
    /// - Parameter machine: a circuit breaker, for one; its name is unique in its kind.
    /// - Throws: ``SharingError`` when the name is taken or malformed, or too many are shared.
    public func share(_ machine: any Shareable) throws(SharingError) {
        let name = machine.name
        guard (1...ResourceID.maximumNameLength).contains(name.utf8.count) else {
            throw SharingError(
                code: .invalidName,
                message: "a name of \(name.utf8.count) bytes; it must have 1 to \(ResourceID.maximumNameLength)"
            )
        }
        let definition = machine.sharedDefinition
        let index = try state.withLock { (state) throws(SharingError) -> Int in
            guard state.machines.count < configuration.maximumResources else {
                throw SharingError(
                    code: .tooManyResources,
                    message: "\(state.machines.count) are shared already; raise maximumResources to share more"
                )
            }
            guard let index = state.core.register(name: name, definition: definition, at: time.now) else {
                throw SharingError(
                    code: .alreadyShared,
                    message: "a \(definition.kind) of the name \(name.debugDescription) is shared already"
                )
            }
            state.machines.append(machine)
            return index
        }
        let present = machine.observeTransitions { [weak self] transition in
            self?.decide { core, now in core.localTransition(index, transition, at: now) }
        }
        decide { core, now in core.present(index, present, at: now) }
    }

    /// Shares every machine of a source, those that are there and those to come.
    ///
    /// A machine that cannot be shared (see ``share(_:)``) stays local; the log says so.
    public func share(_ source: any ShareableSource) {
        source.observeMachines { [weak self] machine in
            guard let self else { return }
            do throws(SharingError) {
                try self.share(machine)
            } catch {
                self.logger.warning(
                    "a machine is not shared",
                    metadata: ["sharing.resource": "\(machine.name.debugDescription)", "sharing.reason": "\(error)"]
                )
            }
        }
    }

    /// Waits until the store has been read for the first time, or for the given time.
    ///
    /// - Parameter limit: how long to wait at most.
    /// - Returns: `true` when this process knows what the fleet knows; `false` when it goes on with local state.
    @discardableResult
    public func ready(within limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.waitUntilReady() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    private func waitUntilReady() async -> Bool {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isReady || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
        return state.withLock { $0.isReady }
    }

    // MARK: Running

    /// Shares until the task is cancelled or a graceful shutdown has written what was waiting.
    ///
    /// - Throws: what the store's own `run` throws when it cannot go on.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    try await self.store.run { [weak self] signal in self?.receive(signal) }
                }
                // One commit is under way at a time: a task of its own for them saves starting one for each.
                group.addTask { await self.askInTurn(self.commits.stream) }
                group.addTask { await self.askAtOnce(self.questions.stream) }
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
    private func decide(_ event: (inout SharingCore, Int64) -> Void) {
        let (requests, isLoopWanted) = state.withLock { state in
            event(&state.core, time.now)
            return (state.core.takeRequests(), state.isLoopWanted)
        }
        send(requests)
        if isLoopWanted { wakeups.continuation.yield() }
    }

    private func send(_ requests: [SharingCore.SentRequest]) {
        for request in requests {
            if case .commit = request.request {
                commits.continuation.yield(request)
            } else {
                questions.continuation.yield(request)
            }
        }
    }

    /// A signal of the store, on the store's thread: what it changes reaches the machines before this returns.
    private func receive(_ signal: StoreSignal) {
        decide { core, now in
            switch signal {
            case .up: core.linkUp(at: now)
            case .down(let error): core.linkDown(error, at: now)
            case .message(let message): core.message(message, at: now)
            case .malformed(let reason): core.malformed(reason, at: now)
            case .overflow: core.overflow(at: now)
            }
        }
        handOver()
    }

    /// Hands states to their machines, in order.
    ///
    /// Whoever comes first does it for all: the order of the actions is kept, and nobody waits for a machine.
    private func handOver() {
        while true {
            let next = state.withLock { state -> (any Shareable, SharingCore.HandOver)? in
                guard !state.isHandingOver, let handOver = state.core.takeHandOver() else { return nil }
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
        if state.withLock({ $0.isLoopWanted }) { wakeups.continuation.yield() }
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
                return (state.core.takeActions(), state.core.takeRequests())
            }
            send(requests)
            if actions.isEmpty { return isStopped }
            for action in actions {
                switch action {
                case .resubscribe:
                    group.addTask { await self.store.resubscribe() }
                case .note(let note):
                    report(note)
                case .stopped:
                    isStopped = true
                }
            }
        }
    }

    // MARK: Asking the store

    private func askInTurn(_ requests: AsyncStream<SharingCore.SentRequest>) async {
        for await request in requests { await ask(request) }
    }

    private func askAtOnce(_ requests: AsyncStream<SharingCore.SentRequest>) async {
        await withDiscardingTaskGroup { group in
            for await request in requests { group.addTask { await self.ask(request) } }
            group.cancelAll()
        }
    }

    private func ask(_ sent: SharingCore.SentRequest) async {
        let sentAt = time.now
        let result: Result<SharingCore.Reply, StoreError>
        do throws(StoreError) {
            result = .success(try await answer(to: sent.request))
        } catch {
            result = .failure(error)
        }
        decide { core, now in core.replied(ticket: sent.ticket, result, sentAt: sentAt, at: now) }
        handOver()
    }

    private func answer(to request: SharingCore.Request) async throws(StoreError) -> SharingCore.Reply {
        switch request {
        case .commit(let proposals):
            return .commit(try await store.commit(proposals.map(\.item)))
        case .read(let indices, _):
            return .read(try await store.read(ids(indices)))
        case .changes(let after, let limit):
            return .changes(try await store.changes(after: after, limit: limit))
        case .register(let indices):
            try await store.register(ids(indices))
        case .extend(let indices, let timeToLiveMs):
            try await store.extend(ids(indices), timeToLiveMs: timeToLiveMs)
        case .beat(let request):
            return .beat(try await store.beat(request))
        case .prune(let indices):
            _ = try await store.prune(ids(indices))
        case .leave(let member):
            try await store.leave(member: member)
        }
        return .done
    }

    private func ids(_ indices: [Int]) -> [ResourceID] {
        state.withLock { state in indices.map { state.core.resources[$0].id } }
    }

    /// Arms a timer for the core's next deadline, unless an earlier one is armed: that one looks again.
    private func arm(in group: inout ThrowingDiscardingTaskGroup<any Error>) {
        let now = time.now
        let deadline = state.withLock { state -> Int64? in
            if let armed = state.armed, armed <= now { state.armed = nil }
            guard let next = state.core.nextDeadline else { return nil }
            let deadline = max(next, now + 200)  // one that has just passed must not become a busy loop
            if let armed = state.armed, armed <= deadline { return nil }
            state.armed = deadline
            return deadline
        }
        guard let deadline else { return }
        let instant = time.instant(at: deadline)
        group.addTask {
            try? await Task.sleep(until: instant, clock: .continuous)
            self.wakeups.continuation.yield()
        }
    }

    // MARK: Telling people

    /// Whether an alarm has not been logged for a minute.
    private func isNews(_ alarm: String) -> Bool {
        let now = time.now
        return state.withLock { state in
            if let last = state.alarms[alarm], now - last < 60_000_000 { return false }
            if state.alarms.count >= 32 { state.alarms.removeAll() }
            state.alarms[alarm] = now
            return true
        }
    }

    private func report(_ note: SharingCore.Note) {
        metrics.record(note)
        switch note {
        case .ready:
            let waiters = state.withLock { state in
                state.isReady = true
                defer { state.waiters.removeAll() }
                return state.waiters.values.map { $0 }
            }
            for waiter in waiters { waiter.resume() }
        case .health(let health):
            logger.info(
                "sharing health changed",
                metadata: ["sharing.store": "\(store.address)", "sharing.health": "\(health)"]
            )
        case .alarm(let reason):
            guard isNews(reason) else { return }
            logger.warning(
                "sharing needs attention",
                metadata: ["sharing.store": "\(store.address)", "sharing.reason": "\(reason)"]
            )
        case .superseded(let index, let state, let by):
            logger.debug(
                "a local decision gave way to the fleet's",
                metadata: ["sharing.resource": "\(index)", "sharing.state": "\(state)", "sharing.by": "\(by)"]
            )
        case .merged, .committed, .refused, .reasserted, .malformed, .gap, .newLineage, .foreign:
            break
        }
    }
}
