import StateMachines

/// The rules of the fleet protocol, section 3: the only place where `committed` changes.
extension SharingCore {
    /// Whether `loser` must be proposed again over `winner`: an operator's hold that the winner has no later decision
    /// than, or a more protective state that the winner's writer never saw.
    static func outranks(_ loser: HeldVersion, _ winner: HeldVersion, at now: Int64) -> Bool {
        if loser.isHeld(at: now) { return winner.operatorAt < loser.operatorAt }
        return winner.shared.parent < loser.lastModified && winner.operatorAt <= loser.operatorAt
            && loser.rank > winner.rank && loser.isDeadlineAhead(at: now)
    }

    /// Whether a decision of this process, not yet accepted, outlives a newer version of the fleet.
    static func survives(_ pending: HeldVersion, _ newer: HeldVersion, at now: Int64) -> Bool {
        if newer.operatorAt > pending.operatorAt { return false }
        if pending.isOperators {
            return newer.operatorAt < pending.operatorAt
                && (pending.holdEnd == .none || pending.isHeld(at: now))
                && (pending.deadline == nil || pending.isDeadlineAhead(at: now))
        }
        return pending.rank > newer.rank && pending.isDeadlineAhead(at: now)
    }

    /// Takes in a version of the fleet.
    ///
    /// `fromStore` tells that it came from a reply or a read, not from a message.
    mutating func merge(_ index: Int, _ incoming: SharedVersion, fromStore: Bool, at now: Int64) {
        guard isValid(incoming, for: index) else {
            if !fromStore { askForSync() }  // what the store itself holds is no better for being read again
            return
        }
        var newer = HeldVersion(incoming, at: now)
        let current = resources[index].committedVersion
        if newer.version == current { return }
        if newer.version < current {
            mergeOlder(index, newer, fromStore: fromStore, at: now)
            return
        }
        let old = resources[index].committed
        if let pending = resources[index].pending, pending.held.version == newer.version {
            newer.deadline = pending.held.deadline  // my own: its time has been running since I decided
            resources[index].pending = nil
        }
        resources[index].committed = newer
        resources[index].lastIssued = max(resources[index].lastIssued, newer.lastModified)
        resources[index].isSuspectedLost = false
        resources[index].needsReseed = false
        note(.merged)
        if let pending = resources[index].pending {
            if Self.survives(pending.held, newer, at: now) {
                rebase(index, on: newer, at: now)
            } else {
                note(.superseded(resource: index, state: pending.held.state, by: newer.state))
                resources[index].pending = nil
            }
        }
        if resources[index].pending == nil, let old, Self.outranks(old, newer, at: now) {
            reassert(index, old, over: newer, at: now)
        }
        settle(index, at: now)
    }

    /// The store shows something older than what is known here: it lost a write, or a history forked.
    private mutating func mergeOlder(_ index: Int, _ older: HeldVersion, fromStore: Bool, at now: Int64) {
        // A message with something older: said twice, or the store lost what is known here and somebody re-seeded an
        // older version after this process had looked. Only the store can tell.
        if !fromStore { return check(index, at: now + herdDelay()) }
        guard let committed = resources[index].committed, Self.outranks(older, committed, at: now) else {
            return
        }
        if let pending = resources[index].pending, pending.held.operatorAt >= older.operatorAt { return }
        reassert(index, older, over: committed, at: now)
        settle(index, at: now)
    }

    /// Whether a version fits the machine it is for; another release's or somebody else's is counted, never guessed at.
    private mutating func isValid(_ version: SharedVersion, for index: Int) -> Bool {
        let definition = resources[index].definition
        guard version.definition == definition.identifier, definition.ranks[version.state] == version.version.rank,
            !resources[index].isLocalOnly
        else {
            note(.foreign(1))
            return false
        }
        return true
    }

    private mutating func rebase(_ index: Int, on newer: HeldVersion, at now: Int64) {
        guard var pending = resources[index].pending else { return }
        pending.parent = newer.lastModified
        let isTimed = resources[index].definition.timedStates.contains(pending.held.state)
        let stamp =
            pending.held.lastModified > newer.lastModified ? pending.held.lastModified : newStamp(index, at: now)
        pending.held.update { shared in
            shared.parent = newer.lastModified
            shared.epoch = max(shared.epoch, isTimed ? Self.epoch(after: newer.epoch) : newer.epoch)
            shared.version.lastModified = stamp
        }
        resources[index].pending = pending
        enqueue(index, delay: 0, at: now)
    }

    private mutating func reassert(_ index: Int, _ lost: HeldVersion, over base: HeldVersion, at now: Int64) {
        let isTimed = resources[index].definition.timedStates.contains(lost.state)
        let stamp = newStamp(index, at: now)
        var held = lost
        held.update { shared in
            shared.version = Version(lastModified: stamp, rank: lost.rank, writer: configuration.writer)
            shared.parent = base.lastModified
            shared.epoch = max(lost.epoch, base.epoch)
            if isTimed { shared.epoch = Self.epoch(after: shared.epoch) }
            if shared.reason.isEmpty { shared.reason = "lostWrite" }
        }
        resources[index].pending = SharedResource.Pending(
            held: held,
            parent: base.lastModified,
            decidedAt: now,
            event: "reassert",
            detail: ""
        )
        note(.reasserted(resource: index))
        enqueue(index, delay: 0, at: now)
    }

    /// A half-open period of the fleet (of a later release) that was lost with the store: what it followed is proposed,
    /// its time over, so that everybody probes anew (section 8).
    mutating func reopen(_ index: Int, _ lost: HeldVersion, at now: Int64) {
        let definition = resources[index].definition
        guard resources[index].pending == nil, let state = definition.timedStates.sorted().first,
            let rank = definition.ranks[state]
        else { return }
        var open = lost
        open.update { shared in
            shared.state = state
            shared.version.rank = rank
            shared.reason = "lostWrite"
        }
        open.deadline = now
        reassert(index, open, over: lost, at: now)
        settle(index, at: now)
    }

    /// The epoch of the next entry into a timed state; one from outside may be the last that the store takes.
    static func epoch(after epoch: Int64) -> Int64 {
        min(epoch + 1, WireFormat.maximumInteger)
    }

    /// A stamp for a new version of this resource, never issued before (section 2).
    func newStamp(_ index: Int, at now: Int64) -> Int64 {
        let resource = resources[index]
        let known = max(
            resource.committed?.lastModified ?? 0,
            resource.pending?.held.lastModified ?? 0,
            resource.lastIssued
        )
        return min(max(clock.serverMs(at: now), known + 1), WireFormat.maximumInteger)
    }
}
