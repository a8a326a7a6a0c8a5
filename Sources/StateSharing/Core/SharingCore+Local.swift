import StateMachines

/// What this process decides, and what its machines are told.
extension SharingCore {
    /// What the machine was in when it began to be observed.
    ///
    /// A state decided before that is proposed like any other.
    mutating func present(_ index: Int, _ transition: LocalTransition, at now: Int64) {
        if let cutOffFrom { act(.limitProbes(members: cutOffFrom, resource: index)) }
        if transition.basis > resources[index].basis {
            // Numbered by an earlier service of this process: what the machine decides now is based on it, and is not old.
            resources[index].basis = transition.basis
            if resources[index].isHandingOver { resources[index].told.state = "" }
        }
        let definition = resources[index].definition
        let isAdopted = transition.event == LocalTransition.adopted
        if transition.sequence != 0, !isAdopted, transition.to != definition.initial,
            !definition.localStates.contains(transition.to)
        {
            return localTransition(index, transition, at: now)
        }
        if Int32(bitPattern: transition.sequence &- resources[index].machineSequence) > 0 {
            machineMoved(index, to: transition.sequence)
            resources[index].isInLocalState = definition.localStates.contains(transition.to)
        }
        // Adopted from a fleet, perhaps by an earlier service: not decided here, so what is held goes over it.
        if isAdopted { resources[index].told.state = "" }
        settle(index, at: now)
        tick(at: now)
    }

    /// A machine moved by itself: memory first, the store later.
    mutating func localTransition(_ index: Int, _ transition: LocalTransition, at now: Int64) {
        let definition = resources[index].definition
        let isNewest = Int32(bitPattern: transition.sequence &- resources[index].machineSequence) > 0
        if isNewest {
            machineMoved(index, to: transition.sequence)
            resources[index].isInLocalState = definition.localStates.contains(transition.to)
        }
        if definition.localStates.contains(transition.to) {
            // Never written. Had it overtaken a state on its way into the machine, that state is handed over again.
            settle(index, at: now)
            tick(at: now)
            return
        }
        guard Int32(bitPattern: transition.sequence &- resources[index].judgedSequence) > 0,
            let rank = definition.ranks[transition.to]
        else { return }
        resources[index].judgedSequence = transition.sequence

        let pending = makePending(index, transition, rank: rank, at: now)
        resources[index].told = SharedResource.Told(
            state: isNewest || resources[index].isInLocalState ? transition.to : "",
            epoch: pending.held.epoch,
            deadline: pending.held.deadline
        )
        if transition.basis != resources[index].basis, let newer = resources[index].effective,
            isFenced(index, pending.held, at: now)
        {
            // Decided without knowing a state that was on its way into the machine.
            note(.superseded(resource: index, state: pending.held.state, by: newer.state))
            resources[index].told.state = ""
        } else {
            resources[index].pending = pending
            enqueue(index, delay: writeDelay(of: pending, definition), at: now)
        }
        settle(index, at: now)
        tick(at: now)
    }

    /// Whether a decision that was made without knowing what is held here must give way to it.
    private func isFenced(_ index: Int, _ decision: HeldVersion, at now: Int64) -> Bool {
        if let pending = resources[index].pending, pending.held.isHeld(at: now), !decision.isOperators { return true }
        guard let committed = resources[index].committed else { return false }
        return !Self.survives(decision, committed, at: now)
    }

    private mutating func makePending(
        _ index: Int,
        _ transition: LocalTransition,
        rank: UInt8,
        at now: Int64
    ) -> SharedResource.Pending {
        let resource = resources[index]
        let isTimed = resource.definition.timedStates.contains(transition.to)
        let isHeld = resource.definition.heldStates.contains(transition.to)
        // A held state always is an operator's, so it needs a name to answer for it.
        let actor = isHeld && transition.actor.isEmpty ? "local" : transition.actor
        let stamp = newStamp(index, at: now)
        var shared = SharedVersion(
            resource: resource.id,
            version: Version(lastModified: stamp, rank: rank, writer: configuration.writer),
            state: transition.to,
            definition: resource.definition.identifier
        )
        let parent = resource.committed?.lastModified ?? 0
        shared.failureRateBp = transition.failureRateBp
        shared.parent = parent
        shared.operatorAt = actor.isEmpty ? resource.operatorAt : stamp
        shared.epoch = max(resource.committed?.epoch ?? 0, resource.pending?.held.epoch ?? 0)
        if isTimed { shared.epoch = Self.epoch(after: shared.epoch) }
        shared.attempts = min(max(0, Int64(transition.attempts)), WireFormat.maximumInteger)
        shared.remainingMs = transition.remainingMs
        shared.durationMs = max(transition.durationMs, transition.remainingMs ?? 0)
        shared.hold = isHeld ? .forever : .none
        shared.reason = transition.reason.prefix(utf8: 200)
        shared.actor = actor.prefix(utf8: 100)
        return SharedResource.Pending(
            held: HeldVersion(shared, at: now),
            parent: parent,
            decidedAt: now,
            event: transition.event,
            detail: transition.detail.prefix(utf8: 300),
            isStampProvisional: !isLinkUp || !clock.isSynchronised
        )
    }

    /// What leaves at once, after a random moment against a herd, or after 2 ms that gather what comes together.
    mutating func writeDelay(of pending: SharedResource.Pending, _ definition: SharedDefinition) -> Int64 {
        if pending.held.isOperators || stopDeadline != nil { return 0 }
        return pending.isExpiry || definition.timedStates.contains(pending.held.state) ? herdDelay() : 2000
    }

    // MARK: Into the machine

