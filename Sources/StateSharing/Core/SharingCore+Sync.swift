import StateMachines

/// Reading the store: after the link came up, after a gap, when something is suspected, and now and then
/// (fleet protocol, sections 5 and 8).
extension SharingCore {
    /// Where the syncs stand.
    struct SyncState: Sendable {
        /// A full sync must be made.
        var isFullDue = false
        /// The resources that the full sync has still to read; `nil` while none runs.
        var unread: [Int]?
        /// The store's position before the full sync under way is known.
        var hasPosition = false
        /// Something after this commit number was missed.
        var isGapDueAfter: Int64?
        /// A read or a listing is under way.
        var isRunning = false
        /// Not before this instant: a failed read waits.
        var notBefore: Int64 = 0
        var backoff = Backoff()
        /// When the safety net is cast next.
        var nextFullAt: Int64 = .max
        /// When the last full sync ended.
        var lastFullAt: Int64?
        /// Unreadable messages ask for one sync in 10 s at most.
        var nextRequestedAt: Int64 = .min

        var isDue: Bool { isFullDue || unread != nil || isGapDueAfter != nil }
    }

    /// Reads this resource again, soon.
    mutating func check(_ index: Int, at instant: Int64) {
        checks.set(index, min(checks[index] ?? instant, instant))
    }

    /// Something was unreadable: one full sync, at most every 10 s.
    mutating func askForSync() {
        isSyncRequested = true
    }

    mutating func advanceSync(at now: Int64) {
        register(at: now)
        if isSyncRequested, now >= sync.nextRequestedAt {
            isSyncRequested = false
            sync.nextRequestedAt = now + 10_000_000
            sync.isFullDue = true
        }
        if now >= sync.nextFullAt {
            sync.isFullDue = true
            sync.nextFullAt = .max
        }
        guard !sync.isRunning, now >= sync.notBefore else { return }
        if sync.isFullDue, sync.unread == nil {
            sync.isFullDue = false
            sync.isGapDueAfter = nil
            sync.unread = Array(resources.indices)
            sync.hasPosition = false
            shareAgain(at: now)
            readNext()
        } else if sync.unread != nil {
            readNext()
        } else if let after = sync.isGapDueAfter {
            sync.isGapDueAfter = nil  // a gap found while this one is listed is a new one
            sync.isRunning = true
            send(.changes(after: after, limit: 512))
        } else {
            readChecks(at: now)
        }
    }

    /// Something after this commit number was missed.
    mutating func isGapDue(after sequence: Int64) {
        sync.isGapDueAfter = min(sync.isGapDueAfter ?? .max, sequence)
    }

    /// Tries once more what somebody else's data under its key, or under a key of all, kept local.
    private mutating func shareAgain(at now: Int64) {
        for index in resources.indices where resources[index].isLocalOnly {
            resources[index].isLocalOnly = false
            if resources[index].pending != nil { enqueue(index, delay: 0, at: now) }
        }
    }

    private mutating func readNext() {
        guard let unread = sync.unread else { return }
        sync.isRunning = true
        send(.read(Array(unread.prefix(Self.readSize)), .fullSync))
    }

    private mutating func readChecks(at now: Int64) {
        var due: [Int] = []
        while due.count < Self.readSize, let index = checks.first(at: now) {
            checks.set(index, nil)
            due.append(index)
        }
        guard !due.isEmpty else { return }
        sync.isRunning = true
        send(.read(due, .check))
    }

    // MARK: Answers

    mutating func didRead(_ indices: [Int], _ purpose: ReadPurpose, _ reply: ReadReply, at now: Int64) {
        sync.isRunning = false
        sync.backoff.reset()
        if reply.foreign > 0 { note(.foreign(reply.foreign)) }
        if reply.members > 0 { beat.members = reply.members }
        for (index, snapshot) in zip(indices, reply.snapshots) {
            let isFirst = !resources[index].isSynced
            resources[index].isSynced = true
            restampProvisional(index)
            if let snapshot { merge(index, snapshot.version, fromStore: true, at: now) }
            requeue(index, afterOutage: isFirst, at: now)
            suspectLoss(index, stored: snapshot?.version, at: now)
        }
        switch purpose {
        case .check:
            break
        case .fullSync:
            sync.unread?.removeFirst(indices.count)
            // The position before the first part: what was committed since is told by messages.
            if !sync.hasPosition { noteLineage(reply.position) }
            sync.hasPosition = true
            if sync.unread?.isEmpty ?? true { finishFullSync(at: now) }
        }
    }

