import Metrics
import MetricsTestKit
import ResilienceTestKit
import Testing

@testable import CircuitBreakers

struct MetricsTests {
    private static func breaker(
        _ configuration: CircuitBreaker.Configuration,
        _ metrics: TestMetrics,
        _ clock: ManualClock = ManualClock()
    ) throws -> CircuitBreaker {
        try CircuitBreaker(
            "pay",
            configuration: configuration,
            clock: clock.breakerClock,
            metrics: metrics,
            logger: CircuitBreaker.silentLogger
        )
    }

    private static func calls(_ metrics: TestMetrics, _ outcome: String, breaker: String = "pay") throws -> Int64 {
        try metrics.expectCounter("circuit_breaker_calls_total", [("breaker", breaker), ("outcome", outcome)])
            .totalValue
    }

    private static func all(_ metrics: TestMetrics) throws -> [Int64] {
        try ["success", "failure", "ignored", "late", "not_permitted"].map { try calls(metrics, $0) }
    }

    static let windows: [CircuitBreaker.Configuration.Window] = [
        .count(size: 4), .time(milliseconds: 100, buckets: 10), .time(milliseconds: 100, buckets: 100),
    ]

    @Test(arguments: windows)
    func `calls are counted by outcome, across generations and windows`(
        _ window: CircuitBreaker.Configuration.Window
    ) throws {
        let metrics = TestMetrics()
        let breaker = try Self.breaker(
            .init(window: window, minimumCalls: 4, failureRateBp: 7500, openMs: 1_000_000, probes: 2),
            metrics
        )
        let old = breaker.tryAcquire()
        for outcome in [Outcome.success, .failure, .ignored, .failure, .failure] {
            breaker.tryAcquire()?.settle(outcome)
        }
        #expect(breaker.state == .open)
        breaker.tryAcquire()?.succeed()
        old?.succeed()
        breaker.open(for: .zero)
        for outcome in [Outcome.success, .ignored, .success] { breaker.tryAcquire()?.settle(outcome) }
        #expect(breaker.state == .closed)
        breaker.tryAcquire()?.succeed()
        breaker.reportMetrics()
        #expect(try Self.all(metrics) == [4, 3, 2, 1, 1])
        // A window of another kind, and a state that records nothing, change no count.
        try breaker.reconfigure(.init(window: .time(milliseconds: 30, buckets: 3)))
        try breaker.reconfigure(.init(window: .count(size: 9)))
        breaker.tryAcquire()?.succeed()
        breaker.disable()
        breaker.tryAcquire()?.fail()
        breaker.reportMetrics()
        breaker.reportMetrics()
        #expect(try Self.all(metrics) == [5, 3, 2, 1, 1])
    }

    @Test func `transitions are counted by the state entered, and the state is shown`() throws {
        let metrics = TestMetrics()
        let breaker = try Self.breaker(.init(window: .count(size: 1), openMs: 0, probes: 1), metrics)
        let state = try metrics.expectGauge("circuit_breaker_state", [("breaker", "pay")])
        #expect(state.lastValue == 1)
        for _ in 0..<2 { breaker.tryAcquire()?.fail() }
        #expect(state.lastValue == 2)
        breaker.tryAcquire()?.succeed()
        #expect(state.lastValue == 1)
        let entered = try ["OPEN", "HALF_OPEN", "CLOSED", "DISABLED"]
            .map { name in
                try metrics.expectCounter("circuit_breaker_transitions_total", [("breaker", "pay"), ("to", name)])
                    .totalValue
            }
        #expect(entered == [2, 2, 1, 0])
        // A transition takes what was counted before it along.
        #expect(try Self.calls(metrics, "failure") == 2)
    }

    @Test(arguments: windows)
    func `durations are recorded while slow calls count`(_ window: CircuitBreaker.Configuration.Window) throws {
        let (metrics, clock) = (TestMetrics(), ManualClock())
        var configuration = CircuitBreaker.Configuration(window: window, minimumCalls: 4)
        let breaker = try Self.breaker(configuration, metrics, clock)
        func call(_ milliseconds: Int64) {
            let permit = breaker.tryAcquire()
            clock.advance(by: milliseconds)
            permit?.succeed()
        }
        call(5)
        configuration.slowCallMs = 100
        try breaker.reconfigure(configuration)
        call(7)
        breaker.open(for: .zero)
        call(9)
        let timer = try metrics.expectTimer("circuit_breaker_call_duration", [("breaker", "pay")])
        #expect(timer.values == [7_000_000, 9_000_000])
    }

    @Test func `objects are made once`() throws {
        let metrics = TestMetrics()
        let breaker = try Self.breaker(.init(), metrics)
        let count = metrics.counters.count
        #expect(count == 11)
        for _ in 0..<5 { breaker.reset() }
        breaker.reportMetrics()
        #expect(metrics.counters.count == count)
        #expect(metrics.recorders.count == 1)
        #expect(metrics.timers.count == 1)
    }

    @Test func `reports of many threads count every call once`() throws {
        let metrics = TestMetrics()
        let breaker = try Self.breaker(.init(window: .count(size: 100), consecutiveFailures: nil), metrics)
        onThreads(4) { _ in
            for index in 0..<2000 {
                breaker.tryAcquire()?.succeed()
                if index % 10 == 0 { breaker.reportMetrics() }
            }
        }
        breaker.reportMetrics()
        #expect(try Self.calls(metrics, "success") == 8000)
    }

    @Test func `a registry reports for all its breakers until it is cancelled`() async throws {
        let metrics = TestMetrics()
        let registry = try BreakerRegistry(metrics: metrics, logger: CircuitBreaker.silentLogger)
        for name in ["a", "b"] { try registry.breaker(name).tryAcquire()?.succeed() }
        await withTaskGroup { group in
            group.addTask { try? await registry.reportMetrics(every: .seconds(1000)) }
            for _ in 0..<100_000 where (try? Self.calls(metrics, "success", breaker: "b")) != 1 { await Task.yield() }
            group.cancelAll()
        }
        #expect(try Self.calls(metrics, "success", breaker: "a") == 1)
        #expect(try Self.calls(metrics, "success", breaker: "b") == 1)
    }

    @Test func `without a metrics system a breaker has no metrics`() throws {
        #expect(try CircuitBreaker("a", metrics: NOOPMetricsHandler.instance).reporter == nil)
    }
}
