import ResilienceTestKit
import StateMachines
import Testing

@testable import CircuitBreakers

/// A resource that asks to be left alone for a while.
struct RetryAfterTests {
    struct Busy: Error {
        var retryAfter: Duration?
    }

    private static func breaker(
        _ configuration: CircuitBreaker.Configuration = .init(maxOpenMs: 60_000),
        _ classifier: OutcomeClassifier = .standard
    ) throws -> CircuitBreaker {
        try CircuitBreaker(
            "a",
            configuration: configuration,
            classifier: classifier,
            clock: ManualClock().breakerClock,
            logger: CircuitBreaker.silentLogger
        )
    }

    @Test func `a result opens the breaker for as long as it says, whatever the window says`() async throws {
        for isAsync in [false, true] {
            let breaker = try Self.breaker()
            let judge = { (seconds: Int) in CallVerdict.failure(openFor: .seconds(seconds)) }
            let seconds =
                isAsync
                ? try await breaker.run(judging: judge) { () async in 30 } : try breaker.run(judging: judge) { 30 }
            #expect(seconds == 30)
            let snapshot = breaker.snapshot()
            #expect(snapshot.state == .open)
            #expect(snapshot.retryAfterMs == 30_000)
            #expect(snapshot.attempts == 1)
            #expect(snapshot.reason == .manual)
            #expect(snapshot.reasonText == "retry-after")
            #expect(snapshot.cause == .local(actor: ""))
            #expect(snapshot.failures == 1)
            let error = #expect(throws: CircuitBreakerError.self) { try breaker.run {} }
            #expect(error?.retryAfter == .seconds(30))
        }
    }

    @Test func `a verdict without a duration leaves it to the window`() throws {
        let breaker = try Self.breaker()
        for verdict in [CallVerdict.success, .failure, .ignored] {
            _ = try breaker.run(judging: { _ in verdict }, { 1 })
        }
        #expect(breaker.state == .closed)
        #expect(breaker.snapshot().total == 2)
        #expect(breaker.snapshot().ignored == 1)
    }

    @Test func `an error and a permit open it too`() throws {
        let classifier = OutcomeClassifier(
            error: { $0 is CancellationError ? .ignored : nil },
            openFor: { ($0 as? Busy)?.retryAfter ?? ($0 is CancellationError ? .seconds(1) : nil) }
        )
        let breaker = try Self.breaker(.init(), classifier)
        _ = try? breaker.run { throw CancellationError() }
        _ = try? breaker.run { throw Busy(retryAfter: nil) }
        #expect(breaker.state == .closed, "only a failure that asks for it opens")
        _ = try? breaker.run { throw Busy(retryAfter: .milliseconds(1500)) }
        #expect(breaker.snapshot().retryAfterMs == 1500)
        breaker.reset()
        breaker.tryAcquire()?.fail(Busy(retryAfter: .milliseconds(1600)))
        #expect(breaker.snapshot().retryAfterMs == 1600)
        breaker.reset()
        breaker.tryAcquire()?.fail(openingFor: .milliseconds(1700))
        #expect(breaker.snapshot().retryAfterMs == 1700)
    }

    @Test func `what a resource asks for has a bound`() throws {
        let breaker = try Self.breaker(.init(openMs: 10, maxOpenMs: 20))
        breaker.tryAcquire()?.fail(openingFor: .seconds(1_000_000_000_000))
        #expect(breaker.snapshot().retryAfterMs == 20)
        breaker.reset()
        breaker.tryAcquire()?.fail(openingFor: .seconds(-5))
        #expect(breaker.snapshot().retryAfterMs == 0)
    }

    @Test func `where the outcome has tripped already the longer time holds`() throws {
        for (asked, left) in [(2000, 5000), (9000, 9000)] as [(Int64, Int64)] {
            let breaker = try Self.breaker(.init(window: .count(size: 1)))
            breaker.tryAcquire()?.fail(openingFor: .milliseconds(asked))
            #expect(breaker.snapshot().retryAfterMs == left)
            #expect(breaker.snapshot().attempts == 1)
            #expect(breaker.snapshot().failures == 1)
        }
    }

    @Test func `a probe that is told to come back later opens again`() throws {
        let breaker = try Self.breaker(.init(probes: 5))
        breaker.open(for: .zero)
        breaker.tryAcquire()?.fail(openingFor: .seconds(7))
        #expect(breaker.snapshot().retryAfterMs == 7000)
    }

    @Test func `a late call opens nothing, and no override is touched`() throws {
        let breaker = try Self.breaker()
        let late = breaker.tryAcquire()
        breaker.reset()
        late?.fail(openingFor: .seconds(1))
        #expect(breaker.state == .closed)
        for (state, override) in [
            (CircuitState.disabled, { (breaker: CircuitBreaker) in breaker.disable() }),
            (.metricsOnly, { $0.observe() }),
        ] {
            #expect(override(breaker) == .accepted)
            breaker.tryAcquire()?.fail(openingFor: .seconds(1))
            #expect(breaker.state == state)
        }
    }
}
