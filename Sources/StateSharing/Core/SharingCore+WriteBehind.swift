import StateMachines

/// Write-behind: what is proposed to the store, when, and what becomes of it (fleet protocol, sections 4, 6, 11).
extension SharingCore {
    /// Whether proposals may leave: those of resources that have been read since the link came up.
    var canCommit: Bool { isLinkUp && !isCommitting }

    /// The most resources that wait to be written.
    static let maximumQueue = 10_000

    /// Puts a resource into the queue, in order of arrival; built only when it is sent, so coalescing costs nothing.
    mutating func enqueue(_ index: Int, delay: Int64, at now: Int64) {
        guard !resources[index].isLocalOnly else { return }
        guard resources[index].pending != nil || resources[index].needsReseed else {
            resources[index].hasLostItsPlace = false
            return
        }
        let queued = queue.sendAt(of: index)
        if queued == nil {
            guard queue.count < Self.maximumQueue || evict(at: now) else {
                resources[index].hasLostItsPlace = true
                return
            }
            resources[index].hasLostItsPlace = false
        }
        place(index, sendAt: min(queued ?? .max, now + delay))
    }

    /// Tells the queue what a resource in it has to say now.
    mutating func place(_ index: Int, sendAt: Int64) {
        queue.put(index, sendAt: sendAt, mayLeave: resources[index].isSynced, isForgettable: isRecovery(index))
    }

    /// Makes room in a full queue: the oldest recovery is forgotten, since its resource can be probed again.
    ///
    /// A trip, an operator's decision or an expiry is never forgotten: where there are only such, the newest keeps its
    /// local effect and waits outside until its resource is read.
    ///
    /// - Returns: whether there is room now.
    private mutating func evict(at now: Int64) -> Bool {
        while let oldest = queue.oldestForgettable() {
            note(.dropped)
            resources[oldest].pending = nil
            settle(oldest, at: now)
            guard let sendAt = queue.sendAt(of: oldest) else { return true }
            place(oldest, sendAt: sendAt)  // it stays for what was committed before and has been lost
        }
        note(.dropped)
        return false
    }

    private func isRecovery(_ index: Int) -> Bool {
        guard let pending = resources[index].pending else { return false }
        return !pending.held.isOperators && !pending.isExpiry
            && !resources[index].definition.timedStates.contains(pending.held.state)
    }

    /// A resource has been read: what it has to say may leave, after an outage spread out like new.
    mutating func requeue(_ index: Int, afterOutage: Bool, at now: Int64) {
        let resource = resources[index]
        if resource.hasLostItsPlace { return enqueue(index, delay: 0, at: now) }
        guard var sendAt = queue.sendAt(of: index) else { return }
        if afterOutage, let pending = resource.pending { sendAt = now + writeDelay(of: pending, resource.definition) }
        place(index, sendAt: sendAt)
    }

    /// Sends what is due, one batch at a time.
    mutating func flush(at now: Int64) {
        guard canCommit, now >= commitNotBefore else { return }
        var batch: [Int] = []
        while batch.count < Self.batchSize, let index = queue.oldestDue(at: now) {
            let isSentAlone = resources[index].isSentAlone
            if isSentAlone, !batch.isEmpty { break }
            queue.remove(index)
            batch.append(index)
            if isSentAlone { break }
        }
        // Without what has nothing to say any more.
        let proposals = batch.compactMap { proposal(for: $0, at: now) }
        guard !proposals.isEmpty else { return }
        isCommitting = true
        send(.commit(proposals))
    }

