/// The course of one decision, from the first read to the store's word: pure, so that every crossing can be tested.
struct OperatorCore {
    /// How often a decision is worked out anew after somebody else was first.
    static let maximumConflicts = 5
    /// How often a lost answer is looked after, whether the look fails or the same item has to be sent again.
    static let maximumResends = 5
    /// The pause before the first look after a failed one, doubling from one to the next: 50…800 ms.
    static let pauseMs: Int64 = 50

    /// What the shell does next.
    enum Action: Equatable {
        /// Wait so many milliseconds, read the breaker, then call ``read(stored:nowMs:)`` or ``unreadable(_:)``.
        case read(afterMs: Int64)
        /// See whether anybody shares the breaker, then call ``known(_:)``.
        case askWhetherKnown
        /// Propose the item, then call ``answered(_:)`` or ``lost(_:)``.
        case send(CommitItem)
        /// The decision stands.
        case finish(OperatorOutcome)
        /// It does not.
        case fail(OperatorError)
    }

    private enum Phase {
        /// Wants to know what is stored. Can transition to asking, sending.
        case reading
        /// Nothing is stored: wants to know whether anybody shares the name. Can transition to sending.
        case asking(nowMs: Int64)
        /// Waits for the store's word. Can transition to reading (somebody was first) and uncertain (no word).
        case sending(CommitItem, before: SharedVersion?)
        /// The word was lost: reads to find out. Can transition to sending (the same item).
        case uncertain(CommitItem, before: SharedVersion?, cause: StoreError)
    }

    let request: OperatorRequest
    let resource: ResourceID
    let writer: WriterID
    private var phase = Phase.reading
    private var conflicts = 0
    private var resends = 0

    init(request: OperatorRequest, writer: WriterID) {
        self.request = request
        self.writer = writer
        resource = ResourceID(kind: "breaker", name: request.name)
    }

    mutating func start() -> Action {
        request.findings.map { .fail($0) } ?? .read(afterMs: 0)
    }

    mutating func read(stored: SharedVersion?, nowMs: Int64) -> Action {
        if case .uncertain(let item, let before, let cause) = phase {
            return settle(item, before: before, cause: cause, stored: stored)
        }
        if stored == nil, !request.create {
            phase = .asking(nowMs: nowMs)
            return .askWhetherKnown
        }
        return decide(on: stored, nowMs: nowMs)
    }

    mutating func known(_ isKnown: Bool) -> Action {
        guard case .asking(let nowMs) = phase else { return .read(afterMs: 0) }
        guard isKnown else {
            return .fail(OperatorError(.notFound, "no breaker is shared under the name \"\(request.name)\""))
        }
        return decide(on: nil, nowMs: nowMs)
    }

    mutating func answered(_ result: CommitResult) -> Action {
        guard case .sending(let item, let before) = phase else { return .read(afterMs: 0) }
        switch result.code {
        case .accepted, .duplicate:
            return .finish(OperatorOutcome(before: before, after: result.stored ?? item.version, changed: true))
        case .conflict, .held, .skew:
            conflicts += 1
            guard conflicts <= Self.maximumConflicts else {
                return .fail(
                    OperatorError(
                        .conflict,
                        "somebody else changed \(request.name) \(conflicts) times meanwhile: try again"
                    )
                )
            }
            phase = .reading
            return .read(afterMs: 0)
        }
    }

    /// The answer to a proposal did not come: only a look tells whether it was stored.
    mutating func lost(_ cause: StoreError) -> Action {
        guard case .sending(let item, let before) = phase else { return .fail(OperatorError(cause)) }
        guard resends < Self.maximumResends else { return .fail(OperatorError(cause)) }
        resends += 1
        phase = .uncertain(item, before: before, cause: cause)
        return .read(afterMs: 0)
    }

