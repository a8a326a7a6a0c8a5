import FleetTestSupport
import StateSharing
import Testing

@testable import RedisSharing

/// Many names at once: how many commands they cost, and how few may wait.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct NamesTests {
    private let known = "sm1:{test:0}:known"
    private let hourMs: Int64 = 3600 * 1000

    private func names(_ count: Int) -> [ResourceID] {
        (0..<count).map { ResourceID(kind: "breaker", name: "b\($0)") }
    }

    /// How often the server has run a command.
    private func calls(of command: String, on server: RedisServer) throws -> Int {
        let line = try server.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
            .first { $0.hasPrefix("cmdstat_\(command):") }
        return (line?.split(whereSeparator: { "=,".contains($0) })[1]).flatMap { Int($0) } ?? 0
    }

    @Test func `only names that are missing or half run out are registered`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let names = names(600)
                try await probe.store.register(names)
                #expect(try server.cli("ZCARD", known) == "600")
                #expect(try calls(of: "zadd", on: server) == 2)

                try await probe.store.register(names)
                #expect(try calls(of: "zadd", on: server) == 2, "nothing is due, nothing is written")

                let now = try await probe.store.read([]).position.nowMs
                let young = now + 13 * hourMs
                try server.cli("ZADD", known, "\(now + 11 * hourMs)", "breaker:b1", "\(young)", "breaker:b2")
                try server.cli("ZREM", known, "breaker:b3")
                let before = try calls(of: "zadd", on: server)
                try await probe.store.register(names)
                #expect(try calls(of: "zadd", on: server) == before + 1)
                for name in ["breaker:b1", "breaker:b3"] {
                    let until = Int64(try server.cli("ZSCORE", known, name)) ?? 0
                    #expect(until > now + 23 * hourMs, "\(name) is registered until \(until - now) ms from now")
                }
                #expect(try server.cli("ZSCORE", known, "breaker:b2") == "\(young)")
            }
        }
    }

    @Test(arguments: [64, 100, 256])
    func `a store that lets few commands wait still reads and keeps everything`(limit: Int) async throws {
        try await RedisServer.with { server in
            let configuration = try server.configuration { $0.maximumPendingCommands = limit }
            try await StoreProbe.up(configuration) { probe in
                let names = names(600)
                for start in stride(from: 0, to: 600, by: 30) {
                    _ = try await probe.store.commit((start..<start + 30).map { .open("b\($0)") })
                }
                // All at once, as a service that has just come back does.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await probe.store.register(names) }
                    group.addTask { try await probe.store.extend(names, timeToLiveMs: 200_000_000) }
                    group.addTask {
                        let read = try await probe.store.read(names)
                        #expect(read.snapshots.count { $0 != nil } == 600)
                    }
                    try await group.waitForAll()
                }
                #expect(try server.cli("ZCARD", known) == "600")
                #expect(Int64(try server.cli("PTTL", "sm1:{test:0}:breaker:b599")) ?? 0 > 199_000_000)
            }
        }
    }
}
