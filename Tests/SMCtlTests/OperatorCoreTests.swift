import Testing

@testable import StateSharing

/// One decision from the first read to the store's word.
struct OperatorCoreTests {
    private static let now: Int64 = 1_795_449_600_000
    private static let me = WriterID(bits: 0xAAAA)
    private static let resource = ResourceID(kind: "breaker", name: "pay")

    private static func stored(
        _ state: String,
        lastModified: Int64 = now - 5000,
        hold: Hold = .none,
        attempts: Int64 = 3,
        epoch: Int64 = 7
    ) -> SharedVersion {
        let rank = SharedBreakerState(rawValue: state)?.rank ?? 9
        let version = Version(lastModified: lastModified, rank: rank, writer: WriterID(bits: 0xBBBB))
        var stored = SharedVersion(resource: resource, version: version, state: state, definition: "breaker-1")
        stored.attempts = attempts
        stored.epoch = epoch
        stored.hold = hold
        stored.actor = hold == .none ? "" : "bob"
        stored.operatorAt = hold == .none ? 0 : lastModified
        return stored
    }

    private static func core(_ decision: OperatorDecision, create: Bool = false) -> OperatorCore {
        let request = OperatorRequest(name: "pay", decision: decision, actor: "alice", reason: "test", create: create)
        return OperatorCore(request: request, writer: me)
    }

    /// What is proposed on what is stored; `nil` when nothing is.
    private static func item(_ decision: OperatorDecision, on stored: SharedVersion?) -> CommitItem? {
        var core = core(decision, create: true)
        guard core.start() == .read(afterMs: 0) else { return nil }
        guard case .send(let item) = core.read(stored: stored, nowMs: now) else { return nil }
        return item
    }

    private static func code(_ action: OperatorCore.Action) -> OperatorError.Code? {
        guard case .fail(let error) = action else { return nil }
        return error.code
    }

    // MARK: What is proposed

    @Test(arguments: [
        (OperatorDecision.forceOpen(forMs: nil), "FORCED_OPEN", Hold.forever, "forceOpen"),
        (.forceOpen(forMs: 900_000), "FORCED_OPEN", .remaining(ms: 900_000), "forceOpen"),
        (.disable(forMs: nil), "DISABLED", .forever, "disable"),
        (.observe(forMs: 1), "METRICS_ONLY", .remaining(ms: 1), "observe"),
        (.open(forMs: 30_000), "OPEN", .none, "open"),
        (.reset, "CLOSED", .none, "reset"),
        (.close, "CLOSED", .none, "close"),
    ])
    func `a decision on an open breaker is an operator's version built on what is stored`(
        decision: OperatorDecision,
        state: String,
        hold: Hold,
        event: String
    ) throws {
        let stored = Self.stored("OPEN")
        let item = try #require(Self.item(decision, on: stored))
        #expect(item.mode == .compareAndSet)
        #expect(item.expected == stored.lastModified)
        #expect(item.event == event)
        #expect(item.name == "pay")
        #expect(item.version.state == state)
        #expect(item.version.hold == hold)
        #expect(item.version.lastModified == Self.now)
        #expect(item.version.operatorAt == Self.now)
        #expect(item.version.parent == stored.lastModified)
        #expect(item.version.version.writer == Self.me)
        #expect(item.version.version.rank == SharedBreakerState(rawValue: state)?.rank)
        #expect(item.version.actor == "alice")
        #expect(item.version.reason == "test")
        #expect(item.version.definition == "breaker-1")
    }

    @Test func `a decision is never stamped behind what is stored`() throws {
        let ahead = Self.stored("CLOSED", lastModified: Self.now + 60_000)
        let item = try #require(Self.item(.reset, on: ahead))
        #expect(item.version.lastModified == Self.now + 60_001)
        #expect(item.version.operatorAt == Self.now + 60_001)
        #expect(item.expected == Self.now + 60_000)
    }

    @Test(arguments: [
        (OperatorDecision.open(forMs: 10), "CLOSED", Int64(8), Int64(1)),
        (.open(forMs: 10), "OPEN", 8, 3),
        (.open(forMs: 10), "HALF_OPEN", 8, 3),
        (.forceOpen(forMs: nil), "OPEN", 7, 3),
        (.disable(forMs: nil), "CLOSED", 7, 3),
        (.reset, "OPEN", 7, 0),
        (.close, "HALF_OPEN", 7, 0),
    ])
    func `only open raises the epoch, and attempts follow the semantics`(
        decision: OperatorDecision,
        from: String,
        epoch: Int64,
        attempts: Int64
    ) throws {
        let item = try #require(Self.item(decision, on: Self.stored(from)))
        #expect(item.version.epoch == epoch)
        #expect(item.version.attempts == attempts)
    }

