import StateMachines
import Testing

@testable import StateSharing

/// A service that has ended, and its machines, which go on.
struct EndedServiceTests {
    /// A machine whose observer the test plays.
    private final class Told: Shareable {
        let name = "pay"
        let sharedDefinition = CoreDriver.breaker
        let failureRateBp: Int? = nil
        private let observer = Locked<(@Sendable (LocalTransition) -> Void)?>(nil)

        func observeTransitions(_ observer: @escaping @Sendable (LocalTransition) -> Void) -> LocalTransition {
            self.observer.withLock { $0 = observer }
            return LocalTransition(sequence: 0, basis: 0, from: "CLOSED", to: "CLOSED", event: "")
        }

        func merge(_ state: SharedState, basis: UInt64, ifSequence: UInt32?) -> MergeResult {
            .adopted(sequence: (ifSequence ?? 0) &+ 1)
        }

        func forceOpen(_ sequence: UInt32) {
            let tell = observer.withLock { $0 }
            tell?(
                LocalTransition(
                    sequence: sequence,
                    basis: 0,
                    from: "CLOSED",
                    to: "FORCED_OPEN",
                    event: "forceOpen",
                    actor: "ann"
                )
            )
        }
    }

    /// A store that takes proposals at once, and counts them.
    private final class CountingStore: ImmediateStore {
        private let memory = MemoryStore()
        private let count = Locked(0)

        var commits: Int { count.withLock { $0 } }
        var address: String { memory.address }

        func commit(_ items: [CommitItem], complete: @escaping @Sendable (Result<CommitReply, StoreError>) -> Void) {
            count.withLock { $0 += 1 }
            complete(.failure(StoreError(.unreachable, "test")))
        }

        func run(as writer: WriterID, receive: @escaping @Sendable (StoreSignal) -> Void) async throws {
            try await memory.run(as: writer, receive: receive)
        }
        func commit(_ items: [CommitItem]) async throws(StoreError) -> CommitReply { try await memory.commit(items) }
        func read(_ resources: [ResourceID]) async throws(StoreError) -> ReadReply { try await memory.read(resources) }
        func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> ChangesReply {
            try await memory.changes(after: sequence, limit: limit)
        }
        func list(kind: String) async throws(StoreError) -> [ListedResource] { try await memory.list(kind: kind) }
        func register(_ resources: [ResourceID]) async throws(StoreError) { try await memory.register(resources) }
        func extend(_ resources: [ResourceID], timeToLiveMs: Int64) async throws(StoreError) {
            try await memory.extend(resources, timeToLiveMs: timeToLiveMs)
        }
        func beat(_ request: BeatRequest) async throws(StoreError) -> BeatReply { try await memory.beat(request) }
        func leave(member: String) async throws(StoreError) { try await memory.leave(member: member) }
        func prune(_ resources: [ResourceID]) async throws(StoreError) -> Int { try await memory.prune(resources) }
    }

    private func run(_ service: SharingService, _ body: () -> Void) async {
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            #expect(await service.ready(within: .seconds(20)))
            body()
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
        }
    }

    @Test(arguments: [false, true])
    func `a service that has ended proposes nothing any more`(hasEnded: Bool) async throws {
        let (store, machine) = (CountingStore(), Told())
        let service = try SharingService(store: store)
        try service.share(machine)
        await run(service) { if !hasEnded { machine.forceOpen(1) } }
        machine.forceOpen(2)
        #expect(store.commits == (hasEnded ? 0 : 1))
    }
}
