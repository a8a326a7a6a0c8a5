import Foundation
import Testing

@testable import smctl

/// What `smctl` ends with when things are not as they should be.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct EndToEndFailureTests {
    @Test(arguments: [
        ["--bogus"], ["breaker", "bogus"], ["breaker", "status", "--format", "xml"], ["breaker", "force-open"],
        ["breaker", "force-open", ""], ["breaker", "force-open", "x", "--for", "soon"],
        ["breaker", "force-open", "x", "--for", "0s"], ["breaker", "status", "--timeout", "0s"],
        ["breaker", "status", "--namespace", "a b"], ["breaker", "status", "--redis", "http://x"],
        ["breaker", "status", "--redis", "redis+cluster://a:1,b:2"], ["breaker", "reset", "x", "--actor", ""],
        ["breaker", "watch", "--format", "json"], ["breaker", "watch", "--count", "0"],
        ["breaker", "close", "x", "--create"], ["breaker", "status", "--fail-on", "closed"],
    ])
    func `a wrong command line ends with 64`(words: [String]) async throws {
        try await RedisServer.with { redis in
            let result = try await redis.start(words + (words.contains("--bogus") ? [] : []), environment: [:]).end()
            #expect(result.status == 64, "\(result.errors)")
            #expect(result.output == "")
            #expect(!result.errors.isEmpty)
            #expect(try await redis.redis("DBSIZE").output == "0\n")
        }
    }

    @Test func `help and version end with 0`() async throws {
        try await RedisServer.with { redis in
            let version = try await redis.smctl("--version", "--help")
            #expect(version.status == 0)
            #expect(try await redis.smctl("breaker", "status", "--help").status == 0)
        }
    }

    @Test func `the help names every exit code`() async throws {
        try await RedisServer.with { redis in
            let words = try await redis.smctl("--help").output.split { $0.isWhitespace }
            for status in ExitStatus.allCases { #expect(words.contains("\(status.rawValue)"), "\(status)") }
        }
    }

    @Test func `nothing at the address ends with 69, the address and the reason at once`() async throws {
        try await RedisServer.with { redis in
            for command in [["status"], ["reset", "x"], ["watch"]] {
                let words = ["breaker"] + command + ["--redis", "redis+unix:///tmp/no-such-folder/r.sock"]
                let result = try await redis.smctl(words)
                #expect(result.status == 69, "\(command)")
                #expect(result.errors.contains("/tmp/no-such-folder/r.sock"), "\(result.errors)")
                #expect(result.output == "")
                #expect(result.duration < .seconds(10))
            }
            let refused = try await redis.smctl("breaker", "status", "--redis", "redis://127.0.0.1:1")
            #expect(refused.status == 69)
            #expect(refused.errors.contains("127.0.0.1:1"), "\(refused.errors)")
        }
    }

    @Test func `a server that hangs ends with 69 within the time-out`() async throws {
        try await RedisServer.with { redis in
            redis.pause()
            for command in [["status"], ["force-open", "x"], ["watch"]] {
                let result = try await redis.smctl(["breaker"] + command + ["--timeout", "500ms"])
                #expect(result.status == 69, "\(command)")
                #expect(result.errors.contains(redis.socket), "\(result.errors)")
                #expect(result.duration >= .milliseconds(400))
                #expect(result.duration < .seconds(3), "\(command) took \(result.duration)")
            }
        }
    }

    @Test func `credentials come from the environment or a file, and a refusal ends with 77`() async throws {
        try await RedisServer.with(options: ["--requirepass", "open-sesame"]) { redis in
            let none = try await redis.smctl("breaker", "status")
            #expect(none.status == 77, "\(none.errors)")
            let wrong = try await redis.smctl(
                "breaker",
                "status",
                environment: ["SMCTL_REDIS_PASSWORD": "wrong-secret"]
            )
            #expect(wrong.status == 77)
            #expect(!(wrong.errors + wrong.output).contains("wrong-secret"))
            let right = try await redis.smctl("breaker", "status", environment: ["SMCTL_REDIS_PASSWORD": "open-sesame"])
            #expect(right.status == 0, "\(right.errors)")
            let file = redis.folder.appendingPathComponent("password")
            try Data("open-sesame\nsecond line\n".utf8).write(to: file)
            let fromFile = try await redis.smctl("breaker", "status", "--password-file", file.path)
            #expect(fromFile.status == 0, "\(fromFile.errors)")
            let missing = try await redis.smctl("breaker", "status", "--password-file", file.path + "x")
            #expect(missing.status == 65)
            #expect(missing.errors.contains(file.path + "x"))
        }
    }

    @Test func `a store that refuses writes ends with 75 and nothing is changed`() async throws {
        try await RedisServer.with { redis in
            try await redis.plant("auth", [:])
            try await redis.redis("CONFIG", "SET", "maxmemory", "1")
            let result = try await redis.smctl("breaker", "force-open", "auth")
            #expect(result.status == 75, "\(result.errors)")
            #expect(try await redis.hash("auth")["state"] == "CLOSED")
        }
    }
}
