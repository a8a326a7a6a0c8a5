import MetricsTestKit
import ResilienceTestKit
import Testing

@testable import CircuitBreakers

struct GroupTests {
    private static func group(_ bound: Int, metrics: TestMetrics = TestMetrics()) throws -> BreakerGroup<Int> {
        try BreakerGroup(
            "shard",
            configuration: .init(maximumBreakers: bound, breaker: .init(window: .count(size: 2))),
            clock: ManualClock().breakerClock,
            metrics: metrics,
            logger: CircuitBreaker.silentLogger
        )
    }

    @Test func `each key has a breaker of its own`() throws {
        let group = try Self.group(10)
        let one = try group.breaker(for: 1)
        #expect(one.name == "shard:1")
        #expect(try group.breaker(for: 1) === one)
        for _ in 0..<2 { one.tryAcquire()?.fail() }
        #expect(one.state == .open)
        #expect(try group.breaker(for: 2).state == .closed)
        #expect(group.existing(3) == nil)
        #expect(group.count == 2)
        #expect(group.all.count == 2)
    }

    @Test func `a full group lets the breaker go that was idle for longest`() throws {
        let group = try Self.group(3)
        for key in 1...3 { try group.breaker(for: key).tryAcquire()?.succeed() }
        _ = try group.breaker(for: 4)
        #expect(group.existing(1) == nil)
        // Asked for since: it stays, and the next one goes.
        _ = try group.breaker(for: 2)
        _ = try group.breaker(for: 5)
        #expect(group.existing(2) != nil)
        #expect(group.existing(3) == nil)
        #expect(group.count == 3)
        #expect(group.evictions == 2)
    }

    @Test func `only an idle breaker in CLOSED goes`() throws {
        let moves: [(String, @Sendable (CircuitBreaker) -> Void)] = [
            ("OPEN", { $0.open() }),
            (
                "HALF_OPEN",
                {
                    $0.open(for: .zero)
                    $0.poll()
                }
            ),
            ("FORCED_OPEN", { $0.forceOpen() }), ("DISABLED", { $0.disable() }), ("METRICS_ONLY", { $0.observe() }),
        ]
        for (state, move) in moves {
            let group = try Self.group(1)
            let breaker = try group.breaker(for: 1)
            move(breaker)
            #expect(breaker.state.wireName == state)
            let error = #expect(throws: BreakerConfigurationError.self) { try group.breaker(for: 2) }
            #expect(error?.findings.map(\.code) == [.registryFull])
            #expect(group.existing(1) === breaker)
            breaker.reset()
            _ = try group.breaker(for: 2)
            #expect(group.existing(1) == nil)
        }
    }

    @Test(arguments: MetricsTests.windows)
    func `a breaker with a call in flight is not idle`(_ window: CircuitBreaker.Configuration.Window) throws {
        let breaker = try CircuitBreaker("a", configuration: .init(window: window), logger: CircuitBreaker.silentLogger)
        #expect(breaker.isIdle)
        for outcome in [Outcome.success, .failure, .ignored] {
            let permit = breaker.tryAcquire()
            #expect(!breaker.isIdle)
            permit?.settle(outcome)
            #expect(breaker.isIdle)
        }
    }

    @Test func `many threads get one breaker a key`() throws {
        let group = try Self.group(50)
        let seen = SharedList<ObjectIdentifier>()
        onThreads(4) { _ in
            for key in 0..<50 {
                if let breaker = try? group.breaker(for: key) { seen.append(ObjectIdentifier(breaker)) }
            }
        }
        #expect(seen.all.count == 200)
        #expect(Set(seen.all).count == 50)
    }

    @Test func `keys are no dimension, and what goes is counted`() throws {
        let metrics = TestMetrics()
        let group = try Self.group(2, metrics: metrics)
        for key in 0..<20 { try group.breaker(for: key).tryAcquire()?.succeed() }
        group.reportMetrics()
        #expect(metrics.counters.count == 11)
        #expect(metrics.recorders.isEmpty)
        let calls = try metrics.expectCounter(
            "circuit_breaker_calls_total",
            [("breaker", "shard"), ("outcome", "success")]
        )
        #expect(calls.totalValue == 20)
    }

    @Test func `a wrong configuration is refused when the group is made`() {
        #expect(throws: BreakerConfigurationError.self) {
            try BreakerGroup<Int>("a", configuration: .init(breaker: .init(probes: 0)))
        }
        #expect(throws: BreakerConfigurationError.self) { try BreakerGroup<Int>("") }
        for bound in [Int.min, -5, 0, 1_000_000_001] {
            let configuration = BreakerGroup<Int>.Configuration(maximumBreakers: bound)
            #expect(configuration.findings.map(\.property) == ["maximumBreakers"])
            #expect(throws: BreakerConfigurationError(breaker: "a", findings: configuration.findings)) {
                try BreakerGroup<Int>("a", configuration: configuration)
            }
        }
        let error = #expect(throws: BreakerConfigurationError.self) {
            try BreakerGroup<Int>("", configuration: .init(maximumBreakers: 0, breaker: .init(probes: 0)))
        }
        #expect(error?.findings.map(\.property) == ["name", "maximumBreakers", "probes"])
    }

    @Test func `keys that are longer than a name have names of their own`() throws {
        let long = String(repeating: "é", count: 2000)
        let group = try BreakerGroup<String>("hosts", logger: CircuitBreaker.silentLogger)
        let names = try ["short", long + "1", long + "2", String(repeating: "x", count: 1018)]
            .map {
                try group.breaker(for: $0).name
            }
        #expect(Set(names).count == 4)
        #expect(names.allSatisfy { (1...1024).contains($0.utf8.count) })
        #expect(names[0] == "hosts:short")
        #expect(names[3].utf8.count == 1024)
        // The same in every run.
        #expect(names[1].suffix(17) == "~\(String("hosts:\(long)1".stableHash, radix: 16))")
    }

    @Test func `with a seed the jitter of a group's breakers is the same in every run`() throws {
        func deadlines(seed: UInt64) throws -> [Int64?] {
            let group = try BreakerGroup<Int>(
                "shard",
                configuration: .init(breaker: .init(openMs: 100_000, jitterBp: 5000)),
                clock: ManualClock().breakerClock,
                random: .seeded(seed),
                logger: CircuitBreaker.silentLogger
            )
            return try (0..<10)
                .map { key in
                    let breaker = try group.breaker(for: key)
                    breaker.open()
                    return breaker.snapshot().retryAfterMs
                }
        }
        let first = try deadlines(seed: 7)
        #expect(Set(first).count == 10)
        #expect(try deadlines(seed: 7) == first)
    }
}
