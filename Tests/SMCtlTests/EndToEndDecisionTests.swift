import Foundation
import Testing

/// Overrides, the program itself against a real redis-server.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct EndToEndDecisionTests {
    @Test func `force-open is stored as an operator's version, and reset takes it back`() async throws {
        try await RedisServer.with { redis in
            try await redis.plant("pay", ["state": "OPEN", "rank": "2", "epoch": "3", "attempts": "2"])
            let before = try await redis.hash("pay")
            let forced = try await redis.smctl(
                "breaker",
                "force-open",
                "pay",
                "--reason",
                "provider down",
                "--actor",
                "alice"
            )
            #expect(forced.errors == "")
            #expect(forced.status == 0)
            #expect(forced.output == "pay: OPEN → FORCED_OPEN, until it is reset\n")
            let hash = try await redis.hash("pay")
            #expect(hash.count == 22)
            #expect(hash["state"] == "FORCED_OPEN")
            #expect(hash["rank"] == "4")
            #expect(hash["expiresAt"] == "never")
            #expect(hash["actor"] == "alice")
            #expect(hash["reason"] == "provider down")
            #expect(hash["operatorAt"] == hash["lastModified"])
            #expect(hash["parent"] == before["lastModified"])
            #expect(hash["epoch"] == "3")
            #expect(hash["attempts"] == "2")
            #expect(hash["writer"] != before["writer"])
            let journal = try await redis.redis("XREVRANGE", "sm1:{test:0}:journal", "+", "-", "COUNT", "1").output
            #expect(journal.contains("forceOpen"))

            for refused in [["close"], ["open", "--for", "1s"]] {
                let result = try await redis.smctl(["breaker"] + refused + ["pay"])
                #expect(result.status == 77, "\(refused)")
                #expect(result.errors.contains("FORCED_OPEN"))
            }
            #expect(try await redis.hash("pay") == hash)

            let reset = try await redis.smctl("breaker", "reset", "pay", "--actor", "bob", "--format", "json")
            #expect(reset.status == 0)
            #expect(reset.output.contains(#""previousState":"FORCED_OPEN""#))
            let closed = try await redis.hash("pay")
            #expect(closed["state"] == "CLOSED")
            #expect(closed["rank"] == "1")
            #expect(closed["attempts"] == "0")
            #expect(closed["expiresAt"] == "")
            #expect(closed["actor"] == "bob")
            #expect(closed["parent"] == hash["lastModified"])
        }
    }

    @Test(arguments: [
        ("force-open", "FORCED_OPEN", "4"), ("disable", "DISABLED", "6"), ("observe", "METRICS_ONLY", "5"),
    ])
    func `a hold for a while says until when`(command: String, state: String, rank: String) async throws {
        try await RedisServer.with { redis in
            try await redis.register("pay")
            let result = try await redis.smctl("breaker", command, "pay", "--for", "15m")
            #expect(result.status == 0, "\(result.errors)")
            let said = try #require(
                result.output.wholeMatch(of: #/pay: CLOSED → ([A-Z_]+), until [0-9]{2}:[0-9]{2}:[0-9]{2}\n/#)
            )
            #expect(said.output.1 == state)
            let hash = try await redis.hash("pay")
            #expect(hash["state"] == state)
            #expect(hash["rank"] == rank)
            let expires = try #require(Int64(hash["expiresAt"] ?? ""))
            let modified = try #require(Int64(hash["lastModified"] ?? ""))
            #expect((900_000...905_000).contains(expires - modified))
            #expect(hash["actor"]?.isEmpty == false)
        }
    }

    @Test func `open has a deadline and a new epoch, close ends it, close again changes nothing`() async throws {
        try await RedisServer.with { redis in
            try await redis.plant("pay", ["epoch": "3"])
            #expect(try await redis.smctl("breaker", "open", "pay", "--for", "30s").status == 0)
            let open = try await redis.hash("pay")
            #expect(open["state"] == "OPEN")
            #expect(open["epoch"] == "4")
            #expect(open["attempts"] == "1")
            #expect(open["openMs"] == "30000")
            #expect(open["expiresAt"] == "")
            #expect(try await redis.smctl("breaker", "close", "pay").status == 0)
            let closed = try await redis.hash("pay")
            #expect(closed["state"] == "CLOSED")
            let again = try await redis.smctl("breaker", "close", "pay")
            #expect(again.status == 0)
            #expect(again.output == "pay: CLOSED already\n")
            #expect(try await redis.hash("pay") == closed)
        }
    }

    @Test func `a name that nobody shares needs create`() async throws {
        try await RedisServer.with { redis in
            let refused = try await redis.smctl("breaker", "force-open", "new thing")
            #expect(refused.status == 2)
            #expect(try await redis.redis("DBSIZE").output == "0\n")
            #expect(try await redis.smctl("breaker", "force-open", "new thing", "--create").status == 0)
            #expect(try await redis.hash("new%20thing")["resourceId"] == "new thing")
        }
    }

    @Test func `a long reason is cut between characters`() async throws {
        try await RedisServer.with { redis in
            try await redis.register("pay")
            let reason = String(repeating: "語", count: 100)
            #expect(try await redis.smctl("breaker", "disable", "pay", "--reason", reason).status == 0)
            #expect(try await redis.hash("pay")["reason"] == String(repeating: "語", count: 66))
        }
    }

    @Test func `many operators at once leave one chain of versions`() async throws {
        try await RedisServer.with { redis in
            try await redis.register("pay")
            let started = try (0..<8)
                .map { number in
                    try redis.start([
                        "breaker", number.isMultiple(of: 2) ? "force-open" : "reset", "pay", "--actor", "op\(number)",
                    ])
                }
            var done = 0
            for process in started {
                let result = await process.end()
                #expect([0, 75].contains(result.status), "\(result.errors)")
                done += result.status == 0 ? 1 : 0
            }
            #expect(done >= 1)
            let journal = try await redis.redis("XRANGE", "sm1:{test:0}:journal", "-", "+").output
            let lines = journal.split(separator: "\n").filter { $0.hasPrefix("breaker pay ") }
            #expect(lines.count == done)
            var last = "0"
            for line in lines {
                let words = line.split(separator: " ").map(String.init)
                #expect(words[6] == last, "its parent is what it replaced")
                last = words[5]
            }
            #expect(try await redis.hash("pay")["lastModified"] == last)
        }
    }
}