    @Test func `open has its duration as deadline, the held states have none`() throws {
        let open = try #require(Self.item(.open(forMs: 30_000), on: nil))
        #expect(open.version.remainingMs == 30_000)
        #expect(open.version.durationMs == 30_000)
        #expect(open.version.epoch == 1)
        #expect(open.version.attempts == 1)
        let forced = try #require(Self.item(.forceOpen(forMs: 5), on: nil))
        #expect(forced.version.remainingMs == nil)
        #expect(forced.version.durationMs == 0)
        #expect(forced.expected == 0)
    }

    // MARK: The table of states

    @Test(arguments: ["FORCED_OPEN", "DISABLED", "METRICS_ONLY"], [OperatorDecision.close, .open(forMs: 1)])
    func `open and close are refused in a held state`(state: String, decision: OperatorDecision) {
        var core = Self.core(decision)
        #expect(Self.code(core.read(stored: Self.stored(state, hold: .forever), nowMs: Self.now)) == .refused)
        #expect(Self.code(core.read(stored: Self.stored(state, hold: .remaining(ms: 1)), nowMs: Self.now)) == .refused)
    }

    @Test func `a hold that has run out is as good as closed`() throws {
        let expired = Self.stored("FORCED_OPEN", hold: .remaining(ms: 0))
        let open = try #require(Self.item(.open(forMs: 1), on: expired))
        #expect(open.version.attempts == 1)
        #expect(Self.item(.close, on: expired)?.version.state == "CLOSED")
    }

