import ResilienceTestKit
import StateMachines
import Testing

@testable import StateSharing

/// What the contract cannot ask of every store: time that goes by, loss and absence.
@Suite struct MemoryStoreTests {
    private final class Clock: Sendable {
        private let time = Locked<Int64>(1_000_000)

        var now: Int64 { time.withLock { $0 } }

        func advance(by milliseconds: Int64) {
            time.withLock { $0 += milliseconds }
        }
    }

    /// What subscribers heard.
    private final class Heard<Value: Sendable & Equatable>: Sendable {
        private let list = Locked<[Value]>([])

        var values: [Value] { list.withLock { $0 } }

        func add(_ value: Value) {
            list.withLock { $0.append(value) }
        }
    }

    private let clock = Clock()
    private let resource = ResourceID(kind: "breaker", name: "a")

    private func store(limit: Int = 4096) -> MemoryStore {
        let clock = clock
        var configuration = MemoryStore.Configuration(now: { clock.now }, random: { 7 })
        configuration.maximumWaitingMessages = limit
        return MemoryStore(configuration: configuration)
    }

    private func item(_ name: String = "a", at time: Int64 = 1000, expected: Int64 = 0) -> CommitItem {
        let version = Version(lastModified: time, rank: 2, writer: WriterID(bits: 7))
        let resource = ResourceID(kind: "breaker", name: name)
        return CommitItem(
            mode: .compareAndSet,
            name: name,
            expected: expected,
            version: SharedVersion(resource: resource, version: version, state: "OPEN", definition: "breaker-1"),
            event: "trip"
        )
    }

    @Test func `deadlines run down on the given clock`() async throws {
        let store = store()
        var item = item()
        item.version.remainingMs = 500
        item.version.actor = "operator"
        item.version.operatorAt = 1000
        item.version.hold = .remaining(ms: 300)
        _ = try await store.commit([item])
        clock.advance(by: 200)
        let read = try await store.read([resource]).snapshots[0]?.version
        #expect(read?.remainingMs == 300)
        #expect(read?.hold == .remaining(ms: 100))
        clock.advance(by: 1000)
        let late = try await store.read([resource]).snapshots[0]?.version
        #expect(late?.remainingMs == 0)
        #expect(late?.hold == .remaining(ms: 0))
    }

    @Test func `a snapshot lives as long as its content needs`() async throws {
        let lives: [(Int64?, Hold, Int64)] = [
            (nil, .none, 60_000), (100_000, .none, 260_000), (nil, .remaining(ms: 100_000), 160_000),
            (nil, .forever, 2_592_000_000),
        ]
        for (left, hold, life) in lives {
            let store = store()
            var item = item()
            item.timeToLiveMs = 1000
            item.version.remainingMs = left
            if hold != .none {
                item.version.hold = hold
                item.version.actor = "operator"
                item.version.operatorAt = 1000
            }
            _ = try await store.commit([item])
            clock.advance(by: life - 1)
            #expect(try await store.read([resource]).snapshots[0] != nil, "\(hold), \(life)")
            clock.advance(by: 1)
            #expect(try await store.read([resource]).snapshots[0] == nil, "\(hold), \(life)")
            #expect(try await store.list(kind: "breaker").count == 1, "the name stays until it is dropped")
            #expect(try await store.prune([resource]) == 1)
            #expect(try await store.list(kind: "breaker").isEmpty)
            #expect(try await store.commit([item]).results[0].code == .accepted, "what has expired is absent")
        }
    }

    @Test func `lives are extended, never cut, and never given back`() async throws {
        let store = store()
        _ = try await store.commit([item()])
        try await store.extend([resource], timeToLiveMs: 1)
        clock.advance(by: 86_399_999)
        try await store.extend([resource], timeToLiveMs: 10)
        clock.advance(by: 9)
        #expect(try await store.read([resource]).snapshots[0] != nil)
        clock.advance(by: 1)
        try await store.extend([resource], timeToLiveMs: 1000)
        #expect(try await store.read([resource]).snapshots[0] == nil)
    }

    @Test func `registrations and members run out`() async throws {
        let store = store()
        try await store.register([resource])
        _ = try await store.beat(BeatRequest(intervalMs: 1000, member: "a|h|1|x", memberForMs: 1500))
        clock.advance(by: 999)
        #expect(try await !store.beat(BeatRequest(intervalMs: 1000)).sent)
        clock.advance(by: 1)
        #expect(try await store.beat(BeatRequest(intervalMs: 1000)).members == 1)
        clock.advance(by: 1000)
        #expect(try await store.beat(BeatRequest(intervalMs: 1000)).members == 0)
        clock.advance(by: 24 * 3600 * 1000 - 2001)
        #expect(try await store.list(kind: "breaker").count == 1)
        clock.advance(by: 1)
        #expect(try await store.list(kind: "breaker").isEmpty)
        #expect(try await store.prune([resource]) == 1)
    }

    @Test func `a clock that steps back does not silence the heartbeat, nor numbers that rise`() async throws {
        let store = store()
        let first = try await store.commit([item()]).position
        _ = try await store.beat(BeatRequest(intervalMs: 1000))
        clock.advance(by: -100_000)
        #expect(try await store.beat(BeatRequest(intervalMs: 1000)).sent)
        #expect(try await store.commit([item("b")]).position.sequence == first.sequence + 1)
    }

    @Test func `a lost store begins a new lineage with higher numbers`() async throws {
        let random = Locked<UInt64>(0)
        let clock = clock
        let store = MemoryStore(
            configuration: .init(
                now: { clock.now },
                random: {
                    random.withLock {
                        $0 += 1
                        return $0
                    }
                }
            )
        )
        let before = try await store.commit([item()]).position
        store.loseEverything()
        #expect(try await store.read([resource]).position.generation.isEmpty)
        clock.advance(by: 1)
        let after = try await store.commit([item()]).position
        #expect(after.generation != before.generation)
        #expect(after.sequence > before.sequence)
    }

    @Test func `an unreachable store fails every request and tells its subscribers once`() async throws {
        let store = store()
        let gone = StoreError(.unreachable, "gone")
        let told = Heard<StoreSignal>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.run(as: .random()) { signal in told.add(signal) } }
            try await wait { told.values == [.up] }
            store.setFault(gone)
            store.setFault(gone)
            var errors: [StoreError] = []
            do throws(StoreError) { _ = try await store.commit([item()]) } catch { errors.append(error) }
            do throws(StoreError) { _ = try await store.read([]) } catch { errors.append(error) }
            #expect(errors == [gone, gone])
            store.setFault(nil)
            store.setFault(nil)
            store.inject(.malformed(reason: "x"))
            try await wait { told.values == [.up, .down(gone), .up, .malformed(reason: "x")] }
            group.cancelAll()
        }
    }

    @Test func `every subscriber hears everything, in order, and a slow one hears of its loss`() async throws {
        let store = store(limit: 8)
        let fast = Heard<Int64>()
        let slow = Heard<StoreSignal>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await store.run(as: .random()) { signal in
                    if case .message(.update(let position, _, _)) = signal {
                        fast.add(position.sequence)
                    }
                }
            }
            group.addTask { try await store.run(as: .random()) { signal in slow.add(signal) } }
            try await wait { slow.values == [.up] }
            var expected: [Int64] = []
            for i in 0..<50 {
                let position = try await store.commit([item("b\(i)")]).position
                expected.append(position.sequence)
                if i % 4 == 3 { try await wait { fast.values.last == position.sequence } }
            }
            try await wait { fast.values == expected }
            group.cancelAll()
        }
    }

    private func wait(_ isSo: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !isSo() {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited in vain")
                return
            }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