    /// The machine's answer to a state handed over.
    mutating func handedOver(_ index: Int, _ result: MergeResult, at now: Int64) {
        resources[index].isHandingOver = false
        switch result {
        case .adopted(let sequence):
            if Int32(bitPattern: sequence &- resources[index].machineSequence) >= 0 {
                if sequence != resources[index].machineSequence { resources[index].isInLocalState = false }
                machineMoved(index, to: sequence)
            }
            if Int32(bitPattern: sequence &- resources[index].judgedSequence) > 0 {
                resources[index].judgedSequence = sequence
            }
            settle(index, at: now)
        case .conflict(let sequence):
            resources[index].told.state = ""  // not known: whatever the machine did is on its way here
            if Int32(bitPattern: sequence &- resources[index].machineSequence) <= 0 {
                settle(index, at: now)
            } else {
                resources[index].unreported = sequence
                unreported.set(index, unreported[index] ?? now + Self.reportUs)
            }
        case .unknownState:
            note(.alarm("a state of the fleet is unknown to the machine"))
        }
        tick(at: now)
    }

    /// Brings the machine, the queue and the watch for a hold's end in line with what is held now.
    mutating func settle(_ index: Int, at now: Int64) {
        if resources[index].pending == nil, !resources[index].needsReseed { queue.remove(index) }
        holds.set(index, holdEnd(of: index))
        expireHold(index, at: now)
        handOver(index, at: now)
    }

    private mutating func handOver(_ index: Int, at now: Int64) {
        let resource = resources[index]
        guard !resource.isHandingOver, let effective = resource.effective else { return }
        let isSame = resource.told.state == effective.state && resource.told.epoch == effective.epoch
        if isSame {
            // The accepted version's deadline stands, also where this process probes already: it began too early then.
            guard effective.deadline != resource.told.deadline,
                !resource.isInLocalState || effective.isDeadlineAhead(at: now)
            else { return }
        } else if resource.told.state == effective.state, effective.deadline != nil,
            resource.told.deadline == effective.deadline
        {
            // My own decision, proposed again with a higher epoch: the machine is in it already.
            resources[index].told.epoch = effective.epoch
            return
        }
        let sendable = effective.sendable(at: now)
        resources[index].told = SharedResource.Told(
            state: effective.state,
            epoch: effective.epoch,
            deadline: effective.deadline
        )
        resources[index].basis += 1
        resources[index].isHandingOver = true
        let state = SharedState(
            state: effective.state,
            remainingMs: sendable.remainingMs,
            durationMs: sendable.durationMs,
            attempts: Int(clamping: sendable.attempts),
            epoch: effective.epoch,
            reason: sendable.reason,
            actor: sendable.actor,
            writer: effective.version.writer.description
        )
        handOver(
            HandOver(
                resource: index,
                state: state,
                basis: resources[index].basis,
                ifSequence: resources[index].machineSequence
            )
        )
    }

    /// How long a machine's report of its own transition may take, in microseconds.
    static let reportUs: Int64 = 1_000_000

    /// A report that did not come never will, from a machine that forgets to tell, for one: then the state is handed
    /// over on top of whatever the machine did.
    mutating func giveUpReports(at now: Int64) {
        while let index = unreported.first(at: now) {
            unreported.set(index, nil)
            guard let sequence = resources[index].unreported else { continue }
            machineMoved(index, to: sequence)
            resources[index].isInLocalState = false
            settle(index, at: now)
        }
    }

    /// The machine is known to have come so far; what it owed a report of up to there it owes no longer.
    private mutating func machineMoved(_ index: Int, to sequence: UInt32) {
        resources[index].machineSequence = sequence
        guard let owed = resources[index].unreported, Int32(bitPattern: owed &- sequence) <= 0 else { return }
        resources[index].unreported = nil
        unreported.set(index, nil)
    }

    // MARK: The end of a hold

    /// When the hold in force ends; `nil` without one or for one that lasts.
    func holdEnd(of index: Int) -> Int64? {
        if case .at(let end)? = resources[index].effective?.holdEnd { end } else { nil }
    }

    mutating func expireHolds(at now: Int64) {
        while let index = holds.first(at: now) {
            holds.set(index, nil)
            settle(index, at: now)
        }
    }

    /// At its own deadline of the hold each process goes to the initial state and proposes that (section 10).
    private mutating func expireHold(_ index: Int, at now: Int64) {
        guard let held = resources[index].effective, let end = holdEnd(of: index), end <= now else { return }
        let resource = resources[index]
        let stamp = newStamp(index, at: now)
        let parent = resource.committed?.lastModified ?? 0
        var shared = SharedVersion(
            resource: resource.id,
            version: Version(
                lastModified: stamp,
                rank: resource.definition.ranks[resource.definition.initial] ?? 0,
                writer: configuration.writer
            ),
            state: resource.definition.initial,
            definition: resource.definition.identifier
        )
        shared.parent = parent
        shared.operatorAt = resource.operatorAt
        shared.epoch = held.epoch
        shared.reason = "overrideExpired"
        resources[index].pending = SharedResource.Pending(
            held: HeldVersion(shared, at: now),
            parent: parent,
            decidedAt: now,
            event: "reset",
            detail: "",
            isExpiry: true,
            isStampProvisional: !isLinkUp || !clock.isSynchronised
        )
        holds.set(index, nil)
        enqueue(index, delay: herdDelay(), at: now)
    }
}

extension String {
    /// The longest prefix of at most `count` bytes of UTF-8 that ends with a whole character.
    package func prefix(utf8 count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: count)
        while end > utf8.startIndex, end.samePosition(in: self) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
