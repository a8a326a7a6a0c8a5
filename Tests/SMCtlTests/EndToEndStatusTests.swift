import Foundation
import Testing

/// `smctl breaker status`, the program itself against a real redis-server.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct EndToEndStatusTests {
    private static func plantThree(_ redis: RedisServer) async throws {
        try await redis.plant(
            "order-service:pay",
            [
                "state": "OPEN", "rank": "2", "failureRate": "0.6200", "epoch": "3", "attempts": "1",
                "openUntil": "9795449605123", "openMs": "5000", "reason": "failureRate", "sequence": "2",
            ]
        )
        try await redis.plant("auth", ["sequence": "3"])
        try await redis.plant(
            "mail",
            [
                "state": "FORCED_OPEN", "rank": "4", "actor": "alice", "reason": "provider down",
                "expiresAt": "never", "operatorAt": "1795449600123", "sequence": "4",
            ]
        )
        try await redis.register("search")
        try await redis.redis("ZADD", "sm1:{test:0}:members", "9999999999999", "aaaaaaaaaaaaaaaa|h|1|a")
    }

    @Test func `json to the letter`() async throws {
        try await RedisServer.with { redis in
            try await Self.plantThree(redis)
            let result = try await redis.smctl("breaker", "status", "--format", "json", "--sort", "name")
            #expect(result.errors == "")
            #expect(result.status == 0)
            // A deadline is the time of one command plus the time left at the next: some ms early, never late.
            let deadline = try #require(result.output.firstMatch(of: #/"openUntil":([0-9]+)/#)?.output.1)
            #expect((9_795_449_604_000...9_795_449_605_123).contains(Int64(deadline) ?? 0))
            let output = result.output.replacing(#/"retryInMs":[0-9]+/#, with: #""retryInMs":4200"#)
                .replacing(#/"openUntil":[0-9]+/#, with: #""openUntil":9795449605123"#)
            let tail = #""slowCallRate":null,"state":"#
            #expect(
                output == "["
                    + [
                        #"{"actor":null,"attempts":0,"epoch":0,"expiresAt":null,"failureRate":null,"#
                            + #""lastModified":1795449600123,"name":"auth","openUntil":null,"processes":1,"reason":null,"#
                            + #""retryInMs":null,\#(tail)"CLOSED","writer":"9f3a61c2b7d04e55"}"#,
                        #"{"actor":"alice","attempts":0,"epoch":0,"expiresAt":"never","failureRate":null,"#
                            + #""lastModified":1795449600123,"name":"mail","openUntil":null,"processes":1,"#
                            + #""reason":"provider down","retryInMs":null,\#(tail)"FORCED_OPEN","writer":"9f3a61c2b7d04e55"}"#,
                        #"{"actor":null,"attempts":1,"epoch":3,"expiresAt":null,"failureRate":0.62,"#
                            + #""lastModified":1795449600123,"name":"order-service:pay","openUntil":9795449605123,"#
                            + #""processes":1,"reason":"failureRate","retryInMs":4200,\#(tail)"OPEN","#
                            + #""writer":"9f3a61c2b7d04e55"}"#,
                        #"{"actor":null,"attempts":null,"epoch":null,"expiresAt":null,"failureRate":null,"#
                            + #""lastModified":null,"name":"search","openUntil":null,"processes":1,"reason":null,"#
                            + #""retryInMs":null,\#(tail)"CLOSED","writer":null}"#,
                    ]
                    .joined(separator: ",") + "]\n"
            )
            let lines = try await redis.smctl("breaker", "status", "--format", "jsonl", "--sort", "name")
            #expect(lines.output.split(separator: "\n").count == 4)
        }
    }

    @Test func `the table has those first that refuse calls, and the summary last`() async throws {
        try await RedisServer.with { redis in
            try await Self.plantThree(redis)
            let result = try await redis.smctl("breaker", "status")
            #expect(result.status == 0)
            let lines = result.output.split(separator: "\n").map { $0.split(separator: #/ {2,}/#).map(String.init) }
            #expect(lines.count == 6)
            #expect(
                lines.first
                    == ["NAME", "STATE", "FAILURE", "SLOW", "CALLS", "SINCE", "RETRY IN", "BY", "REASON"]
            )
            #expect(lines.dropFirst().map(\.first) == ["order-service:pay", "mail", "auth", "search"] + [lines[5][0]])
            #expect(lines[1][2] == "62.0 %" && lines[1].last == "failureRate")
            #expect(lines[2][6...] == ["never", "alice", "provider down"])
            #expect(lines[4] == ["search", "CLOSED", "-", "-", "-", "-", "-", "-", "-"])
            #expect(
                result.output.hasSuffix(
                    "\n1 open, 0 half-open, 2 closed, 1 forced open · 1 process · namespace test · redis \(redis.socket)\n"
                )
            )
            #expect(!result.output.contains("\u{1B}"))
            let painted = try await redis.smctl("breaker", "status", "--color", "always", "--quiet")
            #expect(painted.output.contains("\u{1B}[31mOPEN"))
            #expect(!painted.output.contains("namespace"))
        }
    }

    @Test func `only the names asked for`() async throws {
        try await RedisServer.with { redis in
            try await Self.plantThree(redis)
            let result = try await redis.smctl("breaker", "status", "auth", "search", "--format", "jsonl")
            #expect(result.status == 0)
            #expect(result.output.split(separator: "\n").map { $0.contains(#""state":"CLOSED""#) } == [true, true])
        }
    }

    @Test func `fail-on open ends with 1 while one is open`() async throws {
        try await RedisServer.with { redis in
            try await redis.plant("auth", [:])
            #expect(try await redis.smctl("breaker", "status", "--fail-on", "open").status == 0)
            try await Self.plantThree(redis)
            #expect(try await redis.smctl("breaker", "status", "--fail-on", "open").status == 1)
            #expect(try await redis.smctl("breaker", "status", "auth", "--fail-on", "open").status == 0)
            #expect(try await redis.smctl("breaker", "status", "mail", "--fail-on", "open").status == 1)
        }
    }

    @Test func `no breakers is said and is no failure`() async throws {
        try await RedisServer.with { redis in
            let table = try await redis.smctl("breaker", "status")
            #expect(table.status == 0)
            #expect(table.output == "No breakers · 0 processes · namespace test · redis \(redis.socket)\n")
            let json = try await redis.smctl("breaker", "status", "--format", "json")
            #expect(json.output == "[]\n")
            #expect(json.status == 0)
        }
    }

    @Test func `an unknown name ends with 2, and nothing is created`() async throws {
        try await RedisServer.with { redis in
            try await redis.plant("auth", [:])
            let before = try await redis.everything()
            for command in [["status"], ["force-open"], ["disable"], ["open"], ["close"], ["reset"], ["watch"]] {
                let result = try await redis.smctl(["breaker"] + command + ["ahth"])
                #expect(result.status == 2, "\(command): \(result.errors)")
                #expect(result.output == "", "\(command)")
                #expect(!result.errors.isEmpty)
            }
            #expect(try await redis.everything() == before)
        }
    }

    @Test func `a name found among unknown ones is shown all the same`() async throws {
        try await RedisServer.with { redis in
            try await redis.plant("auth", [:])
            let result = try await redis.smctl("breaker", "status", "auth", "ahth", "--format", "jsonl")
            #expect(result.status == 2)
            #expect(result.output.contains(#""name":"auth""#))
            #expect(result.errors.contains("\"ahth\""))
        }
    }

    @Test func `names, reasons and actors from Redis cannot steer the terminal`() async throws {
        try await RedisServer.with { redis in
            let name = "evil\n\u{1B}[2J\u{9B}31m\u{202E}\u{7}"
            let id = "evil%0A%1B%5B2J%C2%9B31m%E2%80%AE%07"
            try await redis.plant(
                id,
                name: name,
                [
                    "state": "DISABLED", "rank": "6", "actor": "\u{1B}]0;owned\u{7}", "reason": "line\none\u{2066}",
                    "expiresAt": "never", "operatorAt": "1795449600123",
                ]
            )
            let table = try await redis.smctl("breaker", "status")
            #expect(table.status == 0)
            for scalar in table.output.unicodeScalars where scalar != "\n" {
                #expect(scalar.properties.generalCategory != .control, "U+\(String(scalar.value, radix: 16))")
                #expect(scalar.properties.generalCategory != .format, "U+\(String(scalar.value, radix: 16))")
            }
            #expect(table.output.split(separator: "\n").count == 3)
            #expect(table.output.contains(#"evil\n\u{1B}[2J\u{9B}31m\u{202E}\u{7}"#))
            let json = try await redis.smctl("breaker", "status", "--format", "json")
            let parsed = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
            #expect(parsed?.first?["name"] as? String == name)
            #expect(json.output.utf8.allSatisfy { $0 >= 32 || $0 == 10 })
            let missing = try await redis.smctl("breaker", "status", "x\u{1B}[31m")
            #expect(missing.status == 2)
            #expect(!missing.errors.contains("\u{1B}"))
        }
    }

    @Test func `foreign data is told and not shown`() async throws {
        try await RedisServer.with { redis in
            try await redis.plant("auth", ["lastModified": "12e5"])
            let result = try await redis.smctl("breaker", "status")
            #expect(result.status == 0)
            #expect(result.errors.contains("cannot be read"))
        }
    }
}
