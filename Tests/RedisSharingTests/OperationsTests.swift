import FleetTestSupport
import Foundation
import StateSharing
import Testing

@testable import RedisSharing
@testable import ResilienceTestKit

/// The server configuration and the users that this package recommends.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct OperationsTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("ops/redis").path

    private func withServer(_ body: (RedisServer) async throws -> Void) async throws {
        let server = try RedisServer(
            ["--aclfile", Self.folder + "/users.acl"],
            configuration: Self.folder + "/redis.conf",
            authentication: ["--user", "smctl", "--pass", "replace-this-smctl-secret", "--no-auth-warning"]
        )
        try await server.whileRunning { try await body(server) }
    }

    private func configuration(_ server: RedisServer, as user: String) throws -> RedisConfiguration {
        let secret = user == "sm" ? "replace-this-service-secret" : "replace-this-smctl-secret"
        return try server.configuration(namespace: "default") {
            $0.credentials = RedisCredentials(username: user, password: secret)
        }
    }

    private func code(_ body: () async throws -> Void) async -> StoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    @Test(arguments: StoreContract.checks)
    func `a service may do all that the contract asks for`(check: StoreContract.Check) async throws {
        try await withServer { server in
            try await check.run(on: RedisStore(configuration: configuration(server, as: "sm")))
        }
    }

    @Test(arguments: StoreContract.commitChecks + StoreContract.holdChecks + StoreContract.readingChecks)
    func `the command line may read, override and watch`(check: StoreContract.Check) async throws {
        try await withServer { server in
            try await check.run(on: RedisStore(configuration: configuration(server, as: "smctl")))
        }
    }

    @Test func `the command line may read history and advise`() async throws {
        try await withServer { server in
            let store = try RedisStore(configuration: configuration(server, as: "smctl"))
            _ = try await store.withConnection { try await store.commit([.open("a")]) }
            try await store.withConnection {
                let history = try await store.history(of: nil, limit: 9)
                #expect(history.map(\.resource.id) == ["a"])
                let members = try await store.members()
                #expect(members == [])
                let facts = try await store.information("memory")
                #expect(facts["maxmemory_policy"] == "noeviction")
            }
        }
    }

    @Test func `users stay in their namespace and within their rights`() async throws {
        try await withServer { server in
            for user in ["sm", "smctl"] {
                var other = try configuration(server, as: user)
                other.namespace = "other"
                try await StoreProbe.with(other) { probe in
                    try await probe.wait(forEpisodes: ["down denied"])
                }
            }
            for words in [
                ["KEYS", "*"], ["FLUSHALL"], ["CONFIG", "GET", "*"], ["ACL", "LIST"], ["PSUBSCRIBE", "*"],
            ] {
                let reply = try Tool.run(
                    "redis-cli",
                    ["-s", server.socket, "--user", "sm", "--pass", "replace-this-service-secret", "--no-auth-warning"]
                        + words
                )
                #expect(reply.contains("NOPERM"), "\(words): \(reply)")
            }
            let store = try RedisStore(configuration: configuration(server, as: "smctl"))
            #expect(await code { try await store.withConnection { try await store.leave(member: "x") } } == .denied)
            var nobody = try configuration(server, as: "sm")
            nobody.credentials = nil
            try await StoreProbe.with(nobody) { probe in
                try await probe.wait(forEpisodes: ["down denied"])
            }
        }
    }

    /// Also that the server may execute what it reads back: 7.0 does that with the rights of the user `default`.
    @Test func `a restart keeps what was agreed on`() async throws {
        try await withServer { server in
            try await StoreProbe.up(configuration(server, as: "sm")) { probe in
                let before = try await probe.store.commit([.open("a")])
                // A write waits while the one before is being synchronised.
                try await server.wait(for: "the file") {
                    try server.cli("INFO", "persistence").contains("aof_buffer_length:0")
                }
                await server.kill()
                try await server.start()
                try await probe.wait(forEpisodes: ["up", "down unreachable", "up"])
                let read = try await probe.store.read([ResourceID(kind: "breaker", name: "a")])
                #expect(read.position.generation == before.position.generation)
                #expect(read.snapshots[0]?.version == before.results[0].stored)
            }
        }
    }
}
