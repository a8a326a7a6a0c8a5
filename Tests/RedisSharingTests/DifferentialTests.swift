import FleetTestSupport
import ResilienceTestKit
import StateSharing
import Synchronization
import Testing

@testable import RedisSharing

/// The scripts on a real server and the memory store get the same random requests, and must give the same answers.
///
/// The memory store's clock shows the time that the server's reply says.
@Suite(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
struct DifferentialTests {
    @Test(arguments: [1, 2, 3, 4, UInt64.random(in: .min ... .max)])
    func `the memory store answers as the scripts do, and I12 journal holds`(seed: UInt64) async throws {
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration()) { probe in
                let clock = Mutex<Int64>(0)
                let memory = MemoryStore(configuration: .init(now: { clock.withLock { $0 } }))
                var requests = RandomRequests(seed: seed, now: try await probe.store.read([]).position.nowMs)
                var codes: [CommitCode: Int] = [:]
                for step in 0..<600 {
                    switch Int.random(in: 0..<100, using: &requests.generator) {
                    case 0:
                        try server.cli("FLUSHALL")
                        memory.loseEverything()
                        requests.forget()
                    case 1..<12:
                        let beat = requests.beat()
                        let real = try await probe.store.beat(beat)
                        clock.withLock { $0 = real.position.nowMs }
                        let model = try await memory.beat(beat)
                        #expect(real.sent == model.sent && real.members == model.members, "step \(step): \(beat)")
                    default:
                        let items = requests.batch()
                        let real = try await probe.store.commit(items)
                        clock.withLock { $0 = real.position.nowMs }
                        let model = try await memory.commit(items)
                        let results = Self.withoutNumbers(real.results)
                        try #require(results == Self.withoutNumbers(model.results), "step \(step): \(items)")
                        #expect(real.publishError == "" && real.journalError == "")
                        for result in results { codes[result.code, default: 0] += 1 }
                        requests.learn(results, now: real.position.nowMs)
                        if step % 8 == 0 { try await checkJournal(of: items, in: probe.store, "step \(step)") }
                    }
                }
                #expect(try await probe.store.list(kind: "breaker") == memory.list(kind: "breaker"))
                // Otherwise nothing was compared.
                for code in [CommitCode.accepted, .duplicate, .conflict, .held, .skew] {
                    #expect(codes[code, default: 0] > 0, "\(code): \(codes)")
                }
            }
        }
    }

    /// I12 journal: the newest entry of a resource is its stored version.
    private func checkJournal(of items: [CommitItem], in store: RedisStore, _ step: String) async throws {
        let resources = items.map(\.version.resource)
        let stored = try await store.read(resources).snapshots
        for (resource, snapshot) in zip(resources, stored) {
            let newest = try await store.history(of: resource, limit: 1).first
            #expect(newest?.version?.version == snapshot?.version.version, "\(step): \(resource)")
        }
    }

    /// Commit numbers come from microseconds, which a reply does not tell.
    private static func withoutNumbers(_ results: [CommitResult]) -> [CommitResult] {
        results.map { result in
            var result = result
            result.stored?.sequence = 0
            return result
        }
    }
}

/// Requests close enough to what is stored that every rule is met often.
private struct RandomRequests {
    var generator: SeededGenerator
    private var now: Int64
    private var stored: [ResourceID: SharedVersion] = [:]
    private var sent: [CommitItem] = []

    init(seed: UInt64, now: Int64) {
        generator = SeededGenerator(seed: seed)
        self.now = now
    }

    mutating func forget() {
        stored = [:]
    }

    mutating func learn(_ results: [CommitResult], now: Int64) {
        self.now = now
        for case let version? in results.map(\.stored) { stored[version.resource] = version }
    }

    mutating func beat() -> BeatRequest {
        BeatRequest(
            intervalMs: [100, 101, 150].randomElement(using: &generator) ?? 100,
            member: ["", "a|h|1|x", "b|h|2|x", "c|h|3|x"].randomElement(using: &generator) ?? "",
            memberForMs: [0, 1, 20, 1000].randomElement(using: &generator) ?? 0
        )
    }

    mutating func batch() -> [CommitItem] {
        if Int.random(in: 0..<10, using: &generator) == 0, let again = sent.randomElement(using: &generator) {
            return [again]
        }
        let names = ["a", "b", "c", "ä b"].shuffled(using: &generator)
        let items = names.prefix(Int.random(in: 1...4, using: &generator)).map { item($0) }
        sent = (sent + items).suffix(20)
        return items
    }

    private mutating func pick<Value>(_ values: Value...) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    private mutating func item(_ name: String) -> CommitItem {
        let resource = ResourceID(kind: "breaker", name: name)
        let old = stored[resource]
        let oldStamp = old?.lastModified ?? 0
        // Ties, steps back, the next one, fresh ones, and stamps around both limits of the skew.
        var stamp = pick(
            oldStamp,
            oldStamp,
            oldStamp + 1,
            oldStamp - 1,
            now,
            now,
            now + Int64.random(in: -3...3, using: &generator),
            now + 590_000,
            now + 660_000,
            now + 600_000_000,
            now + 700_000_000
        )
        // What lies far ahead would make everything after it a conflict.
        if stamp > now + 1000, pick(true, true, false) { stamp = now }
        stamp = max(1, stamp)
        let state = pick(
            ("CLOSED", 1),
            ("OPEN", 2),
            ("OTHER", 2),
            ("HALF_OPEN", 3),
            ("FORCED_OPEN", 4),
            ("DISABLED", 6)
        )
        let version = Version(
            lastModified: stamp,
            rank: UInt8(state.1),
            writer: WriterID(bits: pick(1, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max))
        )
        var shared = SharedVersion(resource: resource, version: version, state: state.0, definition: "breaker-1")
        shared.failureRateBp = pick(nil, 0, 1, 6200, 10_000)
        shared.epoch = pick(0, 1, 7)
        shared.attempts = pick(0, 1, 3)
        shared.remainingMs = pick(nil, 0, 1, 15, 60_000)
        shared.durationMs = pick(0, 60_000)
        shared.reason = pick("", "-", "failureRate", "wegen ü & 100 %\n")
        let decided = min(stamp, pick(0, old?.operatorAt ?? 0, (old?.operatorAt ?? 0) + 1, stamp, stamp - 1))
        shared.operatorAt = max(0, decided)
        if shared.operatorAt > 0, pick(true, false) {
            shared.actor = pick("-", "operator", "ö")
            shared.hold = pick(.none, .none, .forever, .remaining(ms: 0), .remaining(ms: 5), .remaining(ms: 30))
        }
        return CommitItem(
            mode: pick(.compareAndSet, .compareAndSet, .merge),
            name: name,
            expected: max(0, pick(0, oldStamp, oldStamp, oldStamp, oldStamp - 1, oldStamp + 1, now)),
            version: shared,
            event: "trip",
            detail: "total=20"
        )
    }
}
