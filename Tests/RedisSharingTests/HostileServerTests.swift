import FleetTestSupport
import StateSharing
import Testing

@testable import RedisSharing

/// What a server, or somebody in its place, could do to this process with its replies.
@Suite struct HostileServerTests {
    private func failure(of body: () async throws -> Void) async -> StoreError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? StoreError
        }
    }

    @Test(arguments: [1, 2, 3, 7])
    func `replies in any pieces are the same replies`(pieces: Int) async throws {
        try await FakeServer.with(pieces: pieces) { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let reply = try await probe.store.read([])
                #expect(reply.position == StorePosition(generation: "", sequence: 0, nowMs: 1_795_449_600_123))
            }
        }
    }

    static let hostile: [(String, String)] = [
        ("a huge array", "*100000000\r\n"),
        ("nesting without end", String(repeating: "*1\r\n", count: 10_000)),
        ("no RESP at all", "HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("RESP3", "%1\r\n+a\r\n+b\r\n"),
        ("a string in place of a number", "$2\r\nab\r\n"),
        ("an array in place of a number", "*1\r\n:1\r\n"),
        ("nil in place of a number", "$-1\r\n"), ("a nil array in place of a number", "*-1\r\n"),
        ("a negative number", ":-1\r\n"), ("a number beyond 64 bits", ":9223372036854775808\r\n"),
        ("a number beyond what Lua keeps", ":9007199254740992\r\n"),
        ("a length beyond 64 bits", "$99999999999999999999\r\n"),
        ("two replies to one command", ":1\r\n:1\r\n:1\r\n"),
        ("a message in place of a reply", "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n"),
    ]

    @Test(arguments: Self.hostile)
    func `a hostile reply to a request fails it with a reason`(what: String, reply: String) async throws {
        try await FakeServer.with(["ZCARD": reply]) { server in
            try await StoreProbe.up(server.configuration()) { probe in
                // The one too many may come after its request was answered.
                let first = await failure { _ = try await probe.store.read([]) }
                let second = await failure { _ = try await probe.store.read([]) }
                let error = try #require(first ?? second)
                #expect(error.code == .protocolViolation, "\(what): \(error)")
            }
        }
    }

    @Test func `a string without end closes the connection long before memory ends`() async throws {
        let chunk = "$9000000000\r\n" + String(repeating: "x", count: 8 * 1024 * 1024)
        try await FakeServer.with(["ZCARD": chunk]) { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let error = await failure { _ = try await probe.store.read([]) }
                #expect(error?.code == .protocolViolation)
                #expect(error?.message.contains("longer than") == true)
                try await probe.wait(forEpisodes: ["up", "down protocolViolation"])
            }
        }
    }

    @Test(arguments: [
        "+OK\r\n", "$-1\r\n", "*0\r\n", "*6\r\n$0\r\n\r\n$1\r\n1\r\n$1\r\n1\r\n$0\r\n\r\n$0\r\n\r\n*0\r\n",
        "*6\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\n1\r\n$0\r\n\r\n$0\r\n\r\n*2\r\n$8\r\nACCEPTED\r\n$0\r\n\r\n",
        "*6\r\n$0\r\n\r\n$1\r\n1\r\n$1\r\n1\r\n$0\r\n\r\n$0\r\n\r\n*2\r\n$5\r\nMAYBE\r\n$0\r\n\r\n",
        "*6\r\n$0\r\n\r\n$2\r\n-1\r\n$1\r\n1\r\n$0\r\n\r\n$0\r\n\r\n*2\r\n$8\r\nACCEPTED\r\n$0\r\n\r\n",
        "*6\r\n$0\r\n\r\n$1\r\n1\r\n$1\r\n1\r\n:1\r\n$0\r\n\r\n*2\r\n$8\r\nACCEPTED\r\n$0\r\n\r\n",
    ])
    func `a reply that is not the script's fails the commit and keeps the connection`(reply: String) async throws {
        try await FakeServer.with(["EVALSHA": reply]) { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let error = await failure { _ = try await probe.store.commit([.open("a")]) }
                #expect(error?.code == .protocolViolation)
                let members = try await probe.store.read([]).members
                #expect(members == 0)
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test(arguments: [
        ("HELLO", "*2\r\n$4\r\nmode\r\n$7\r\ncluster\r\n", StoreError.Code.unsupported),
        ("ROLE", "*1\r\n$8\r\nsentinel\r\n", .unsupported), ("ROLE", "+master\r\n", .protocolViolation),
        ("TIME", ":1\r\n", .protocolViolation),
        ("SCRIPT", "$40\r\n" + String(repeating: "0", count: 40) + "\r\n", .protocolViolation),
        ("SUBSCRIBE", "+OK\r\n", .protocolViolation),
        ("SUBSCRIBE", "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n", .protocolViolation),
        ("ROLE", "-LOADING Redis is loading the dataset in memory\r\n", .loading),
        ("ROLE", "-NOAUTH Authentication required.\r\n", .denied),
        ("CLIENT", "-ERR max number of clients reached\r\n:1\r\n", .protocolViolation),
    ])
    func `a set-up that goes wrong is told`(command: String, reply: String, code: StoreError.Code) async throws {
        try await FakeServer.with([command: reply]) { server in
            try await StoreProbe.with(server.configuration()) { probe in
                try await probe.wait(forEpisodes: ["down \(code)"])
            }
        }
    }

    @Test(arguments: [
        "*2\r\n$4\r\npong\r\n$1\r\n1\r\n", "+PONG\r\n", "$1\r\n1\r\n", "-NOPERM no\r\n",
    ])
    func `a wrong sign of life ends the subscription`(reply: String) async throws {
        try await FakeServer.with(["PING": reply]) { server in
            // The subscription may be gone before the other link makes it `up`.
            try await StoreProbe.with(server.configuration { $0.subscriptionSilence = .milliseconds(20) }) { probe in
                try await probe.wait("for the end") { probe.episodes.last?.hasPrefix("down") == true }
                #expect(probe.episodes.last != "down unreachable" && probe.episodes.last != "down timedOut")
            }
        }
    }

    @Test(arguments: ["-BUSY Redis is busy\r\n", "-LOADING x\r\n", "-MASTERDOWN x\r\n"])
    func `an error that only a living server sends is a sign of life`(reply: String) async throws {
        try await FakeServer.with(["PING": reply]) { server in
            try await StoreProbe.up(server.configuration { $0.subscriptionSilence = .milliseconds(20) }) { probe in
                try await probe.wait("for signs of life") { server.count(of: "PING") > 5 }
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test func `a subscription that says nothing is given up`() async throws {
        try await FakeServer.with(["PING": ""]) { server in
            let configuration = try server.configuration {
                $0.subscriptionSilence = .milliseconds(20)
                $0.pongTimeout = .milliseconds(20)
            }
            try await StoreProbe.with(configuration) { probe in
                try await probe.wait("for the end") { probe.episodes.last == "down timedOut" }
            }
        }
    }

    @Test func `a request that gets no answer times out`() async throws {
        try await FakeServer.with(["ZCARD": ""]) { server in
            let configuration = try server.configuration {
                $0.requestTimeout = .milliseconds(500)
                $0.reconnectDelay = .milliseconds(5)
            }
            try await StoreProbe.up(configuration) { probe in
                #expect(await failure { _ = try await probe.store.read([]) }?.code == .timedOut)
                try await probe.wait("for the end") { probe.episodes.contains("down timedOut") }
            }
        }
    }
}

extension CommitItem {
    static func open(_ name: String, at time: Int64 = 1000) -> CommitItem {
        let resource = ResourceID(kind: "breaker", name: name)
        let version = Version(lastModified: time, rank: 2, writer: WriterID(bits: 7))
        return CommitItem(
            mode: .merge,
            name: name,
            expected: 0,
            version: SharedVersion(resource: resource, version: version, state: "OPEN", definition: "breaker-1"),
            event: "trip"
        )
    }
}
