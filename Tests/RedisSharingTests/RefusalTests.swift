import FleetTestSupport
import StateSharing
import Testing

@testable import RedisSharing

/// Servers that refuse this process, and servers that this process refuses.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct RefusalTests {
    private func code(_ body: () async throws -> Void) async -> StoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    @Test func `a wrong password is told and tried rarely, a right one works`() async throws {
        let server = try RedisServer(["--requirepass", "right"])
        try await server.whileRunning {
            for (password, episode) in [("right", "up"), ("wrong", "down denied"), (nil, "down denied")] {
                let configuration = try server.configuration {
                    $0.credentials = password.map { RedisCredentials(password: $0) }
                }
                try await StoreProbe.with(configuration) { probe in
                    try await probe.wait(forEpisodes: [episode])
                    for case .down(let error) in probe.signals { #expect(!error.message.contains("wrong ")) }
                }
            }
        }
    }

    @Test func `credentials are asked for at each connect`() async throws {
        let server = try RedisServer(["--requirepass", "right"])
        try await server.whileRunning {
            let passwords = PasswordList(["wrong", "wrong", "right", "right"])
            let configuration = try server.configuration {
                $0.deniedDelay = .milliseconds(10)
                $0.credentialsProvider = { await RedisCredentials(password: passwords.next()) }
            }
            try await StoreProbe.with(configuration) { probe in
                try await probe.wait(forEpisodes: ["down denied", "up"])
            }
        }
    }

    @Test func `a replica is refused`() async throws {
        try await RedisServer.with { server in
            try server.cli("REPLICAOF", "127.0.0.1", "1")
            try await StoreProbe.with(server.configuration()) { probe in
                try await probe.wait(forEpisodes: ["down readOnly"])
            }
        }
    }

    @Test func `a primary that becomes a replica is left`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                // Clients stay connected; only the answer to a write tells.
                try server.cli("REPLICAOF", "127.0.0.1", "1")
                #expect(await code { _ = try await probe.store.commit([.open("a")]) } == .readOnly)
                try await probe.wait(forEpisodes: ["up", "down readOnly"])
                try server.cli("REPLICAOF", "NO", "ONE")
                try await probe.wait(forEpisodes: ["up", "down readOnly", "up"])
            }
        }
    }

    @Test func `the last words of a server that refuses a client are the reason`() async throws {
        try await RedisServer.with { server in
            try server.cli("CONFIG", "SET", "maxclients", "1")
            let configuration = try server.configuration {
                $0.reconnectDelay = .seconds(60)
                $0.maximumReconnectDelay = .seconds(60)
            }
            try await StoreProbe.with(configuration) { probe in
                try await probe.wait(forEpisodes: ["down unreachable"])
                guard case .down(let error) = probe.signals.first else { return }
                #expect(error.message.contains("max number of clients"))
            }
        }
    }

    @Test func `a cluster is refused with a reason`() async throws {
        try await RedisServer.with(["--cluster-enabled", "yes"]) { server in
            try await StoreProbe.with(server.configuration()) { probe in
                try await probe.wait(forEpisodes: ["down unsupported"])
                guard case .down(let error) = probe.signals.first else { return }
                #expect(error.message.contains("Cluster"))
            }
        }
    }

    @Test func `another layout of the namespace is refused`() async throws {
        try await RedisServer.with { server in
            try server.cli("HSET", "sm1:{test:0}:meta", "shards", "16")
            try await StoreProbe.with(server.configuration()) { probe in
                try await probe.wait(forEpisodes: ["down unsupported"])
            }
            try await StoreProbe.up(server.configuration(namespace: "other")) { _ in }
        }
    }

    @Test func `a full server refuses writes and is still listened to`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                try server.cli("CONFIG", "SET", "maxmemory", "1")
                #expect(await code { _ = try await probe.store.commit([.open("a")]) } == .writesRefused)
                try server.cli("PUBLISH", "sm1:{test:0}:events", "sm1 X later")
                try await probe.wait("for the message") { probe.messages == [.unknown] }
                try server.cli("CONFIG", "SET", "maxmemory", "0")
                #expect(try await probe.store.commit([.open("a")]).results[0].code == .accepted)
                #expect(probe.episodes == ["up"])
            }
            try server.cli("CONFIG", "SET", "maxmemory", "1")
            try await StoreProbe.up(server.configuration(namespace: "new")) { _ in }
        }
    }
}

private actor PasswordList {
    private var passwords: [String]

    init(_ passwords: [String]) {
        self.passwords = passwords
    }

    func next() -> String {
        passwords.count > 1 ? passwords.removeFirst() : passwords[0]
    }
}
