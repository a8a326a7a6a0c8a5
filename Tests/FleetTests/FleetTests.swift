import CircuitBreakers
import FleetTestSupport
import Foundation
import StateMachines
import StateSharing
import Testing

@testable import RedisSharing

/// The main job on a real redis-server: one trips, all know, a restart forgets nothing.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli"), "needs redis-server"))
struct FleetTests {
    static let key = "sm1:{test:0}:breaker:pay"

    static func field(_ server: RedisServer, _ field: String) throws -> String {
        try server.cli("HGET", key, field)
    }

    @Test func `one process trips and the others are open without a failed call of their own`() async throws {
        try await RedisServer.with { server in
            try await Member.with(3, on: server) { members in
                members[0].trip()
                #expect(members[0].state == .open)
                try await server.wait(for: "all to be open") { members.allSatisfy { $0.state == .open } }
                for member in members.dropFirst() {
                    let snapshot = member.breaker.snapshot()
                    #expect(snapshot.admitted == 0)
                    #expect(snapshot.reason == .failureRate)
                    #expect(throws: CircuitBreakerError.self) { try member.breaker.run {} }
                }
            }
        }
    }

    @Test func `the stored snapshot has the named fields and a time to live, and the message can be read`() async throws
    {
        try await RedisServer.with { server in
            try await Member.with(1, on: server) { members in
                members[0].trip()
                try await server.wait(for: "the snapshot") { try server.cli("EXISTS", Self.key) == "1" }
                #expect(try Self.field(server, "resourceId") == "pay")
                #expect(try Self.field(server, "state") == "OPEN")
                #expect(try Self.field(server, "failureRate") == "1.0000")
                #expect(try Int64(Self.field(server, "lastModified")) ?? 0 > 1_700_000_000_000)
                #expect(try server.cli("HLEN", Self.key) == "22")
                let left = try Int(server.cli("TTL", Self.key)) ?? 0
                #expect((86_000...86_400).contains(left))
                let journal = try server.cli("XREVRANGE", "sm1:{test:0}:journal", "+", "-", "COUNT", "1")
                #expect(journal.contains("total=4,failures=4,slow=0,failureRateBp=10000,slowRateBp=-,row=4"))
                #expect(journal.contains("trip"))
            }
        }
    }

    @Test func `two processes racing to trip agree on one version`() async throws {
        try await RedisServer.with { server in
            try await Member.with(2, on: server) { members in
                for round in 1...20 {
                    await withTaskGroup(of: Void.self) { group in
                        for member in members { group.addTask { member.trip() } }
                    }
                    try await server.wait(for: "both to be open") { members.allSatisfy { $0.state == .open } }
                    try await server.wait(for: "the epoch of round \(round)") {
                        try Self.field(server, "epoch") == "\(round)" && Self.field(server, "state") == "OPEN"
                    }
                    let winner = try Self.field(server, "writer")
                    #expect(members.map(\.sharing.writer.description).contains(winner))
                    let stamp = try Int64(Self.field(server, "lastModified"))
                    let pay = ResourceID(kind: "breaker", name: "pay")
                    try await server.wait(for: "both to hold the winner's version") {
                        members.map { $0.sharing.committedVersion(of: pay) }
                            .allSatisfy { version in
                                version?.writer.description == winner && version?.lastModified == stamp
                            }
                    }
                    members[0].breaker.reset(actor: "test")
                    try await server.wait(for: "both to be closed") { members.allSatisfy { $0.state == .closed } }
                    try await server.wait(for: "CLOSED to be stored") { try Self.field(server, "state") == "CLOSED" }
                }
            }
        }
    }

    @Test func `a process that starts later is open before its first call`() async throws {
        try await RedisServer.with { server in
            try await Member.with(1, on: server) { members in
                members[0].trip()
                try await server.wait(for: "the snapshot") { try server.cli("EXISTS", Self.key) == "1" }
            }
            // Everybody is gone; only Redis remembers.
            try await Member.with(1, on: server) { members in
                #expect(members[0].state == .open)
                #expect(members[0].breaker.snapshot().admitted == 0)
                #expect(members[0].breaker.snapshot().retryAfterMs ?? 0 <= 60_000)
            }
        }
    }

