import FleetTestSupport
import ResilienceTestKit
import StateSharing
import Testing

@testable import RedisSharing

/// What a real server does to the links.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct LinkTests {
    private func code(_ body: () async throws -> Void) async -> StoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    @Test func `sets up two named connections, with scripts and layout`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration { $0.clientName = "sm1:test:1" }) { probe in
                let clients = try server.cli("CLIENT", "LIST").split(separator: "\n")
                #expect(clients.count { $0.contains("name=sm1:test:1:\(StoreProbe.writer) ") } == 2)
                #expect(try server.cli("PUBSUB", "NUMSUB", "sm1:{test:0}:events").hasSuffix("1"))
                let digests = Script.all.map(\.sha)
                #expect(try server.cli("SCRIPT", "EXISTS", digests[0], digests[1], digests[2]) == "1\n1\n1")
                #expect(try server.cli("HGETALL", "sm1:{test:0}:meta") == "shards\n1")
                #expect(probe.store.address == "redis \(server.socket)")
            }
            try await server.wait(for: "both connections to close") {
                try !server.cli("CLIENT", "LIST").contains("name=sm1:")
            }
        }
    }

    @Test func `sends a script again that the server has forgotten`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                try server.cli("SCRIPT", "FLUSH")
                #expect(try await probe.store.commit([.open("a")]).results[0].code == .accepted)
                try server.cli("SCRIPT", "FLUSH")
                #expect(try await probe.store.beat(BeatRequest(intervalMs: 100)).sent)
                try server.cli("SCRIPT", "FLUSH")
                #expect(try await probe.store.prune([ResourceID(kind: "breaker", name: "a")]) == 0)
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test(arguments: ["pubsub", "normal"])
    func `comes back when the server kills a connection`(type: String) async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                try server.cli("CLIENT", "KILL", "TYPE", type)
                try await probe.wait(forEpisodes: ["up", "down unreachable", "up"])
                let reply = try await probe.store.commit([.open("a")])
                try await probe.wait("for the message") { probe.messages.contains { $0.position == reply.position } }
            }
        }
    }

    @Test func `losing the subscription does not cost requests`() async throws {
        try await RedisServer.with { server in
            let configuration = try server.configuration {
                $0.reconnectDelay = .seconds(60)
                $0.maximumReconnectDelay = .seconds(60)
            }
            try await StoreProbe.up(configuration) { probe in
                try server.cli("CLIENT", "KILL", "TYPE", "pubsub")
                try await probe.wait(forEpisodes: ["up", "down unreachable"])
                #expect(try await probe.store.commit([.open("a")]).results[0].code == .accepted)
            }
        }
    }

    @Test func `a server killed and started again is one episode, and its loss is seen`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let before = try await probe.store.commit([.open("a")]).position
                await server.kill()
                try await probe.wait(forEpisodes: ["up", "down unreachable"])
                #expect(await code { _ = try await probe.store.commit([.open("b")]) } == .unreachable)
                try await server.start()
                try await probe.wait(forEpisodes: ["up", "down unreachable", "up"])
                #expect(try await probe.store.read([]).position.generation == "")
                let after = try await probe.store.commit([.open("a")]).position
                #expect(after.generation != before.generation)
                #expect(after.sequence > before.sequence, "numbers are not issued again")
            }
        }
    }

    @Test func `a server that is not there yet is waited for`() async throws {
        let server = try RedisServer()
        try await StoreProbe.with(server.configuration()) { probe in
            try await probe.wait(forEpisodes: ["down unreachable"])
            try await server.whileRunning {
                try await probe.wait(forEpisodes: ["down unreachable", "up"])
            }
        }
    }

    @Test func `a server that hangs is given up in time, and one that wakes is found`() async throws {
        try await RedisServer.with { server in
            let configuration = try server.configuration {
                $0.requestTimeout = .milliseconds(200)
                $0.subscriptionSilence = .milliseconds(100)
                $0.pongTimeout = .milliseconds(100)
            }
            try await StoreProbe.up(configuration) { probe in
                let reading = try server.suspend()
                #expect(await code { _ = try await probe.store.commit([.open("a")]) } == .timedOut)
                try await probe.wait("for the end") { probe.episodes.first { $0.hasPrefix("down") } != nil }
                try server.resume(reading)
                try await probe.wait("for the way back") { probe.episodes.last == "up" }
                // The outcome was unknown; sending again is safe.
                let again = try await probe.store.commit([.open("a")]).results[0].code
                #expect([.accepted, .duplicate].contains(again))
            }
        }
    }

    @Test func `a silent subscription is asked for a sign of life and stays`() async throws {
        try await RedisServer.with { server in
            let configuration = try server.configuration { $0.subscriptionSilence = .milliseconds(30) }
            try await StoreProbe.up(configuration) { probe in
                try await probe.wait("for ten signs of life") {
                    let pings = try server.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
                        .first { $0.hasPrefix("cmdstat_ping") }
                    return (pings?.split(whereSeparator: { "=,".contains($0) })[1]).flatMap { Int($0) } ?? 0 > 10
                }
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test func `a subscription can be made anew`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                await probe.store.resubscribe()
                try await probe.wait(forEpisodes: ["up", "down timedOut", "up"])
            }
        }
    }

    @Test func `a script that blocks the server is waited for, not taken for its death`() async throws {
        try await RedisServer.with(["--busy-reply-threshold", "50"]) { server in
            let configuration = try server.configuration { $0.subscriptionSilence = .milliseconds(20) }
            try await StoreProbe.up(configuration) { probe in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try? server.cli("EVAL", "while true do end", "0") }
                    try await probe.wait("for BUSY") {
                        await self.code { _ = try await probe.store.commit([.open("a")]) } == .busy
                    }
                    try server.cli("SCRIPT", "KILL")
                }
                try await probe.wait("for an answer") {
                    await self.code { _ = try await probe.store.commit([.open("a")]) } == nil
                }
                #expect(probe.episodes == ["up"])
            }
        }
    }

    @Test func `cancelling a request costs neither the connection nor the next reply`() async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let resources = (0..<200).map { ResourceID(kind: "breaker", name: "b\($0)") }
                for i in 0..<50 {
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask {
                            let code = await self.code { _ = try await probe.store.read(resources) }
                            #expect(code == nil || code == .cancelled)
                        }
                        group.addTask { _ = await self.code { _ = try await probe.store.beat(.init(intervalMs: 100)) } }
                        if i % 3 != 0 { group.cancelAll() }
                    }
                    let reply = try await probe.store.commit([.open("b\(i)", at: Int64(1000 + i))])
                    #expect(reply.results[0].stored?.lastModified == Int64(1000 + i))
                }
                #expect(probe.episodes == ["up"])
                #expect(try server.cli("INFO", "clients").contains("connected_clients:3"))
            }
        }
    }

    @Test func `too many requests at once are refused, the others answered`() async throws {
        try await RedisServer.with { server in
            let configuration = try server.configuration { $0.maximumPendingCommands = 64 }
            try await StoreProbe.up(configuration) { probe in
                let pid = try server.suspend()
                let codes = await withTaskGroup(of: StoreError.Code?.self) { group in
                    for i in 0..<100 {
                        group.addTask { await self.code { _ = try await probe.store.commit([.open("b\(i)")]) } }
                    }
                    var codes: [StoreError.Code?] = []
                    for await code in group {
                        codes.append(code)
                        if codes.count == 36 { try? server.resume(pid) }
                    }
                    return codes
                }
                #expect(codes.count { $0 == .overloaded } == 36)
                #expect(codes.count { $0 == nil } == 64)
            }
        }
    }

    @Test func `a store runs once at a time, and again after it was stopped`() async throws {
        try await RedisServer.with { server in
            let store = try RedisStore(configuration: server.configuration())
            for _ in 0..<2 {
                await withThrowingTaskGroup(of: Void.self) { group in
                    let (ups, up) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                    group.addTask { try await store.run(as: .random()) { if $0 == .up { up.yield() } } }
                    for await _ in ups { break }
                    #expect(await code { try await store.run(as: .random()) { _ in } } == .badArguments)
                    group.cancelAll()
                }
                #expect(await code { _ = try await store.read([]) } == .unreachable)
            }
        }
    }

    @Test func `tools connect for requests only, write nothing, and fail fast`() async throws {
        let server = try RedisServer()
        let store = try RedisStore(configuration: server.configuration())
        #expect(await code { try await store.withConnection {} } == .unreachable)
        try await server.whileRunning {
            let list = try await store.withConnection { try await store.list(kind: "breaker") }
            #expect(list == [])
            #expect(try server.cli("DBSIZE") == "0")
            let code = try await store.withConnection { try await store.commit([.open("a")]).results[0].code }
            #expect(code == .accepted)
            #expect(await self.code { _ = try await store.read([]) } == .unreachable)
        }
    }
}

extension StoreMessage {
    var position: StorePosition? {
        switch self {
        case .update(let position, _, _), .beat(let position, _): position
        case .unknown: nil
        }
    }
}
