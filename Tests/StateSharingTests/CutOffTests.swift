import StateMachines
import Testing

@testable import StateSharing

/// What machines are told through the seam when their process loses the fleet.
struct CutOffTests {
    /// A machine that never moves and remembers what it was told.
    private final class StillMachine: Shareable {
        let name: String
        let sharedDefinition = CoreDriver.breaker
        let failureRateBp: Int? = nil
        private let told = Locked<[Int?]>([])

        init(_ name: String) { self.name = name }

        var all: [Int?] { told.withLock { $0 } }

        func observeTransitions(_ observer: @escaping @Sendable (LocalTransition) -> Void) -> LocalTransition {
            LocalTransition(sequence: 0, basis: 0, from: "CLOSED", to: "CLOSED", event: "")
        }

        func merge(_ state: SharedState, basis: UInt64, ifSequence: UInt32?) -> MergeResult { .adopted(sequence: 1) }

        func limitProbes(toShareOf members: Int?) { told.withLock { $0.append(members) } }
    }

    private func wait(until isSo: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test func `every machine is told of the outage once, and of its end`() async throws {
        let store = MemoryStore()
        let service = try SharingService(store: store)
        let machines = [StillMachine("a"), StillMachine("b")]
        for machine in machines { try service.share(machine) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            #expect(await service.ready(within: .seconds(20)))
            store.setFault(StoreError(.unreachable, "test"))
            try await wait { machines.allSatisfy { $0.all == [1] } }
            let late = StillMachine("late")
            try service.share(late)
            try await wait { late.all == [1] }
            store.setFault(nil)
            try await wait { machines.allSatisfy { $0.all == [1, nil] } && late.all == [1, nil] }
            #expect(machines.map(\.all) == [[1, nil], [1, nil]])
            #expect(late.all == [1, nil])
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
        }
    }
}
