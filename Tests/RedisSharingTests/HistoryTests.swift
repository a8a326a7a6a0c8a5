import FleetTestSupport
import StateSharing
import Testing

@testable import RedisSharing

@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct HistoryTests {
    @Test func `tells a resource's history, newest first, however much others wrote`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                for round in 0..<12 {
                    var items = (0..<31).map { CommitItem.open("b\($0)", at: Int64(1000 + round)) }
                    items.append(.open("a", at: Int64(1000 + round)))
                    items[31].event = "trip\(round)"
                    items[31].mode = .compareAndSet
                    items[31].expected = Int64(999 + round)
                    items[31].detail = "total=\(round)"
                    _ = try await probe.store.commit(items)
                }
                let resource = ResourceID(kind: "breaker", name: "a")
                let all = try await probe.store.history(of: resource, limit: 100)
                #expect(all.map(\.event) == (0..<12).reversed().map { "trip\($0)" })
                #expect(all.map(\.from) == Array(repeating: "OPEN", count: 11) + [""])
                #expect(all[0].to == "OPEN" && all[0].detail == "total=11")
                #expect(all[0].version?.lastModified == 1011)
                let now = try await probe.store.read([]).position.nowMs
                #expect((now - 20_000...now).contains(all[0].atMs))
                #expect(try await probe.store.history(of: resource, limit: 5) == Array(all.prefix(5)))
                let everybody = try await probe.store.history(of: nil, limit: 1000)
                #expect(everybody.count == 12 * 32)
                #expect(everybody.first { $0.resource.id == "b0" }?.event == "reseed")
            }
        }
    }

    @Test func `passes over entries of another format`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                _ = try await probe.store.commit([.open("a")])
                try server.cli("XADD", "sm1:{test:0}:journal", "*", "hello", "world")
                try server.cli("XADD", "sm1:{test:0}:journal", "*", "id", "breaker:a", "version", "garbage")
                let entries = try await probe.store.history(of: nil, limit: 10)
                #expect(entries.map { $0.version == nil } == [true, false])
            }
        }
    }

    @Test func `lists the members that live`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                for (member, life) in [("b|h|2|x", 60_000), ("a|h|1|x", 120_000), ("c|h|3|x", 1)] {
                    _ = try await probe.store.beat(
                        BeatRequest(intervalMs: 60_000, member: member, memberForMs: Int64(life))
                    )
                }
                try await probe.wait("for the end of one") { try await probe.store.members().count == 2 }
                let members = try await probe.store.members()
                #expect(members.map(\.text) == ["b|h|2|x", "a|h|1|x"])
                #expect(members[1].aliveUntilMs - members[0].aliveUntilMs > 50_000)
            }
        }
    }

    @Test func `no history, no members`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let history = try await probe.store.history(of: nil, limit: 10)
                let members = try await probe.store.members()
                #expect(history == [] && members == [])
            }
        }
    }
}