    private mutating func proposal(for index: Int, at now: Int64) -> Proposal? {
        let resource = resources[index]
        if let pending = resource.pending {
            resources[index].lastIssued = max(resource.lastIssued, pending.held.lastModified)
            let item = CommitItem(
                mode: .compareAndSet,
                name: resource.name,
                expected: pending.parent,
                version: pending.held.sendable(at: now),
                timeToLiveMs: configuration.timeToLiveMs,
                event: pending.event,
                detail: pending.detail
            )
            return Proposal(resource: index, item: item)
        }
        guard resource.needsReseed, let committed = resource.committed else { return nil }
        let item = CommitItem(
            mode: .merge,
            name: resource.name,
            expected: committed.shared.parent,
            version: committed.sendable(at: now),
            timeToLiveMs: configuration.timeToLiveMs,
            event: "reseed"
        )
        return Proposal(resource: index, item: item)
    }

    // MARK: Answers

    mutating func committed(_ proposals: [Proposal], _ reply: CommitReply, at now: Int64) {
        isCommitting = false
        commitBackoff.reset()
        // In step again only when all has been read.
        if isReady, cutOffFrom == nil, stopDeadline == nil, health != .live { setHealth(.live) }
        if !reply.publishError.isEmpty { note(.alarm("announcements are refused: \(reply.publishError)")) }
        if !reply.journalError.isEmpty { note(.alarm("the journal is refused: \(reply.journalError)")) }
        for (proposal, result) in zip(proposals, reply.results) {
            answered(proposal, result, at: now)
        }
    }

    private mutating func answered(_ proposal: Proposal, _ result: CommitResult, at now: Int64) {
        let index = proposal.resource
        let sent = proposal.item.version.version
        resources[index].isSentAlone = false
        switch result.code {
        case .accepted, .duplicate:
            resources[index].refusalsInARow = 0
            resources[index].needsReseed = false
            note(.committed(resource: index))
            finish(proposal, result.stored, at: now)
        case .conflict:
            note(.refused(.conflict))
            resources[index].needsReseed = false
            resources[index].refusalsInARow += 1
            if let stored = result.stored { merge(index, stored, fromStore: true, at: now) }
            // Still wanted: again at once, with a pause when that keeps failing, and with a long one when what is stored
            // cannot be merged, so that the same proposal can only meet the same answer.
            if let pending = resources[index].pending {
                let isFutile = pending.held.version == sent && pending.parent == proposal.item.expected
                let pause = isFutile ? Self.futileUs : pauseAfterRefusal(index)
                queue.remove(index)
                enqueue(index, delay: pause, at: now)
            }
        case .held:
            note(.refused(.held))
            resources[index].needsReseed = false
            if let stored = result.stored { merge(index, stored, fromStore: true, at: now) }
            wasHeld(index, sent, result.stored, at: now)
        case .skew:
            note(.refused(.skew))
            resources[index].refusalsInARow += 1
            restampAfterSkew(index, at: now)
        }
    }

    /// How long a proposal waits that can only meet the same answer, in microseconds.
    private static let futileUs: Int64 = 5_000_000

    /// How long the next proposal waits: after five refusals in a row 250 ms ± 50 %, in µs; before that not at all.
    private mutating func pauseAfterRefusal(_ index: Int) -> Int64 {
        resources[index].refusalsInARow > 5 ? Int64.random(in: 125_000...375_000, using: &random) : 0
    }

    /// Accepted, or found to have been: the store's line counts, and is merged even if it is my own.
    private mutating func finish(_ proposal: Proposal, _ stored: SharedVersion?, at now: Int64) {
        let index = proposal.resource
        if let stored { merge(index, stored, fromStore: true, at: now) }
        guard let pending = resources[index].pending else { return }
        if pending.held.version != proposal.item.version.version { return enqueue(index, delay: 0, at: now) }
        // The line makes no sense, but what was accepted has been in the store: a decision is not lost for that.
        merge(index, proposal.item.version, fromStore: true, at: now)
    }