    /// The read failed: after a lost answer that is to be expected, since the link is being made anew.
    mutating func unreadable(_ cause: StoreError) -> Action {
        guard case .uncertain = phase else { return .fail(OperatorError(cause)) }
        guard resends < Self.maximumResends else {
            let message = "the store's answer was lost, so the decision may or may not stand: \(cause.message)"
            return .fail(OperatorError(.store, message, cause: cause))
        }
        resends += 1
        return .read(afterMs: Self.pauseMs << (resends - 1))
    }

    private mutating func settle(
        _ item: CommitItem,
        before: SharedVersion?,
        cause: StoreError,
        stored: SharedVersion?
    ) -> Action {
        if let stored, stored.version == item.version.version {
            return .finish(OperatorOutcome(before: before, after: stored, changed: true))
        }
        if stored?.version == before?.version {
            phase = .sending(item, before: before)
            return .send(item)
        }
        let found = stored.map { "\($0.state) by \($0.isOperators ? $0.actor : $0.version.writer.description)" }
        return .fail(
            OperatorError(
                .superseded,
                "the store's answer was lost, and \(found ?? "nothing") stands there now: look, then try again",
                cause: cause
            )
        )
    }

    private mutating func decide(on stored: SharedVersion?, nowMs: Int64) -> Action {
        guard let state = Self.effectiveState(stored) else {
            let name = stored?.state ?? ""
            return .fail(
                OperatorError(.refused, "\(request.name) is in state \(name), which this release does not know")
            )
        }
        switch request.decision {
        case .open, .close:
            if state.isHeld {
                let held = "\(request.name) is \(state.rawValue) by an operator's decision"
                return .fail(
                    OperatorError(.refused, "\(held), which \(request.decision.event) does not end: use reset")
                )
            }
            // A hold that ran out is as good as closed, but not stored as such: that `close` has something to write.
            if request.decision == .close, stored.map({ $0.state == SharedBreakerState.closed.rawValue }) ?? true {
                return .finish(OperatorOutcome(before: stored, after: stored, changed: false))
            }
        case .forceOpen, .disable, .observe, .reset:
            // A state that is held already is not left; the decision is still made anew: its hold, reason and actor.
            break
        }
        let item = item(on: stored, from: state, nowMs: nowMs)
        phase = .sending(item, before: stored)
        return .send(item)
    }

    private func item(on stored: SharedVersion?, from state: SharedBreakerState, nowMs: Int64) -> CommitItem {
        let decision = request.decision
        let target = decision.target
        let lastModified = max(nowMs, (stored?.lastModified ?? 0) + 1)
        var version = SharedVersion(
            resource: resource,
            version: Version(lastModified: lastModified, rank: target.rank, writer: writer),
            state: target.rawValue,
            definition: stored?.definition ?? "breaker-1"
        )
        version.parent = stored?.lastModified ?? 0
        version.operatorAt = lastModified
        version.epoch = (stored?.epoch ?? 0) + (target == .open ? 1 : 0)
        version.attempts =
            switch decision {
            case .close, .reset: 0
            case .open: state == .closed ? 1 : stored?.attempts ?? 1
            case .forceOpen, .disable, .observe: stored?.attempts ?? 0
            }
        version.remainingMs = decision.openMs
        version.durationMs = decision.openMs ?? 0
        version.hold = decision.hold
        version.reason = request.reason
        version.actor = request.actor
        return CommitItem(
            mode: .compareAndSet,
            name: request.name,
            expected: version.parent,
            version: version,
            event: decision.event
        )
    }

    /// What the stored version amounts to.
    ///
    /// Absent is CLOSED, and so is a hold that has run out, since the first process
    /// that looks puts an end to it. `nil` for a state of a later release.
    private static func effectiveState(_ stored: SharedVersion?) -> SharedBreakerState? {
        guard let stored else { return .closed }
        guard let state = SharedBreakerState(rawValue: stored.state) else { return nil }
        return state.isHeld && stored.hold == .remaining(ms: 0) ? .closed : state
    }
}
