import CircuitBreakers
import Foundation
import Logging
import RedisSharing
import StateSharing

/// What it takes until another process knows: two members of a fleet on one redis-server.
///
/// All rows go over the same kind of link (this package's sockets): `floor.publish` is a raw PUBLISH until a subscriber
/// has it, `floor.commit` the protocol's own compare-and-set, sent raw, until the second of two
/// subscribers has its announcement: what no implementation of the protocol can be faster than. `fleet.propagation` is an operator's decision in one breaker until
/// the other breaker has moved. A decision of an operator leaves at once, where a trip waits a random moment against a
/// herd; `fleet.propagation.trip` has that in it. `fleet.propagation.own` is `fleet.propagation` once more, against
/// `floor.commit`.
struct FleetRows {
    private let server: BenchServer
    private let members: [FleetMember]
    private let publishing: RawWire
    private let committing: RawWire

    /// Starts a server and two members, runs `body` with the rows, and ends everything.
    static func with(_ body: ([Row]) async throws -> Void) async throws {
        let server = try await BenchServer.start()
        defer { server.stop() }
        let members = try (0..<2).map { _ in try FleetMember(url: server.url) }
        let publishing = try await RawWire(
            path: server.socket,
            channel: RawCommands.publishChannel,
            sharesChannel: false
        )
        let committing = try await RawWire(path: server.socket, channel: RawCommands.commitChannel, sharesChannel: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in members { group.addTask { try await member.sharing.run() } }
            for member in members { await member.sharing.ready(within: .seconds(10)) }
            let rows = FleetRows(server: server, members: members, publishing: publishing, committing: committing)
            try await body(rows.rows())
            for line in (try? server.commandTimes()) ?? [] {
                FileHandle.standardError.write(Data("server: \(line)\n".utf8))
            }
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
        }
        try await publishing.close()
        try await committing.close()
    }

    static let names = [
        "floor.publish", "floor.commit", "fleet.propagation", "fleet.propagation.own", "fleet.propagation.trip",
    ]

    private func rows() -> [Row] {
        var commands = RawCommands()
        return [
            Row("floor.publish") { iterations in
                var heard: UInt64 = 0
                for _ in 0..<iterations where await publishing.sendAndHear(commands.publish) { heard += 1 }
                return heard
            },
            Row("floor.commit", against: "floor.publish") { iterations in
                var heard: UInt64 = 0
                for _ in 0..<iterations where await committing.sendAndHear(commands.commit()) { heard += 1 }
                return heard
            },
            Row("fleet.propagation", against: "floor.publish") { iterations in
                await propagate(iterations, Self.decide)
            },
            Row("fleet.propagation.own", against: "floor.commit") { iterations in
                await propagate(iterations, Self.decide)
            },
            Row("fleet.propagation.trip", against: "floor.publish") { iterations in
                await propagate(iterations) { breaker, number in
                    guard number.isMultiple(of: 2) else {
                        _ = breaker.reset()
                        return
                    }
                    breaker.tryAcquire()?.fail()
                }
            },
        ]
    }

    private static func decide(_ breaker: CircuitBreaker, _ number: Int) {
        if number.isMultiple(of: 2) { breaker.forceOpen() } else { breaker.reset() }
    }

    /// Moves the first breaker and waits until the second has followed, again and again; ends with both closed.
    private func propagate(_ iterations: Int, _ move: (CircuitBreaker, Int) -> Void) async -> UInt64 {
        let here = members[0].breaker
        let there = members[1].breaker
        var followed: UInt64 = 0
        var events = there.events(bufferingNewest: 16).makeAsyncIterator()
        for number in 0..<iterations {
            move(here, number)
            let target = here.snapshot().state
            while let event = await events.next() {
                guard case .transition(let transition) = event, transition.to == target else { continue }
                followed += 1
                break
            }
        }
        if here.snapshot().state != .closed {
            here.reset()
            while let event = await events.next() {
                if case .transition(let transition) = event, transition.to == .closed { break }
            }
        }
        return followed
    }
}

/// A breaker that one failed call trips, shared.
private struct FleetMember {
    let breaker: CircuitBreaker
    let sharing: SharingService

    init(url: String) throws {
        var configuration = CircuitBreaker.Configuration()
        configuration.window = .count(size: 1)
        configuration.openMs = 600_000
        let quiet = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        breaker = try CircuitBreaker("pay", configuration: configuration, logger: quiet)
        let store = try RedisStore(configuration: RedisConfiguration(url: url, namespace: "bench"))
        sharing = try SharingService(store: store, logger: quiet)
        try sharing.share(breaker)
    }
}