    /// An operator holds the resource.
    ///
    /// An expiry that came a moment early is sent again; other automatic ones give way.
    private mutating func wasHeld(_ index: Int, _ sent: Version, _ stored: SharedVersion?, at now: Int64) {
        guard let pending = resources[index].pending else { return }
        guard pending.held.version == sent else { return enqueue(index, delay: 0, at: now) }
        if let stored, stored.version == resources[index].committed?.version {
            // The server's clock decides when a hold is over.
            resources[index].committed?.holdEnd = HeldVersion(stored, at: now).holdEnd
        }
        if pending.isExpiry, case .remaining(let ms)? = stored?.hold, ms <= 2000 {
            let extra = Int64.random(in: 10_000...50_000, using: &random)
            return enqueue(index, delay: ms * 1000 + extra, at: now)
        }
        if pending.isExpiry, case .at(let end)? = resources[index].committed?.holdEnd, end <= now {
            // What is held here is over, and what is stored cannot be taken over: dropped, it would be proposed again at
            // once, for the same answer.
            return enqueue(index, delay: Self.futileUs, at: now)
        }
        note(.superseded(resource: index, state: pending.held.state, by: stored?.state ?? ""))
        resources[index].pending = nil
        settle(index, at: now)
    }

    /// The server called our stamp absurd: the clock is sampled anew, the decision stamped anew and sent again.
    private mutating func restampAfterSkew(_ index: Int, at now: Int64) {
        // The reply that said so carried the server's time, so the estimate is good already.
        let committed = resources[index].committed?.lastModified ?? 0
        resources[index].lastIssued = max(committed, min(resources[index].lastIssued, clock.serverMs(at: now)))
        resources[index].needsReseed = false
        guard var pending = resources[index].pending else { return }
        resources[index].pending = nil
        let stamp = newStamp(index, at: now)
        pending.held.update { shared in
            if shared.isOperators, shared.operatorAt == shared.version.lastModified { shared.operatorAt = stamp }
            shared.version.lastModified = stamp
        }
        resources[index].pending = pending
        queue.remove(index)
        enqueue(index, delay: pauseAfterRefusal(index), at: now)
    }

    /// Stamps anew what was decided without a link, with the server's time of the moment it was decided; before it can
    /// be sent or compared with what has been read.
    mutating func restampProvisional(_ index: Int) {
        guard var pending = resources[index].pending, pending.isStampProvisional else { return }
        let known = max(resources[index].committed?.lastModified ?? 0, resources[index].lastIssued)
        let stamp = min(max(clock.serverMs(at: pending.decidedAt), known + 1), WireFormat.maximumInteger)
        pending.isStampProvisional = false
        pending.held.update { shared in
            if shared.isOperators, shared.operatorAt == shared.version.lastModified { shared.operatorAt = stamp }
            shared.version.lastModified = stamp
        }
        resources[index].pending = pending
    }

    mutating func commitFailed(_ proposals: [Proposal], _ error: StoreError, at now: Int64) {
        isCommitting = false
        for proposal in proposals { enqueue(proposal.resource, delay: 0, at: now) }
        if error.code == .wrongType || error.code == .badArguments {
            return refusedAsAWhole(proposals, error, at: now)
        }
        if error.code == .writesRefused || error.code == .readOnly {
            setHealth(.writesRefused(reason: error.message))
        } else if error.code == .denied {
            setHealth(.misconfigured(reason: error.message))
        }
        commitNotBefore = now + commitBackoff.next(after: error.code)
    }

    /// One proposal spoils the batch: each is sent alone, and the one that fails alone stays local.
    private mutating func refusedAsAWhole(_ proposals: [Proposal], _ error: StoreError, at now: Int64) {
        guard proposals.count == 1, let proposal = proposals.first else {
            for proposal in proposals { resources[proposal.resource].isSentAlone = true }
            return
        }
        let index = proposal.resource
        queue.remove(index)
        resources[index].isSentAlone = false
        if error.code == .wrongType { resources[index].isLocalOnly = true }
        note(.alarm("\(resources[index].id) is not shared: \(error.message)"))
    }
}
