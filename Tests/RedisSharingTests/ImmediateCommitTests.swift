import FleetTestSupport
import NIOPosix
import StateMachines
import StateSharing
import Synchronization
import Testing

@testable import RedisSharing

/// Proposals that no task waits for: the road of a sharing service.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct ImmediateCommitTests {
    private func commit(_ items: [CommitItem], to store: RedisStore) async -> Result<CommitReply, StoreError> {
        await withCheckedContinuation { continuation in
            store.commit(items) { continuation.resume(returning: $0) }
        }
    }

    private func failure(_ result: Result<CommitReply, StoreError>) -> StoreError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    @Test func `is answered as a task would be, also when the server has forgotten the script`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let items = ["a", "b"].map { CommitItem.open($0) }
                try server.cli("SCRIPT", "FLUSH")
                let first = try await commit(items, to: probe.store).get()
                #expect(first.results.map(\.code) == [.accepted, .accepted])
                let again = try await commit(items, to: probe.store).get()
                let waited = try await probe.store.commit(items)
                #expect(again.results == waited.results)
                #expect(again.results.map(\.code) == [.duplicate, .duplicate])
                #expect(again.results.map(\.stored) == first.results.map(\.stored))
            }
        }
    }

    @Test func `fails at once without a connection, and for what the script would refuse`() async throws {
        try await RedisServer.with { server in
            let idle = try RedisStore(configuration: server.configuration())
            #expect(failure(await commit([.open("a")], to: idle)) == .unreachable)
            try await StoreProbe.up(server.configuration()) { probe in
                #expect(failure(await commit([.open("a"), .open("a")], to: probe.store)) == .badArguments)
                #expect(failure(await commit([], to: probe.store)) == .badArguments)
                try server.cli("SET", "sm1:{test:0}:breaker:a", "x")
                #expect(failure(await commit([.open("a")], to: probe.store)) == .wrongType)
                #expect(probe.episodes == ["up"])
            }
        }
    }

    /// Where what the server says is heard.
    private final class Threads: Sendable {
        private let loops = Mutex<[ObjectIdentifier?]>([])

        var all: [ObjectIdentifier?] { loops.withLock { $0 } }

        func add() {
            let loop = MultiThreadedEventLoopGroup.currentEventLoop.map { ObjectIdentifier($0) }
            loops.withLock { $0.append(loop) }
        }
    }

    @Test func `a reply and the announcement of the same commit are heard on one thread`() async throws {
        try await RedisServer.with { server in
            let threads = Threads()
            let store = try RedisStore(configuration: server.configuration())
            let (messages, heard) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(8))
            let (ups, up) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(8))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await store.run(as: .random()) { signal in
                        if signal == .up { up.yield() }
                        guard case .message = signal else { return }
                        threads.add()
                        heard.yield()
                    }
                }
                for await _ in ups.prefix(1) {}
                // Whoever still hands over `up`, on a thread of its own, would hand over the announcement too.
                let deadline = ContinuousClock.now + .seconds(20)
                while store.state.withLock({ $0.isDelivering }), ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(1))
                }
                await withCheckedContinuation { continuation in
                    store.commit([.open("a")]) { _ in
                        threads.add()
                        continuation.resume()
                    }
                }
                for await _ in messages.prefix(1) {}
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(threads.all.count == 2)
            #expect(threads.all[0] != nil && threads.all[0] == threads.all[1])
        }
    }
}
