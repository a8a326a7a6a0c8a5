import ResilienceTestKit
import StateMachines
import StateSharing
import Testing

@Suite(.timeLimit(.minutes(1))) struct FaultyStoreTests {
    @Test(arguments: StoreContract.checks)
    func `without faults it keeps the contract`(check: StoreContract.Check) async throws {
        try await check.run(on: FaultyStore())
    }

    /// What one process heard.
    private final class Heard: Sendable {
        private let list = Locked<[StoreSignal]>([])

        var signals: [StoreSignal] { list.withLock { $0 } }

        /// The commit numbers of the messages.
        var numbers: [Int64] {
            signals.compactMap { signal in
                guard case .message(.update(let position, _, _)) = signal else { return nil }
                return position.sequence
            }
        }

        func add(_ signal: StoreSignal) { list.withLock { $0.append(signal) } }
    }

    private func item(_ number: Int) -> CommitItem {
        let version = Version(lastModified: Int64(1000 + number), rank: 2, writer: WriterID(bits: 7))
        let resource = ResourceID(kind: "breaker", name: "a\(number)")
        return CommitItem(
            mode: .compareAndSet,
            name: "a\(number)",
            expected: 0,
            version: SharedVersion(resource: resource, version: version, state: "OPEN", definition: "breaker-1"),
            event: "trip"
        )
    }

    /// Runs a line and waits until it is up.
    private func hearing<Base>(
        _ store: FaultyStore<Base>,
        _ body: (Heard) async throws -> Void
    ) async throws {
        let heard = Heard()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.run { heard.add($0) } }
            defer { group.cancelAll() }
            try await wait { heard.signals.last == .up }
            try await body(heard)
        }
    }

    private func wait(until isSo: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo() {
            try #require(ContinuousClock.now < deadline, "never")
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// The error of a request.
    private func code(of request: () async throws -> Void) async -> StoreError.Code? {
        do {
            try await request()
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    @Test func `a line that is cut fails requests, tells it once, and loses messages`() async throws {
        let memory = MemoryStore()
        let store = FaultyStore(memory)
        try await hearing(store) { heard in
            store.isReachable = false
            store.isReachable = false
            #expect(await code { _ = try await store.read([]) } == .unreachable)
            #expect(await code { _ = try await store.commit([item(0)]) } == .unreachable)
            _ = try await memory.commit([item(1)])
            try await wait { store.count == 1 }
            store.isReachable = true
            let last = try await store.commit([item(2)])
            try await wait { heard.numbers.contains(last.position.sequence) }
            #expect(heard.numbers == [last.position.sequence])
            let kinds = heard.signals.map { if case .down = $0 { "down" } else { $0 == .up ? "up" : "message" } }
            #expect(kinds == ["up", "down", "up", "message"])
        }
    }

    @Test func `refused writes change nothing, and reading goes on`() async throws {
        let store = FaultyStore()
        store.takesWrites = false
        #expect(await code { _ = try await store.commit([item(0)]) } == .writesRefused)
        #expect(await code { try await store.register([item(0).version.resource]) } == .writesRefused)
        #expect(try await store.read([item(0).version.resource]).snapshots == [nil])
        store.takesWrites = true
        #expect(await code { _ = try await store.commit([item(0)]) } == nil)
    }

    @Test func `a lost reply leaves the change behind`() async throws {
        let store = FaultyStore()
        store.losesReplies = true
        #expect(await code { _ = try await store.commit([item(0)]) } == .timedOut)
        store.losesReplies = false
        #expect(try await store.commit([item(0)]).results.map(\.code) == [.duplicate])
    }

    @Test func `everything is lost at once`() async throws {
        let store = FaultyStore()
        let before = try await store.commit([item(0)]).position.generation
        store.loseEverything()
        #expect(try await store.read([item(0).version.resource]).snapshots == [nil])
        #expect(try await store.commit([item(0)]).position.generation != before)
    }

    @Test func `messages are dropped, doubled and held back as asked for, in this order`() async throws {
        let store = FaultyStore()
        try await hearing(store) { heard in
            store.next(.drop)
            store.next(.hold, times: 2)
            store.next(.duplicate)
            var sent: [Int64] = []
            for number in 0..<5 { sent.append(try await store.commit([item(number)]).position.sequence) }
            try await wait { heard.numbers.last == sent[4] }
            #expect(heard.numbers == [sent[3], sent[3], sent[4]])
            store.deliverHeld()
            #expect(heard.numbers == [sent[3], sent[3], sent[4], sent[1], sent[2]])
            #expect(store.count == 4)
        }
    }

    @Test func `a seed does the same each time`() async throws {
        func fates(seed: UInt64) async throws -> [Int] {
            let store = FaultyStore(seed: seed)
            store.atRandom([.drop, .duplicate], oneIn: 3)
            var fates: [Int] = []
            try await hearing(store) { heard in
                var sent: [Int64] = []
                for number in 0..<60 { sent.append(try await store.commit([item(number)]).position.sequence) }
                // Once a later one is heard, all are decided.
                for number in 60..<1000 where heard.numbers.last ?? 0 <= sent[59] {
                    _ = try await store.commit([item(number)])
                    try await Task.sleep(for: .milliseconds(1))
                }
                fates = sent.map { number in heard.numbers.count { $0 == number } }
            }
            return fates
        }
        let first = try await fates(seed: 11)
        #expect(try await fates(seed: 11) == first)
        #expect(try await fates(seed: 12) != first)
        #expect(Set(first) == [0, 1, 2])
    }
}
