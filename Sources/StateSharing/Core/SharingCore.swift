import StateMachines

/// Decides everything about sharing: what to propose, what to take over, what to read again and when.
///
/// A value without input or output, clock or randomness of its own: events go in with the instant they happened at
/// (monotonic microseconds); states for machines, questions to the store and other actions come out of
/// ``takeHandOver()``, ``takeRequests()`` and ``takeActions()``. They wait in queues of the core, because events come from
/// several threads and what they cause must keep its order. Fleet protocol, sections 2–11.
struct SharingCore: Sendable {
    /// What the core must know of its process.
    struct Configuration: Sendable {
        var writer: WriterID
        /// `<writer>|<host>|<pid>|<app>`.
        var member: String
        /// Milliseconds between heartbeats while the fleet is small.
        var heartbeatMs: Int64 = 5000
        /// Milliseconds between full syncs, ± 50 %; in a large fleet six times as many.
        var fullSyncMs: Int64 = 600_000
        /// Milliseconds that a stored snapshot lives.
        var timeToLiveMs: Int64 = 86_400_000
        /// Milliseconds that a graceful stop may take to write what is waiting.
        var flushMs: Int64 = 500
        /// Every message is only a hint to read the key.
        var verifiesBeforeApplying = false
    }

    /// The most proposals in one batch.
    static let batchSize = 32
    /// The most resources in one read.
    static let readSize = 256
    /// Fleets of more members than this spare the store.
    static let largeFleet = 1000
    /// How far ahead of the server a message's version may be before the key is read instead: 10 minutes.
    static let futureLimitMs: Int64 = 600_000

    let configuration: Configuration
    var random: SplitMix64
    var clock: HybridClock
    var actions: [Action] = []
    var requests: [SentRequest] = []
    var handOvers: [HandOver] = []
    /// How many of them have been taken.
    var handOversTaken = 0

    // What is shared. Indices are stable.
    var resources: [SharedResource] = []
    var indices: [ResourceID: Int] = [:]

    // The link.
    var isLinkUp = false
    var isReady = false
    /// How many members the fleet had when this process lost it; `nil` while it is in step, and before it ever was.
    var cutOffFrom: Int?
    var health = SharingHealth.starting
    private var nextTicket: UInt64 = 1
    private var outstanding: [UInt64: Request] = [:]

    // Write-behind.
    var queue = DirtySet()
    var isCommitting = false
    var commitNotBefore: Int64 = 0
    var commitBackoff = Backoff()
    var stopDeadline: Int64?
    var isLeaving = false
    var isStopped = false

    // The chain and the syncs.
    var lastSeen: (generation: String, sequence: Int64)?
    var sync = SyncState()
    var isSyncRequested = false
    /// When to read the store again for which resource.
    var checks = MinimumTree()
    var unregistered: [Int] = []
    var isRegistering = false
    /// After a refusal the registration waits, monotonic microseconds.
    var registerNotBefore: Int64 = 0
    var registerBackoff = Backoff()
    /// Where in the store's index the next search for expired names begins.
    var pruneAfter: Int64 = 0

    // Heartbeat.
    var beat = BeatState()
    /// When whose hold in force ends.
    var holds = MinimumTree()
    /// Until when whose machine owes a report.
    var unreported = MinimumTree()

    /// Starts without a link and without resources.
    ///
    /// `wallOffset`, wall-clock minus monotonic microseconds, stands in until the store has been heard; `seed` is that
    /// of the generator for delays.
    init(configuration: Configuration, wallOffset: Int64, seed: UInt64) {
        self.configuration = configuration
        clock = HybridClock(wallOffset: wallOffset)
        random = SplitMix64(seed: seed)
    }

    // MARK: Events

    /// A machine is shared from now on.
    ///
    /// - Returns: its index; `nil` when a resource of that kind and name is shared already.
    mutating func register(name: String, definition: SharedDefinition, at now: Int64) -> Int? {
        let resource = SharedResource(name: name, definition: definition)
        guard indices[resource.id] == nil else { return nil }
        let index = resources.count
        indices[resource.id] = index
        resources.append(resource)
        unregistered.append(index)
        if isLinkUp { check(index, at: now) }
        advance(at: now)
        return index
    }

    /// The links are up and the subscription is acknowledged.
    mutating func linkUp(at now: Int64) {
        forgetLink()
        isLinkUp = true
        lastSeen = nil
        sync.isFullDue = true
        sync.notBefore = now
        sync.backoff.reset()
        beat = BeatState(members: beat.members)
        unregistered = Array(resources.indices)
        registerNotBefore = now
        registerBackoff.reset()
        commitNotBefore = now
        commitBackoff.reset()
        advance(at: now)
    }

