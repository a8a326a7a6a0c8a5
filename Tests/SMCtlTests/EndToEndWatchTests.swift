import Foundation
import Testing

/// `smctl breaker watch`, the program itself against a real redis-server.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct EndToEndWatchTests {
    private static func watch(_ redis: RedisServer, _ words: String...) async throws -> ChildProcess {
        let process = try redis.start(["breaker", "watch"] + words)
        try await eventually("watching") { process.errors.contains("watching") || !process.isRunning }
        return process
    }

    @Test func `each change is one line of JSON, and it ends after the count`() async throws {
        try await RedisServer.with { redis in
            try await redis.register("pay")
            let watcher = try await Self.watch(redis, "--format", "jsonl", "--count", "2")
            #expect(try await redis.smctl("breaker", "force-open", "pay", "--actor", "alice").status == 0)
            try await eventually("the first line") { watcher.output.contains("\n") }
            #expect(try await redis.smctl("breaker", "reset", "pay").status == 0)
            let result = await watcher.end()
            #expect(result.status == 0)
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.contains(#""state":"FORCED_OPEN""#) == true)
            #expect(lines.first?.contains(#""actor":"alice""#) == true)
            #expect(lines.last?.contains(#""state":"CLOSED""#) == true)
            #expect(lines.last?.contains(#""previousState":"FORCED_OPEN""#) == true)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `an interrupt ends it well`(signal: Int32) async throws {
        try await RedisServer.with { redis in
            let watcher = try await Self.watch(redis)
            watcher.send(signal)
            let result = await watcher.end()
            #expect(result.status == 0)
            #expect(result.duration < .seconds(20))
        }
    }

    @Test func `only the breakers asked for`() async throws {
        try await RedisServer.with { redis in
            try await redis.register("pay")
            try await redis.register("mail")
            let watcher = try await Self.watch(redis, "pay", "--count", "1")
            #expect(try await redis.smctl("breaker", "force-open", "mail").status == 0)
            #expect(try await redis.smctl("breaker", "disable", "pay", "--actor", "al\u{1B}ice").status == 0)
            let result = await watcher.end()
            #expect(result.output.contains("pay  CLOSED → DISABLED  by al\\u{1B}ice"))
            #expect(!result.output.contains("mail"))
        }
    }
}
