public import Logging
public import ServiceLifecycle
public import StateMachines

/// Shares machines with a fleet through a store: memory first, then the store, and what others decide comes back.
///
/// Add it to a `ServiceGroup`, share breakers with `share`, and wait with ``ready(within:)`` where the first call
/// must already know what the fleet knows. Without a store nothing stops: breakers work on local state, the service
/// says so once and catches up when the store is there. A graceful stop writes what is waiting.
///
/// ```swift
/// let sharing = try SharingService(store: store)
/// try sharing.share(breaker)
/// try await ServiceGroup(services: [sharing], logger: logger).run()
/// ```
public final class SharingService: Service, Sendable {
    struct State {
        var core: SharingCore
        var machines: [any Shareable] = []
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
        var isReady = false
        /// It runs, or has run.
        var hasBegun = false
        /// It has run, and shares nothing any more.
        var isOver = false
        /// When each alarm was logged last: one line an episode, however often it is raised.
        var alarms: [String: Int64] = [:]
        /// Somebody is handing a state to a machine.
        var isHandingOver = false
        /// The instants of the timers, the earliest last: one is only added before all others.
        var armed: [Int64] = []

        /// Whether there is something that only the loop does: an action, or a deadline before the armed one.
        var isLoopWanted: Bool {
            if core.hasActions { return true }
            guard let next = core.nextDeadline else { return false }
            return armed.last.map { next < $0 } ?? true
        }
    }

    let store: any SnapshotStore
    /// The same store, if it takes proposals without a task.
    let immediate: (any ImmediateStore)?
    private let configuration: Configuration
    let logger: Logger
    let time = MonotonicTime()
    let metrics = SharingMetrics()
    let state: Locked<State>
    let wakeups = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    // The core has one commit, one read and one heartbeat under way at most; the bounds are never reached.
    let questions = AsyncStream.makeStream(
        of: SharingCore.SentRequest.self,
        bufferingPolicy: .bufferingOldest(64)
    )

    /// This process's identity in the fleet, 16 hex digits, random for each service.
    public let writer: WriterID

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
        immediate = store as? any ImmediateStore
        self.configuration = configuration
        self.logger = logger
        writer = .random()
        let core = SharingCore(
            configuration: configuration.core(writer: writer),
            wallOffset: time.wallOffset,
            seed: .random(in: .min ... .max)
        )
        state = Locked(State(core: core))
    }

    deinit {
        SharingClaims.release(state.withLock { $0.machines }, of: claimant)
    }

    /// Under what a machine is claimed.
    var claimant: SharingClaims.Owner { SharingClaims.Owner(writer: writer, address: store.address) }

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

    /// Shares a machine from now on, until ``run()`` ends.
    ///
    /// What it decided before is proposed too. One service at a time shares a machine; a service that has ended shares
    /// nothing, and leaves its machines to others.
    ///
    /// - Parameter machine: a circuit breaker, for one; its name is unique in its kind.
    /// - Throws: ``SharingError`` when the name is taken or malformed, another service shares the machine, or too many are
    ///   shared.
    public func share(_ machine: any Shareable) throws(SharingError) {
        let name = machine.name
        guard (1...ResourceID.maximumNameLength).contains(name.utf8.count) else {
            throw SharingError(
                code: .invalidName,
                message: "a name of \(name.utf8.count) bytes; it must have 1 to \(ResourceID.maximumNameLength)"
            )
        }
        let definition = machine.sharedDefinition
        guard let index = try register(machine, name, definition, claimant) else { return }
        let present = machine.observeTransitions { [weak self] transition in
            self?.decide { core, now in core.localTransition(index, transition, at: now) }
        }
        decide { core, now in core.present(index, present, at: now) }
    }

    /// Claims a machine and takes it in, at once: of two threads that share the same one here the second finds both done.
    ///
    /// Under the lock nothing of the machine's or the store's own is called: what they say of themselves is asked before.
    ///
    /// - Returns: where the machine stands; `nil` when the service has ended.
    private func register(
        _ machine: any Shareable,
        _ name: String,
        _ definition: SharedDefinition,
        _ claimant: SharingClaims.Owner
    ) throws(SharingError) -> Int? {
        try state.withLock { (state) throws(SharingError) -> Int? in
            guard !state.isOver else { return nil }
            guard state.machines.count < configuration.maximumResources else {
                throw SharingError(
                    code: .tooManyResources,
                    message: "\(state.machines.count) are shared already; raise maximumResources to share more"
                )
            }
            let shown = "\(definition.kind) \(name.debugDescription)"
            let earlier = SharingClaims.claim(machine, for: claimant)
            if let earlier, earlier != claimant {
                throw SharingError(
                    code: .sharedByAnother,
                    message: """
                        the \(shown) is shared by another service of this process already (\(earlier)), and both would \
                        write; share it with one of them, or end that one first
                        """
                )
            }
            guard let index = state.core.register(name: name, definition: definition, at: time.now) else {
                if earlier == nil { SharingClaims.release([machine], of: claimant) }
                throw SharingError(
                    code: .alreadyShared,
                    message: "a \(shown) is shared already; share each machine once, and give each a name of its own"
                )
            }
            state.machines.append(machine)
            return index
        }
    }

    /// Shares every machine of a source, those that are there and those to come.
    ///
    /// A machine that cannot be shared (see ``share(_:)``) stays local, and so do all of a source that another service was
    /// given: the log says so at `error`, once a minute for each kind of refusal, and `sharing.machines.unshared` counts
    /// them.
    public func share(_ source: any ShareableSource) {
        source.observeMachines { [weak self] machine in
            guard let self else { return }
            do throws(SharingError) {
                try self.share(machine)
            } catch {
                self.reportUnshared(machine, error)
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
}