    @Test func `close of what is closed stores nothing`() {
        var core = Self.core(.close)
        let stored = Self.stored("CLOSED")
        #expect(
            core.read(stored: stored, nowMs: Self.now)
                == .finish(OperatorOutcome(before: stored, after: stored, changed: false))
        )
    }

    @Test func `a held state is decided anew with the new hold`() throws {
        let item = try #require(Self.item(.forceOpen(forMs: 60_000), on: Self.stored("FORCED_OPEN", hold: .forever)))
        #expect(item.version.hold == .remaining(ms: 60_000))
    }

    @Test func `a state of a later release is left alone`() {
        var core = Self.core(.reset)
        #expect(Self.code(core.read(stored: Self.stored("ISOLATED"), nowMs: Self.now)) == .refused)
    }

    // MARK: Names

    @Test func `a name that is neither stored nor registered is not found`() {
        var core = Self.core(.forceOpen(forMs: nil))
        #expect(core.read(stored: nil, nowMs: Self.now) == .askWhetherKnown)
        #expect(Self.code(core.known(false)) == .notFound)
    }

    @Test func `a registered name is decided about as closed`() {
        var core = Self.core(.forceOpen(forMs: nil))
        #expect(core.read(stored: nil, nowMs: Self.now) == .askWhetherKnown)
        guard case .send(let item) = core.known(true) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(item.expected == 0)
        #expect(item.version.attempts == 0)
        #expect(item.version.lastModified == Self.now)
    }

    @Test func `an empty name, an empty actor and an impossible duration are refused before anything is read`() {
        let cases = [
            OperatorRequest(name: "", decision: .reset, actor: "a"),
            OperatorRequest(name: String(repeating: "x", count: 1025), decision: .reset, actor: "a"),
            OperatorRequest(name: "x", decision: .reset, actor: ""),
            OperatorRequest(name: "x", decision: .forceOpen(forMs: 0), actor: "a"),
            OperatorRequest(name: "x", decision: .open(forMs: -1), actor: "a"),
            OperatorRequest(name: "x", decision: .open(forMs: OperatorDecision.maximumMs + 1), actor: "a"),
        ]
        for request in cases {
            var core = OperatorCore(request: request, writer: Self.me)
            #expect(Self.code(core.start()) == .invalid, "\(request)")
        }
    }

    @Test func `reason and actor are cut between characters`() {
        // 3 bytes a character: 33 fit into 100, 66 into 200. The last one is a letter with two combining marks.
        let request = OperatorRequest(
            name: "x",
            decision: .reset,
            actor: String(repeating: "語", count: 34),
            reason: String(repeating: "a", count: 196) + "e\u{301}\u{302}"
        )
        #expect(request.actor == String(repeating: "語", count: 33))
        #expect(request.reason == String(repeating: "a", count: 196))
    }

    // MARK: The store's word

    private static func sent(
        _ decision: OperatorDecision,
        on stored: SharedVersion?
    ) throws -> (core: OperatorCore, item: CommitItem) {
        var core = core(decision, create: true)
        guard case .send(let item) = core.read(stored: stored, nowMs: now) else {
            throw OperatorError(.conflict, "nothing was sent")
        }
        return (core, item)
    }

    @Test(arguments: [CommitCode.accepted, .duplicate])
    func `an accepted decision stands, a repeated one too`(code: CommitCode) throws {
        var (core, item) = try Self.sent(.reset, on: Self.stored("OPEN"))
        let action = core.answered(CommitResult(code: code, stored: item.version))
        #expect(
            action == .finish(OperatorOutcome(before: Self.stored("OPEN"), after: item.version, changed: true))
        )
    }

    @Test func `after a conflict it is read and checked again, five times, then given up`() throws {
        var (core, _) = try Self.sent(.close, on: Self.stored("OPEN"))
        for round in 1...5 {
            #expect(core.answered(CommitResult(code: .conflict, stored: nil)) == .read(afterMs: 0), "round \(round)")
            let newer = Self.stored("OPEN", lastModified: Self.now + Int64(round))
            guard case .send(let item) = core.read(stored: newer, nowMs: Self.now) else {
                Issue.record("round \(round): nothing was sent")
                return
            }
            #expect(item.expected == Self.now + Int64(round))
            #expect(item.version.lastModified == Self.now + Int64(round) + 1)
        }
        #expect(Self.code(core.answered(CommitResult(code: .conflict, stored: nil))) == .conflict)
    }

    @Test func `what the conflict brought is checked against the table`() throws {
        var (core, _) = try Self.sent(.close, on: Self.stored("OPEN"))
        #expect(core.answered(CommitResult(code: .conflict, stored: nil)) == .read(afterMs: 0))
        #expect(Self.code(core.read(stored: Self.stored("DISABLED", hold: .forever), nowMs: Self.now)) == .refused)
    }

    // MARK: Lost answers

    private static let lost = StoreError(.timedOut, "no answer")

    @Test func `after a lost answer the own version there means done`() throws {
        var (core, item) = try Self.sent(.reset, on: Self.stored("OPEN"))
        #expect(core.lost(Self.lost) == .read(afterMs: 0))
        let action = core.read(stored: item.version, nowMs: Self.now + 1000)
        #expect(action == .finish(OperatorOutcome(before: Self.stored("OPEN"), after: item.version, changed: true)))
    }

    @Test func `after a lost answer the old version there means the same item again`() throws {
        var (core, item) = try Self.sent(.reset, on: Self.stored("OPEN"))
        #expect(core.lost(Self.lost) == .read(afterMs: 0))
        #expect(core.read(stored: Self.stored("OPEN"), nowMs: Self.now + 1000) == .send(item))
        let action = core.answered(CommitResult(code: .duplicate, stored: item.version))
        #expect(action == .finish(OperatorOutcome(before: Self.stored("OPEN"), after: item.version, changed: true)))
    }

    @Test func `after a lost answer nothing there still means the same item again`() throws {
        var (core, item) = try Self.sent(.reset, on: nil)
        #expect(core.lost(Self.lost) == .read(afterMs: 0))
        #expect(core.read(stored: nil, nowMs: Self.now + 1000) == .send(item))
    }

    @Test func `after a lost answer another version there is told`() throws {
        var (core, _) = try Self.sent(.reset, on: Self.stored("OPEN"))
        #expect(core.lost(Self.lost) == .read(afterMs: 0))
        let action = core.read(stored: Self.stored("CLOSED", lastModified: Self.now + 5), nowMs: Self.now + 1000)
        #expect(Self.code(action) == .superseded)
    }

    @Test func `a lost answer is looked after a bounded number of times`() throws {
        var (core, _) = try Self.sent(.reset, on: Self.stored("OPEN"))
        #expect(core.lost(Self.lost) == .read(afterMs: 0))
        var pauses: [Int64] = []
        while case .read(let pause) = core.unreadable(Self.lost), pauses.count < 100 { pauses.append(pause) }
        #expect(pauses == [100, 200, 400, 800])
        #expect(Self.code(core.unreadable(Self.lost)) == .store)
    }

    @Test func `a first read that fails is the store's error`() {
        var core = Self.core(.reset)
        #expect(core.unreadable(Self.lost) == .fail(OperatorError(Self.lost)))
    }
}
