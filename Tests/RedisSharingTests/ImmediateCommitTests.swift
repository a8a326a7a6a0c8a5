import FleetTestSupport
import StateSharing
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
}
