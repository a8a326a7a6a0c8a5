import StateMachines

@testable import StateSharing

/// Drives one core by hand: virtual time, the actions it asked for, and answers in its store's name.
struct CoreDriver {
    static let breaker = SharedDefinition(
        kind: "breaker",
        identifier: "breaker-1",
        initial: "CLOSED",
        ranks: ["CLOSED": 1, "OPEN": 2, "HALF_OPEN": 3, "FORCED_OPEN": 4, "METRICS_ONLY": 5, "DISABLED": 6],
        localStates: ["HALF_OPEN"],
        heldStates: ["FORCED_OPEN", "METRICS_ONLY", "DISABLED"],
        timedStates: ["OPEN"]
    )
    /// The server's time at virtual instant 0, in milliseconds.
    static let serverStart: Int64 = 1_800_000_000_000
    static let generation = "00000000000000aa"

    var core: SharingCore
    /// Virtual microseconds.
    var now: Int64 = 1_000_000
    /// Everything the core asked for and nobody has taken yet.
    var actions: [SharingCore.Action] = []
    /// What it asked of the store, oldest first.
    var requests: [SharingCore.SentRequest] = []
    var sequence: UInt32 = 0

    init(names: [String] = ["pay"], writer: UInt64 = 1, configure: (inout SharingCore.Configuration) -> Void = { _ in })
    {
        let writer = WriterID(bits: writer)
        var configuration = SharingCore.Configuration(writer: writer, member: "\(writer)|host|1|test")
        configure(&configuration)
        core = SharingCore(configuration: configuration, wallOffset: Self.serverStart * 1000, seed: 7)
        for name in names { _ = core.register(name: name, definition: Self.breaker, at: now) }
        take()
    }

    var serverMs: Int64 { Self.serverStart + now / 1000 }
    var pending: SharedResource.Pending? { core.resources[0].pending }
    var committed: HeldVersion? { core.resources[0].committed }

    mutating func take() {
        actions += core.takeActions()
        requests += core.takeRequests()
    }

    mutating func advance(ms: Int64) {
        now += ms * 1000
        core.tick(at: now)
        take()
    }

    /// Links up and answers the first sync with what the store holds.
    mutating func goLive(stored: [SharedVersion?] = [nil], storeSequence: Int64 = 10) {
        core.linkUp(at: now)
        take()
        while let (ticket, request) = nextRequest() {
            switch request {
            case .read(let indices, _):
                let snapshots = indices.map { index in
                    stored[index].map { StoredSnapshot(name: core.resources[index].name, version: $0) }
                }
                answer(ticket, .read(ReadReply(snapshots: snapshots, position: position(storeSequence))))
            case .beat:
                answer(ticket, .beat(BeatReply(sent: true, position: position(storeSequence), members: 1)))
            case .commit:
                requests.insert(SharingCore.SentRequest(ticket: ticket, request: request), at: 0)
                return
            default:
                answer(ticket, .done)
            }
        }
    }

    func position(_ sequence: Int64 = 10, generation: String = CoreDriver.generation) -> StorePosition {
        StorePosition(generation: generation, sequence: sequence, nowMs: serverMs)
    }

    mutating func answer(_ ticket: UInt64, _ reply: SharingCore.Reply) {
        core.replied(ticket: ticket, .success(reply), sentAt: now, at: now)
        take()
    }

    mutating func fail(_ ticket: UInt64, _ code: StoreError.Code) {
        core.replied(ticket: ticket, .failure(StoreError(code, "test")), sentAt: now, at: now)
        take()
    }

    /// Takes the oldest request.
    mutating func nextRequest() -> (UInt64, SharingCore.Request)? {
        guard !requests.isEmpty else { return nil }
        let first = requests.removeFirst()
        return (first.ticket, first.request)
    }

    struct NothingAsked: Error {}

    mutating func requireCommit() throws -> (UInt64, [SharingCore.Proposal]) {
        guard let commit = nextCommit() else { throw NothingAsked() }
        return commit
    }

    mutating func requireRequest() throws -> (UInt64, SharingCore.Request) {
        guard let request = nextRequest() else { throw NothingAsked() }
        return request
    }

    /// Takes the oldest commit, leaving other requests alone.
    mutating func nextCommit() -> (UInt64, [SharingCore.Proposal])? {
        for (place, sent) in requests.enumerated() {
            if case .commit(let proposals) = sent.request {
                requests.remove(at: place)
                return (sent.ticket, proposals)
            }
        }
        return nil
    }

    /// Takes the oldest state handed to a machine and reports it taken over.
    @discardableResult
    mutating func nextHandOver(result: (UInt32) -> MergeResult = { .adopted(sequence: $0) }) -> SharedState? {
        guard let next = core.takeHandOver() else { return nil }
        sequence = next.ifSequence &+ 1
        core.handedOver(next.resource, result(sequence), at: now)
        take()
        return next.state
    }

    /// The machine moves by itself.
    mutating func local(
        _ to: String,
        from: String = "CLOSED",
        event: String = "trip",
        actor: String = "",
        openMs: Int64? = nil,
        basis: UInt64? = nil,
        resource: Int = 0
    ) {
        sequence += 1
        let transition = LocalTransition(
            sequence: sequence,
            basis: basis ?? core.resources[resource].basis,
            from: from,
            to: to,
            event: event,
            remainingMs: to == "OPEN" ? openMs ?? 5000 : nil,
            durationMs: to == "OPEN" ? openMs ?? 5000 : 0,
            attempts: to == "OPEN" ? 1 : 0,
            reason: to == "OPEN" ? "failureRate" : "",
            actor: actor
        )
        core.localTransition(resource, transition, at: now)
        take()
    }

    /// A version as another process would have made it.
    func version(
        _ state: String,
        at lastModified: Int64,
        parent: Int64 = 0,
        operatorAt: Int64 = 0,
        writer: UInt64 = 99,
        epoch: Int64 = 0,
        leftMs: Int64? = nil,
        hold: Hold = .none,
        actor: String = "",
        name: String = "pay",
        sequence: Int64 = 11
    ) -> SharedVersion {
        var shared = SharedVersion(
            resource: ResourceID(kind: "breaker", name: name),
            version: Version(
                lastModified: lastModified,
                rank: Self.breaker.ranks[state] ?? 0,
                writer: WriterID(bits: writer)
            ),
            state: state,
            definition: "breaker-1"
        )
        shared.parent = parent
        shared.operatorAt = operatorAt
        shared.epoch = epoch
        shared.remainingMs = leftMs
        shared.durationMs = leftMs ?? 0
        shared.hold = hold
        shared.actor = actor
        shared.sequence = sequence
        return shared
    }

    mutating func receive(_ versions: [SharedVersion], previous: Int64 = 10, sequence: Int64 = 11) {
        core.message(.update(position: position(sequence), previousSequence: previous, versions: versions), at: now)
        take()
    }

    /// Answers a commit with one result for each proposal.
    mutating func answerCommit(_ ticket: UInt64, _ results: [CommitResult]) {
        answer(ticket, .commit(CommitReply(results: results, position: position(11))))
    }
}