    @Test func `Redis comes back empty and nobody closes meanwhile`() async throws {
        try await RedisServer.with { server in
            try await Member.with(2, on: server) { members in
                members[0].trip()
                try await server.wait(for: "both to be open") { members.allSatisfy { $0.state == .open } }
                try await server.wait(for: "the snapshot") { try server.cli("EXISTS", Self.key) == "1" }
                await server.kill()
                try await server.wait(for: "the cut to be noticed") {
                    members.allSatisfy { if case .cutOff = $0.sharing.health { true } else { false } }
                }
                #expect(members.allSatisfy { $0.state == .open })
                try await server.start()
                try await server.wait(for: "the state to be stored again") {
                    try server.cli("HGET", Self.key, "state") == "OPEN"
                }
                #expect(members.allSatisfy { $0.state == .open })
                #expect(try server.cli("XREVRANGE", "sm1:{test:0}:journal", "+", "-").contains("reseed"))
            }
        }
    }

    @Test func `without Redis the service starts, works, and catches up`() async throws {
        try await RedisServer.with { server in
            await server.kill()
            let members = try (0..<2).map { _ in try Member(server) }
            try await Member.run(members) {
                #expect(await members[0].sharing.ready(within: .milliseconds(200)) == false)
                members[0].trip()
                #expect(members[0].state == .open)
                #expect(members[1].state == .closed)
                try await server.start()
                try await server.wait(for: "the other to learn of it") { members[1].state == .open }
                #expect(members[1].sharing.health == .live)
            }
        }
    }

    @Test func `a lost message is repaired by the next heartbeat`() async throws {
        try await RedisServer.with { server in
            let member = try Member(server) { $0.heartbeatInterval = .milliseconds(300) }
            try await Member.run([member]) {
                #expect(await member.sharing.ready(within: .seconds(10)))
                // Accepted, but announced on a channel that nobody hears.
                let now = Int64(Date().timeIntervalSince1970 * 1000)
                let source = String(decoding: Script.commit.source, as: UTF8.self)
                let reply = try Tool.run(
                    "redis-cli",
                    [
                        "-s", server.socket, "EVAL", source, "4", "sm1:{test:0}:meta", "sm1:{test:0}:index",
                        "sm1:{test:0}:journal", Self.key, "nobody", "PUBLISH", "00000000000000aa", "600000", "100", "1",
                        "C", "breaker", "pay", "pay", "0", "OPEN", "2", "0.7500", "\(now)", "0", "00000000000000ff",
                        "1",
                        "1", "30000", "30000", "", "failureRate", "", "breaker-1", "60000", "trip", "",
                    ]
                )
                #expect(reply.contains("ACCEPTED"))
                try await server.wait(for: "the heartbeat to show the gap") { member.state == .open }
            }
        }
    }

    @Test func `the script cache is flushed and a trip is stored all the same`() async throws {
        try await RedisServer.with { server in
            try await Member.with(2, on: server) { members in
                try server.cli("SCRIPT", "FLUSH")
                members[0].trip()
                try await server.wait(for: "both to be open") { members.allSatisfy { $0.state == .open } }
            }
        }
    }

    @Test func `the subscription is killed and what happened meanwhile is learned`() async throws {
        try await RedisServer.with { server in
            try await Member.with(2, on: server) { members in
                try server.cli("CLIENT", "KILL", "TYPE", "pubsub")
                members[0].trip()
                try await server.wait(for: "both to be open") { members.allSatisfy { $0.state == .open } }
                try server.cli("CLIENT", "KILL", "TYPE", "normal")
                members[1].breaker.reset(actor: "test")
                try await server.wait(for: "both to be closed") { members.allSatisfy { $0.state == .closed } }
            }
        }
    }

