import StateMachines
import StateSharing
import Synchronization
import Testing

@testable import CircuitBreakers

/// The desk over a store, with others at work on the same breaker.
struct OperatorDeskTests {
    /// Lets others act, or the answer be lost, around the commits of the desk.
    private final class CrossedStore: SnapshotStore {
        enum Crossing {
            /// Somebody else's version is stored just before.
            case others
            /// The item is stored, and the answer is lost.
            case answerLost
            /// The item is lost on its way.
            case requestLost
        }

        let base: MemoryStore
        private let crossings: Mutex<[Crossing]>

        init(base: MemoryStore, _ crossings: [Crossing]) {
            self.base = base
            self.crossings = Mutex(crossings)
        }

        var address: String { base.address }

        func commit(_ items: [CommitItem]) async throws(StoreError) -> CommitReply {
            let crossing = crossings.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            switch crossing {
            case .others:
                var other = items[0]
                // A tick later, so that the next round of the desk has something newer to build on.
                other.version.version = Version(
                    lastModified: items[0].version.lastModified,
                    rank: SharedBreakerState.open.rank,
                    writer: .random()
                )
                other.version.state = SharedBreakerState.open.rawValue
                other.version.hold = .none
                other.version.actor = ""
                other.version.operatorAt = 0
                other.version.remainingMs = 5000
                other.version.durationMs = 5000
                other.event = "trip"
                _ = try await base.commit([other])
                return try await base.commit(items)
            case .answerLost:
                _ = try await base.commit(items)
                throw StoreError(.timedOut, "the answer was lost")
            case .requestLost:
                throw StoreError(.unreachable, "the request was lost")
            case nil:
                return try await base.commit(items)
            }
        }

        func run(as writer: WriterID, receive: @escaping @Sendable (StoreSignal) -> Void) async throws {
            try await base.run(as: writer, receive: receive)
        }
        func read(_ resources: [ResourceID]) async throws(StoreError) -> ReadReply { try await base.read(resources) }
        func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> ChangesReply {
            try await base.changes(after: sequence, limit: limit)
        }
        func list(kind: String) async throws(StoreError) -> [ListedResource] { try await base.list(kind: kind) }
        func register(_ resources: [ResourceID]) async throws(StoreError) { try await base.register(resources) }
        func extend(_ resources: [ResourceID], timeToLiveMs: Int64) async throws(StoreError) {
            try await base.extend(resources, timeToLiveMs: timeToLiveMs)
        }
        func beat(_ request: BeatRequest) async throws(StoreError) -> BeatReply { try await base.beat(request) }
        func leave(member: String) async throws(StoreError) { try await base.leave(member: member) }
        func prune(_ resources: [ResourceID]) async throws(StoreError) -> Int { try await base.prune(resources) }
        func resubscribe() async {}
    }

    private static let pay = ResourceID(kind: "breaker", name: "pay")

    private static func store(_ crossings: [CrossedStore.Crossing]) async throws -> CrossedStore {
        let base = MemoryStore()
        try await base.register([pay])
        return CrossedStore(base: base, crossings)
    }

    private static func request(_ decision: OperatorDecision, name: String = "pay") -> OperatorRequest {
        OperatorRequest(name: name, decision: decision, actor: "alice", reason: "test")
    }

    private static func stored(_ store: CrossedStore) async throws -> SharedVersion? {
        try await store.read([pay]).snapshots[0]?.version
    }

    @Test func `a decision is stored with all it says`() async throws {
        let store = try await Self.store([])
        let outcome = try await OperatorDesk(store: store).decide(Self.request(.forceOpen(forMs: nil)))
        let stored = try #require(try await Self.stored(store))
        #expect(outcome.changed)
        #expect(outcome.before == nil)
        #expect(outcome.after?.version == stored.version)
        #expect(stored.state == "FORCED_OPEN")
        #expect(stored.hold == .forever)
        #expect(stored.actor == "alice")
        #expect(stored.operatorAt == stored.lastModified)
    }

    @Test func `what others store in between is built upon`() async throws {
        let store = try await Self.store([.others, .others])
        let outcome = try await OperatorDesk(store: store).decide(Self.request(.forceOpen(forMs: nil)))
        #expect(outcome.before?.state == "OPEN")
        #expect(try await Self.stored(store)?.state == "FORCED_OPEN")
    }

    @Test func `after six crossings it is given up`() async throws {
        let store = try await Self.store(Array(repeating: .others, count: 6))
        let error = await #expect(throws: OperatorError.self) {
            try await OperatorDesk(store: store).decide(Self.request(.forceOpen(forMs: nil)))
        }
        #expect(error?.code == .conflict)
        #expect(try await Self.stored(store)?.state == "OPEN")
    }

    @Test(arguments: [
        ["answer"], ["request"], ["request", "request", "answer"],
    ])
    func `lost answers and lost requests end in one stored version`(losses: [String]) async throws {
        let store = try await Self.store(losses.map { $0 == "answer" ? .answerLost : .requestLost })
        let outcome = try await OperatorDesk(store: store).decide(Self.request(.disable(forMs: 1000)))
        #expect(outcome.after?.version == (try await Self.stored(store))?.version)
        // One commit: the chain has one number.
        #expect(try await store.changes(after: 0, limit: 10).resources == [Self.pay])
    }

    @Test func `a name that nobody shares is not created, unless asked to`() async throws {
        let store = try await Self.store([])
        let desk = OperatorDesk(store: store)
        let error = await #expect(throws: OperatorError.self) {
            try await desk.decide(Self.request(.reset, name: "pya"))
        }
        #expect(error?.code == .notFound)
        #expect(try await desk.board().statuses.map(\.name) == ["pay"])
        var request = Self.request(.forceOpen(forMs: nil), name: "pya")
        request.create = true
        _ = try await desk.decide(request)
        #expect(Set(try await desk.board().statuses.map(\.name)) == ["pay", "pya"])
    }

    @Test func `the board shows what is registered as closed, and what is missing`() async throws {
        let store = try await Self.store([])
        let board = try await OperatorDesk(store: store).board(["pay", "pya", "pay"])
        #expect(board.statuses.map(\.name) == ["pay"])
        #expect(board.statuses.map(\.state) == ["CLOSED"])
        #expect(board.statuses.first?.version == nil)
        #expect(board.missing == ["pya"])
    }

    @Test func `the states are those of the breakers' module, with the same ranks`() {
        let definition = CircuitBreakerDefinition.shared
        let mine = Dictionary(uniqueKeysWithValues: SharedBreakerState.allCases.map { ($0.rawValue, $0.rank) })
        #expect(mine == definition.ranks)
        #expect(Set(SharedBreakerState.allCases.filter(\.isHeld).map(\.rawValue)) == definition.heldStates)
        #expect(definition.kind == OperatorDesk.kind)
    }
}