    private mutating func noteLineage(_ position: StorePosition) {
        guard let seen = lastSeen, !position.generation.isEmpty else {
            lastSeen = (position.generation, position.sequence)
            return
        }
        if seen.generation == position.generation {
            lastSeen = (seen.generation, max(seen.sequence, position.sequence))
        } else if seen.generation.isEmpty {
            lastSeen = (position.generation, position.sequence)
        }
    }

    private mutating func finishFullSync(at now: Int64) {
        sync.unread = nil
        // A large fleet reads the store six times more seldom.
        let mean = beat.members > Self.largeFleet ? 6 * configuration.fullSyncMs : configuration.fullSyncMs
        let interval = Int64.random(in: (mean / 2)...(mean * 3 / 2), using: &random)
        sync.nextFullAt = now + interval * 1000
        if sync.lastFullAt != nil { keepUp(every: interval) }
        sync.lastFullAt = now
        setHealth(.live)
        if cutOffFrom != nil {
            cutOffFrom = nil
            act(.limitProbes(members: nil, resource: nil))
        }
        beat.start(at: now)
        if !isReady {
            isReady = true
            note(.ready)
        }
    }

    /// Found newer here than in the store, or absent there: looked at again after a random moment, and if it still is
    /// so, sent as it is.
    ///
    /// The first one who sends wins (section 8).
    private mutating func suspectLoss(_ index: Int, stored: SharedVersion?, at now: Int64) {
        let resource = resources[index]
        let storedVersion = stored?.version ?? .none(rank: 0)
        guard let committed = resource.committed, storedVersion < committed.version,
            stored != nil || committed.state != resource.definition.initial
        else {
            resources[index].isSuspectedLost = false
            return
        }
        guard resource.isSuspectedLost else {
            resources[index].isSuspectedLost = true
            return check(index, at: now + herdDelay())
        }
        resources[index].isSuspectedLost = false
        if resource.definition.localStates.contains(committed.state) { return reopen(index, committed, at: now) }
        resources[index].needsReseed = true
        enqueue(index, delay: 0, at: now)
    }

    mutating func didListChanges(_ reply: ChangesReply, at now: Int64) {
        sync.isRunning = false
        sync.backoff.reset()
        if reply.hasMore { isGapDue(after: reply.through) }
        for resource in reply.resources {
            if let index = index(of: resource) { check(index, at: now) }
        }
    }

    /// A read or a listing failed: again after a pause.
    ///
    /// What a full sync or a gap still needs is remembered there.
    /// `unchecked` are the resources whose second look failed.
    mutating func readFailed(unchecked: [Int], _ error: StoreError, at now: Int64) {
        sync.isRunning = false
        sync.notBefore = now + sync.backoff.next(after: error.code)
        for index in unchecked { check(index, at: sync.notBefore) }
        if error.code == .denied { setHealth(.misconfigured(reason: error.message)) }
        if error.code == .wrongType { note(.alarm("a key of ours holds something else: \(error.message)")) }
    }

    // MARK: Registration and the safety net

    private mutating func register(at now: Int64) {
        guard !isRegistering, !unregistered.isEmpty, now >= registerNotBefore else { return }
        isRegistering = true
        send(.register(unregistered))
        unregistered = []
    }

    mutating func didRegister(_ indices: [Int], error: StoreError?, at now: Int64) {
        isRegistering = false
        guard let error else { return registerBackoff.reset() }
        // Until it succeeds smctl does not know the names that are not stored either.
        unregistered += indices
        if registerBackoff.failures == 0 { note(.alarm("names could not be registered: \(error.message)")) }
        registerNotBefore = now + registerBackoff.next(after: error.code)
    }

    /// With the safety net, TTLs and registrations are kept up by a share of the processes (section 8).
    private mutating func keepUp(every intervalMs: Int64) {
        let members = Double(max(1, beat.members))
        let share = min(1, 16 * Double(intervalMs) / (Double(configuration.timeToLiveMs) * members))
        var kept: [Int] = []
        for index in resources.indices {
            guard Double.random(in: 0..<1, using: &random) < share else { continue }
            unregistered.append(index)
            guard let committed = resources[index].committed else { continue }
            if committed.state != resources[index].definition.initial { kept.append(index) }
        }
        if !kept.isEmpty { send(.extend(kept, timeToLiveMs: configuration.timeToLiveMs)) }
        // One process of the fleet, on average, looks for names whose snapshots have expired.
        if Double.random(in: 0..<1, using: &random) < 1 / members { send(.prune(after: pruneAfter)) }
    }
}