    @Test func `a verdict of local probes closes the fleet`() async throws {
        try await RedisServer.with { server in
            var configuration = Member.configuration
            configuration.openMs = 150
            let members = try (0..<2).map { _ in try Member(server, breaker: configuration) }
            try await Member.run(members) {
                for member in members { #expect(await member.sharing.ready(within: .seconds(10))) }
                members[0].trip()
                try await server.wait(for: "the other to learn of it") { members[1].state == .open }
                try await server.wait(for: "a probe to be let through") { (try? members[1].breaker.run {}) != nil }
                try await server.wait(for: "both to be closed") { members.allSatisfy { $0.state == .closed } }
                #expect(members[0].breaker.snapshot().total == 0, "the first one made no probe of its own")
            }
        }
    }

    @Test func `an operator's decision reaches everybody and outlives trips`() async throws {
        try await RedisServer.with { server in
            try await Member.with(2, on: server) { members in
                members[0].breaker.forceOpen(reason: "maintenance", actor: "ann")
                try await server.wait(for: "both to be forced open") { members.allSatisfy { $0.state == .forcedOpen } }
                #expect(members[1].breaker.snapshot().reasonText == "maintenance")
                #expect(try Self.field(server, "expiresAt") == "never")
                members[1].breaker.reset(actor: "bob")
                try await server.wait(for: "both to be closed") { members.allSatisfy { $0.state == .closed } }
            }
        }
    }

    @Test func `garbage on the channel, in a hash and under our keys never changes a state`() async throws {
        try await RedisServer.with { server in
            try await Member.with(2, on: server) { members in
                let channel = "sm1:{test:0}:events"
                for text in ["", "garbage", "sm1 U x y z w\n", String(repeating: "A", count: 120_000)] {
                    try server.cli("PUBLISH", channel, text)
                }
                try server.cli("HSET", Self.key, "state", "OPEN", "lastModified", "99", "rank", "x", "writer", "y")
                try server.cli("SET", "sm1:{test:0}:breaker:other", "a string")
                #expect(members.allSatisfy { $0.state == .closed })
                members[0].trip()
                try await server.wait(for: "both to be open") { members.allSatisfy { $0.state == .open } }
                #expect(try Self.field(server, "state") == "OPEN", "the next commit heals the hash")
            }
        }
    }

    @Test func `somebody else's data under the key keeps that breaker local`() async throws {
        try await RedisServer.with { server in
            try server.cli("SET", Self.key, "a string")
            let members = [try Member(server), try Member(server, name: "ship")]
            try await Member.run(members) {
                members[0].trip()
                members[1].trip()
                #expect(members[0].state == .open)
                try await server.wait(for: "the other breaker to be stored") {
                    try server.cli("EXISTS", "sm1:{test:0}:breaker:ship") == "1"
                }
                #expect(try server.cli("GET", Self.key) == "a string")
            }
        }
    }

    @Test func `a graceful stop writes what is waiting`() async throws {
        try await RedisServer.with { server in
            let member = try Member(server)
            try await withThrowingTaskGroup(of: Void.self) { group in
                let trigger = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                group.addTask { try await runUntilShutdown(member.sharing, when: trigger.stream) }
                #expect(await member.sharing.ready(within: .seconds(10)))
                member.trip()
                trigger.continuation.yield()
                try await group.waitForAll()
            }
            #expect(try Self.field(server, "state") == "OPEN")
            #expect(try server.cli("ZCARD", "sm1:{test:0}:members") == "0")
        }
    }

    @Test func `a million guarded calls cause no Redis command`() async throws {
        try await RedisServer.with { server in
            let member = try Member(server) { $0.heartbeatInterval = .seconds(15) }
            try await Member.run([member]) {
                #expect(await member.sharing.ready(within: .seconds(10)))
                try await server.wait(for: "the first heartbeat") {
                    try server.cli("ZCARD", "sm1:{test:0}:members") == "1"
                }
                var before = try await Self.commandsOnceQuiet(server)
                #expect(before.contains { $0.hasPrefix("cmdstat_zadd:calls=") })
                var sum = 0
                for number in 0..<1_000_000 { sum += try member.breaker.run { number & 1 } }
                #expect(sum == 500_000)
                #expect(try Self.commands(server) == before)
                #expect(member.breaker.snapshot().admitted == 1_000_000)

                // A decision costs one; what is refused, late or merely observed behind it costs none.
                let decisions: [(CircuitBreaker) -> Void] = [{ $0.forceOpen() }, { $0.open() }, { $0.observe() }]
                for decide in decisions {
                    member.breaker.reset()
                    let late = try member.breaker.acquire()
                    decide(member.breaker)
                    before = try await Self.commandsOnceQuiet(server)
                    for _ in 0..<100_000 { try? member.breaker.run { throw Member.Failure() } }
                    late.fail()
                    #expect(try Self.commands(server) == before)
                }
                #expect(member.breaker.snapshot().notPermitted == 200_000)
                #expect(member.breaker.snapshot().lateResults == 3)
            }
        }
    }

    /// The commands, once they are the same ten times in a row.
    private static func commandsOnceQuiet(_ server: RedisServer) async throws -> [Substring] {
        var before: [Substring] = []
        var quiet = 0
        try await server.wait(for: "the last command of a change") {
            let last = before
            before = try commands(server)
            quiet = before == last ? quiet + 1 : 0
            return quiet == 10
        }
        return before
    }

    /// How often each command was called, without what asking costs and without heartbeats and their PINGs.
    private static func commands(_ server: RedisServer) throws -> [Substring] {
        try server.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
            .compactMap { $0.split(separator: ",").first }
            .filter { !$0.hasPrefix("cmdstat_info") && !$0.hasPrefix("cmdstat_ping") }
            .sorted()
    }
}
