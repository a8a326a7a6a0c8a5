import StateMachines

/// A store in this process's memory, with the rules and messages of the fleet's: for a program without Redis, for tests
/// and for simulations.
///
/// ```swift
/// let store = MemoryStore()
/// ```
///
/// Several services may run on one store, as several processes share one server.
public final class MemoryStore: SnapshotStore {
    /// Bounds, and where time and random numbers come from.
    public struct Configuration: Sendable {
        /// How far ahead of the time a version may be stamped, in milliseconds; 10 min by default, ≥ 0.
        public var maximumSkewMs: Int64 = 600_000
        /// Messages that wait for one subscriber; 4 096 by default, ≥ 1.
        ///
        /// Beyond they are dropped, and `overflow` tells.
        public var maximumWaitingMessages = 4096
        /// Milliseconds since 1970.
        public var now: @Sendable () -> Int64
        /// Random bits for the names of lineages.
        public var random: @Sendable () -> UInt64

        /// The system's clock and random numbers unless told otherwise.
        public init(
            now: (@Sendable () -> Int64)? = nil,
            random: (@Sendable () -> UInt64)? = nil
        ) {
            self.now = now ?? { WallClock.nowMs() }
            self.random = random ?? { .random(in: .min ... .max) }
        }
    }

    private struct Subscriber {
        var queue: SignalQueueCore
        var wake: AsyncStream<Void>.Continuation
    }

    private struct State {
        var core = MemoryStoreCore()
        var fault: StoreError?
        var subscribers: [UInt64: Subscriber] = [:]
        var nextSubscriber: UInt64 = 0
    }

    private let configuration: Configuration
    private let state = Locked(State())

    /// Creates an empty store.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// `memory`.
    public var address: String { "memory" }

    // MARK: Subscribers

    /// Hands over what happens until the task is cancelled; any number of callers at a time.
    public func run(as writer: WriterID, receive: @escaping @Sendable (StoreSignal) -> Void) async throws {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            defer { state.nextSubscriber += 1 }
            var queue = SignalQueueCore(limit: configuration.maximumWaitingMessages)
            queue.add(state.fault.map { .down($0) } ?? .up)
            state.subscribers[state.nextSubscriber] = Subscriber(queue: queue, wake: wake)
            return state.nextSubscriber
        }
        defer { state.withLock { _ = $0.subscribers.removeValue(forKey: id) } }
        wake.yield()
        for await _ in wakes {
            let signals = state.withLock { $0.subscribers[id]?.queue.takeAll() ?? [] }
            for signal in signals { receive(signal) }
        }
    }

    /// Changes the store and queues a signal for all subscribers under one lock, so that they hear in the order of the
    /// changes; wakes them outside of it.
    private func change<Reply: Sendable>(
        _ body: (inout State) -> (Result<Reply, StoreError>, StoreSignal?)
    ) throws(StoreError) -> Reply {
        let (result, wakes) = state.withLock { state in
            let (result, signal) = body(&state)
            guard let signal else { return (result, [AsyncStream<Void>.Continuation]()) }
            for id in state.subscribers.keys { state.subscribers[id]?.queue.add(signal) }
            return (result, state.subscribers.values.map(\.wake))
        }
        for wake in wakes { wake.yield() }
        return try result.get()
    }

    /// A request: fails while the store is unreachable.
    private func request<Reply: Sendable>(
        _ body: (inout MemoryStoreCore, Int64) -> (Reply, StoreMessage?)
    ) throws(StoreError) -> Reply {
        // Outside the lock: the clock is the caller's.
        let now = configuration.now()
        return try change { state in
            if let fault = state.fault { return (.failure(fault), nil) }
            let (reply, message) = body(&state.core, now)
            return (.success(reply), message.map { .message($0) })
        }
    }

    private var freshGeneration: String { WriterID(bits: configuration.random()).description }

    // MARK: Requests

    /// Proposes versions.
    public func commit(_ items: [CommitItem]) async throws(StoreError) -> CommitReply {
        try CommitItem.check(items)
        let generation = freshGeneration
        let skew = configuration.maximumSkewMs
        return try request { core, now in
            core.commit(items, maximumSkewMs: skew, freshGeneration: generation, at: now)
        }
    }

    /// Reads what is stored.
    public func read(_ resources: [ResourceID]) async throws(StoreError) -> ReadReply {
        try request { core, now in (core.read(resources, at: now), nil) }
    }

    /// Names what changed after a commit number.
    public func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> ChangesReply {
        guard (1...512).contains(limit), sequence >= 0 else {
            throw StoreError(.badArguments, "changes after \(sequence), at most \(limit): a page has 1 to 512")
        }
        return try request { core, _ in (core.changes(after: sequence, limit: limit), nil) }
    }

    /// Every resource that is stored or registered, sorted.
    public func list(kind: String) async throws(StoreError) -> [ListedResource] {
        try request { core, now in (core.list(kind: kind, at: now), nil) }
    }

    /// Keeps the given resources on the list of what is used, for 24 hours.
    public func register(_ resources: [ResourceID]) async throws(StoreError) {
        try request { core, now in (core.register(resources, at: now), nil) }
    }

    /// Lets stored snapshots live longer.
    public func extend(_ resources: [ResourceID], timeToLiveMs: Int64) async throws(StoreError) {
        guard timeToLiveMs > 0 else { throw StoreError(.badArguments, "a time to live of \(timeToLiveMs) ms") }
        try request { core, now in (core.extend(resources, timeToLiveMs: timeToLiveMs, at: now), nil) }
    }

    /// Sends a heartbeat.
    public func beat(_ request: BeatRequest) async throws(StoreError) -> BeatReply {
        try request.check()
        let generation = freshGeneration
        return try self.request { core, now in core.beat(request, freshGeneration: generation, at: now) }
    }

    /// Takes a member off the list.
    public func leave(member: String) async throws(StoreError) {
        try request { core, _ in (core.leave(member: member), nil) }
    }

    /// Drops names whose snapshot has expired, and registrations that ran out.
    public func prune(_ resources: [ResourceID]) async throws(StoreError) -> Int {
        guard (1...512).contains(resources.count) else {
            throw StoreError(.badArguments, "\(resources.count) names to drop: 1 to 512 at a time")
        }
        return try request { core, now in (core.prune(resources, at: now), nil) }
    }

    // MARK: Simulation

    /// Loses everything at once, as a server that comes back empty: the next commit starts a new lineage.
    package func loseEverything() {
        state.withLock { $0.core = MemoryStoreCore() }
    }

    /// Makes every request fail with the error, and tells subscribers; `nil` brings the store back.
    package func setFault(_ fault: StoreError?) {
        try? change { state -> (Result<Void, StoreError>, StoreSignal?) in
            let before = state.fault
            state.fault = fault
            switch (before, fault) {
            case (nil, let fault?): return (.success(()), .down(fault))
            case (_?, nil): return (.success(()), .up)
            case (nil, nil), (_?, _?): return (.success(()), nil)
            }
        }
    }

    /// Hands a signal to every subscriber, whatever the store holds: for messages that are garbage, doubled or late.
    package func inject(_ signal: StoreSignal) {
        try? change { _ -> (Result<Void, StoreError>, StoreSignal?) in (.success(()), signal) }
    }
}