    /// The links are gone.
    ///
    /// What was under way has an unknown outcome and is sent again.
    mutating func linkDown(_ error: StoreError, at now: Int64) {
        let wasUp = isLinkUp
        forgetLink()
        isLinkUp = false
        if isReady, cutOffFrom == nil {
            cutOffFrom = beat.members
            act(.limitProbes(members: beat.members, resource: nil))
        }
        if error.code == .denied || error.code == .unsupported {
            setHealth(.misconfigured(reason: error.message))
        } else if wasUp || health == .starting {
            setHealth(.cutOff(reason: error.message))
        }
        advance(at: now)
    }

    /// The queue keeps its order; when each may leave is drawn anew once its resource has been read.
    private mutating func forgetLink() {
        for (_, request) in outstanding.sorted(by: { $0.key < $1.key }) {
            guard case .commit(let proposals) = request else { continue }
            for proposal in proposals { enqueue(proposal.resource, delay: 0, at: 0) }
        }
        outstanding.removeAll()
        isCommitting = false
        isRegistering = false
        sync.isRunning = false
        sync.unread = nil
        sync.isGapDueAfter = nil
        for index in resources.indices { resources[index].isSynced = false }
        queue.keepBack()
    }

    /// The time has come that ``nextDeadline`` named, or any other.
    mutating func tick(at now: Int64) {
        advance(at: now)
    }

    /// The store answered.
    ///
    /// `sentAt` is when the question left.
    mutating func replied(
        ticket: UInt64,
        _ result: Result<Reply, StoreError>,
        sentAt: Int64,
        at now: Int64
    ) {
        guard let request = outstanding.removeValue(forKey: ticket) else { return }
        switch (request, result) {
        case (.commit(let proposals), .success(.commit(let reply))):
            guard reply.results.count == proposals.count else {
                commitFailed(proposals, .incomplete, at: now)
                break
            }
            // Our stamps were absurd: only this reply's sample counts from here on.
            if reply.results.contains(where: { $0.code == .skew }) { clock.forgetSamples() }
            clock.observe(serverMs: reply.position.nowMs, sentAt: sentAt, receivedAt: now)
            committed(proposals, reply, at: now)
        case (.commit(let proposals), .failure(let error)):
            commitFailed(proposals, error, at: now)
        case (.read(let indices, let purpose), .success(.read(let reply))):
            guard reply.snapshots.count == indices.count else {
                readFailed(unchecked: purpose == .check ? indices : [], .incomplete, at: now)
                break
            }
            clock.observe(serverMs: reply.position.nowMs, sentAt: sentAt, receivedAt: now)
            didRead(indices, purpose, reply, at: now)
        case (.read(let indices, let purpose), .failure(let error)):
            readFailed(unchecked: purpose == .check ? indices : [], error, at: now)
        case (.changes, .success(.changes(let reply))):
            didListChanges(reply, at: now)
        case (.changes(let after, _), .failure(let error)):
            isGapDue(after: after)
            readFailed(unchecked: [], error, at: now)
        case (.register(let indices), _):
            didRegister(indices, error: result.failure, at: now)
        case (.beat(let beat), .success(.beat(let reply))):
            clock.observe(serverMs: reply.position.nowMs, sentAt: sentAt, receivedAt: now)
            didBeat(beat, reply, at: now)
        case (.beat, .failure(let error)):
            beatFailed(error, at: now)
        case (.prune, .success(.changes(let page))):
            pruneAfter = page.hasMore ? page.through : 0
        case (.leave, _):
            finishStopping()
        case (.extend, _), (.prune, _), (_, .success):
            break
        }
        advance(at: now)
    }

    // MARK: For the other parts

    mutating func act(_ action: Action) {
        actions.append(action)
    }

    mutating func handOver(_ handOver: HandOver) {
        handOvers.append(handOver)
    }

    mutating func note(_ note: Note) {
        actions.append(.note(note))
    }

    mutating func send(_ request: Request) {
        outstanding[nextTicket] = request
        requests.append(SentRequest(ticket: nextTicket, request: request))
        nextTicket += 1
    }

    mutating func setHealth(_ new: SharingHealth) {
        let isNews = !new.isSameKind(as: health)
        health = new
        if isNews { note(.health(new)) }
    }

    /// A random share of J, the spread against a herd: min(1 s, 0.1 ms × members), in microseconds.
    mutating func herdDelay() -> Int64 {
        let spread = min(1_000_000, 100 * Int64(clamping: beat.members))
        return Int64.random(in: 0...max(1, spread), using: &random)
    }

    /// Does whatever is due.
    ///
    /// Every event ends here.
    private mutating func advance(at now: Int64) {
        guard !isStopped else { return }
        expireHolds(at: now)
        giveUpReports(at: now)
        if isLinkUp {
            advanceSync(at: now)
            advanceHeartbeat(at: now)
            flush(at: now)
        }
        advanceStop(at: now)
    }
}

extension StoreError {
    fileprivate static let incomplete = StoreError(
        .protocolViolation,
        "an answer for fewer resources than were asked for"
    )
}

extension Result {
    fileprivate var failure: Failure? {
        switch self {
        case .success: nil
        case .failure(let error): error
        }
    }
}
