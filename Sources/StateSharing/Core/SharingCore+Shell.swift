/// What the shell takes out of the core, and when it must come back.
extension SharingCore {
    /// What is to be asked of the store; empty afterwards.
    mutating func takeRequests() -> [SentRequest] {
        defer { requests.removeAll(keepingCapacity: true) }
        return requests
    }

    /// The next state for a machine; `nil` when there is none.
    mutating func takeHandOver() -> HandOver? {
        guard hasHandOvers else { return nil }
        defer {
            handOversTaken += 1
            // Seldom, because many may wait: those behind all move.
            if 2 * handOversTaken >= handOvers.count {
                handOvers.removeFirst(handOversTaken)
                handOversTaken = 0
            }
        }
        return handOvers[handOversTaken]
    }

    /// Whether a state waits for its machine.
    var hasHandOvers: Bool { handOversTaken < handOvers.count }

    /// Whether something waits that only the shell's loop does, or more to count than may pile up.
    var hasActions: Bool {
        hasHandOvers || actions.count > Self.maximumUncounted || !actions.allSatisfy(\.isCountedOnly)
    }

    /// Decisions only leave notes behind, and without a link nobody else comes to count them.
    static let maximumUncounted = 64

    /// Takes the notes that are only counted, which any thread may do; the order among the rest is kept.
    mutating func takeCounted() -> [Note] {
        var counted: [Note] = []
        actions.removeAll { action in
            guard action.isCountedOnly, case .note(let note) = action else { return false }
            counted.append(note)
            return true
        }
        return counted
    }

    /// What is to be done, in order; empty afterwards.
    mutating func takeActions() -> [Action] {
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    /// When to call ``tick(at:)`` next, unless something happens before.
    var nextDeadline: Int64? {
        guard !isStopped else { return nil }
        var next: Int64?
        func consider(_ deadline: Int64?) {
            guard let deadline else { return }
            next = min(next ?? deadline, deadline)
        }
        consider(stopDeadline.map { isLeaving ? $0 + Self.leaveUs : $0 })
        consider(holds.earliest)
        consider(unreported.earliest)
        guard isLinkUp else { return next }
        if canCommit { consider(queue.nextSendAt.map { max($0, commitNotBefore) }) }
        if !sync.isRunning {
            if sync.isDue { consider(sync.notBefore) }
            if isReady { consider(sync.nextFullAt) }
            if isSyncRequested { consider(sync.nextRequestedAt) }
            consider(checks.earliest.map { max($0, sync.notBefore) })
        }
        if !isRegistering, !unregistered.isEmpty { consider(registerNotBefore) }
        if stopDeadline == nil { consider(beat.nextWake) }
        return next
    }

    /// Where a resource stands in ``resources``.
    func index(of id: ResourceID) -> Int? { indices[id] }
}
