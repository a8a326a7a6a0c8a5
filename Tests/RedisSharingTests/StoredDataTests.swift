import FleetTestSupport
import StateSharing
import Testing

@testable import RedisSharing

/// What stands in the store, and what somebody else puts there.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct StoredDataTests {
    private let resource = ResourceID(kind: "breaker", name: "a")
    private let prefix = "sm1:{test:0}:"

    private func code(_ body: () async throws -> Void) async -> StoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    @Test func `a snapshot has the fields of the protocol`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let now = try await probe.store.read([]).position.nowMs
                var item = CommitItem.open("zä b", at: now)
                item.version.remainingMs = 5000
                item.version.durationMs = 6000
                item.version.failureRateBp = 6200
                let reply = try await probe.store.commit([item])
                let key = prefix + "breaker:z%C3%A4%20b"
                #expect(try server.cli("HLEN", key) == "22")
                let values = try SnapshotHash.fields.map { try server.cli("HGET", key, $0) }
                #expect(
                    values == [
                        "1", "breaker", "zä b", "OPEN", "2", "0.6200", "\(now)", "0", "0", "0000000000000007", "0", "0",
                        "\(reply.position.nowMs + 5000)", "6000", "0", "0", "0", "", "", "", "breaker-1",
                        "\(reply.position.sequence)",
                    ]
                )
                let life = try #require(Int(server.cli("PTTL", key)))
                #expect((86_000_000...86_400_000).contains(life))
                #expect(
                    try server.cli("ZSCORE", prefix + "index", "breaker:z%C3%A4%20b") == "\(reply.position.sequence)"
                )
                #expect(try server.cli("XLEN", prefix + "journal") == "1")
            }
        }
    }

    @Test func `the journal can be switched off`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration { $0.journalLength = 0 }) { probe in
                _ = try await probe.store.commit([.open("a")])
                #expect(try server.cli("EXISTS", prefix + "journal") == "0")
            }
        }
    }

    @Test func `somebody else's data under a key costs that resource only`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                _ = try await probe.store.commit([.open("b")])
                try server.cli("SET", prefix + "breaker:a", "hello")
                let read = try await probe.store.read([resource, ResourceID(kind: "breaker", name: "b")])
                #expect(read.snapshots.map { $0?.name } == [nil, "b"])
                #expect(read.foreign == 1)
                #expect(await code { _ = try await probe.store.commit([.open("a")]) } == .wrongType)
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test(arguments: ["meta", "index", "members"])
    func `somebody else's data under a key of all is told`(key: String) async throws {
        try await RedisServer.with { server in
            try server.cli("SET", prefix + key, "hello")
            try await StoreProbe.with(server.configuration()) { probe in
                if key == "meta" {
                    try await probe.wait(forEpisodes: ["down wrongType"])
                } else {
                    try await probe.wait(forEpisodes: ["up"])
                    let result =
                        key == "index"
                        ? await code { _ = try await probe.store.commit([.open("a")]) }
                        : await code { _ = try await probe.store.read([]) }
                    #expect(result == .wrongType)
                }
            }
        }
    }

    @Test func `a broken generation is told, not believed`() async throws {
        try await RedisServer.with { server in
            try server.cli("HSET", prefix + "meta", "generation", "x y", "sequence", "5")
            try await StoreProbe.up(server.configuration()) { probe in
                #expect(await code { _ = try await probe.store.read([]) } == .wrongType)
            }
        }
    }

    static let garbage: [(String, String)] = [
        ("state", ""), ("state", "a b"), ("state", "OPEN\nsm1"), ("rank", "256"), ("rank", "-1"), ("rank", ""),
        ("lastModified", "0"), ("lastModified", "9007199254740992"), ("lastModified", "1e3"), ("writer", "XYZ"),
        ("writer", "000000000000000G"), ("failureRate", "0.5"), ("resourceId", "b"), ("resourceId", ""),
        ("expiresAt", "never"), ("operatorAt", "99999999999999"), ("actor", String(repeating: "x", count: 101)),
        ("reason", String(repeating: "x", count: 201)), ("definition", String(repeating: "x", count: 65)),
    ]

    @Test(arguments: Self.garbage)
    func `garbage in a field makes the snapshot foreign`(field: String, value: String) async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                _ = try await probe.store.commit([.open("a")])
                try server.cli("HSET", prefix + "breaker:a", field, value)
                let read = try await probe.store.read([resource])
                #expect(read.snapshots == [nil])
                #expect(read.foreign == 1)
            }
        }
    }

    @Test func `what is optional may be garbage, and what is unknown is not read`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let stored = try await probe.store.commit([.open("a")]).results[0].stored
                let key = prefix + "breaker:a"
                for field in [
                    "schema", "kind", "epoch", "attempts", "parent", "openUntil", "openMs", "probes", "halfOpenMs",
                ] {
                    try server.cli("HSET", key, field, "garbage")
                }
                try server.cli("HSET", key, "later", String(repeating: "x", count: 100_000))
                try server.cli("HDEL", key, "reason", "actor", "failureRate", "expiresAt")
                let read = try await probe.store.read([resource])
                #expect(read.snapshots[0]?.version == stored)
            }
        }
    }

    @Test func `a hash and the script's line about it say the same`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let now = try await probe.store.read([]).position.nowMs
                var item = CommitItem.open("a", at: now)
                item.version.reason = "-"
                item.version.actor = "ä % b"
                item.version.operatorAt = now
                item.version.hold = .forever
                item.version.remainingMs = 0
                let stored = try await probe.store.commit([item]).results[0].stored
                #expect(try await probe.store.read([resource]).snapshots[0]?.version == stored)
                #expect(stored?.reason == "-")
            }
        }
    }

    @Test(arguments: [
        "", "x", "sm1", "sm1 U", "sm1 U a b c d", "sm1 B 0000000000000007 1 1", "sm2 U 0000000000000007 1 1 1\n",
        "sm1 U 0000000000000007 1 1 1\nbreaker a OPEN", "\u{FF}",
    ])
    func `garbage on the channel is told and nothing more`(text: String) async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                try server.cli("PUBLISH", prefix + "events", text)
                let reply = try await probe.store.commit([.open("a")])
                try await probe.wait("for the next message") {
                    probe.messages.contains { $0.position == reply.position }
                }
                let malformed = probe.signals.count { if case .malformed = $0 { true } else { false } }
                #expect(malformed == 1)
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test func `a message beyond the limit is told and nothing more`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let script = "redis.call('PUBLISH', KEYS[1], 'sm1 ' .. string.rep('x', 128 * 1024))"
                try server.cli("EVAL", script, "1", prefix + "events")
                try await probe.wait(for: .malformed(reason: "message longer than 128 KiB"))
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test func `names whose snapshot is gone are dropped`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                _ = try await probe.store.commit([.open("a"), .open("b")])
                try server.cli("DEL", prefix + "breaker:a")
                try server.cli("ZADD", prefix + "known", "1", "breaker:long ago", "1", "breaker:c")
                #expect(try await probe.store.list(kind: "breaker").map(\.resource.id) == ["a", "b"])
                let resources = ["a", "b"].map { ResourceID(kind: "breaker", name: $0) }
                #expect(try await probe.store.prune(resources) == 3)
                #expect(try await probe.store.list(kind: "breaker").map(\.resource.id) == ["b"])
            }
        }
    }

    @Test func `lives are extended, never cut`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                _ = try await probe.store.commit([.open("a")])
                try await probe.store.extend([resource], timeToLiveMs: 1000)
                #expect(try (Int(server.cli("PTTL", prefix + "breaker:a")) ?? 0) > 80_000_000)
                try await probe.store.extend([resource], timeToLiveMs: 200_000_000)
                #expect(try (Int(server.cli("PTTL", prefix + "breaker:a")) ?? 0) > 190_000_000)
            }
        }
    }

    @Test func `a missing right to announce or to journal is told, and the version is stored`() async throws {
        let server = try RedisServer(authentication: ["--user", "admin", "--pass", "admin", "--no-auth-warning"])
        try server.directory.write(
            """
            user default off
            user admin on >admin ~* &* +@all
            user sm on >secret ~* &sm1:{test:0}:events +@all

            """,
            to: "users.acl"
        )
        let locked = try RedisServer(
            ["--aclfile", server.directory.file("users.acl")],
            directory: server.directory,
            authentication: ["--user", "admin", "--pass", "admin", "--no-auth-warning"]
        )
        try await locked.whileRunning {
            let configuration = try locked.configuration {
                $0.credentials = RedisCredentials(username: "sm", password: "secret")
            }
            try await StoreProbe.up(configuration) { probe in
                try locked.cli("ACL", "SETUSER", "sm", "-xadd", "-publish")
                let reply = try await probe.store.commit([.open("a")])
                #expect(reply.results[0].code == .accepted)
                #expect(!reply.publishError.isEmpty)
                #expect(!reply.journalError.isEmpty)
                try locked.cli("ACL", "SETUSER", "sm", "-hset")
                #expect(await code { _ = try await probe.store.commit([.open("b")]) } == .denied)
            }
        }
    }
}
