import ResilienceTestKit
import Testing

@testable import CircuitBreakers

/// What a breaker that never moved does without.
struct SizeTests {
    typealias Configuration = CircuitBreaker.Configuration

    private static func breaker(_ configuration: Configuration, _ clock: BreakerClock) throws -> CircuitBreaker {
        try CircuitBreaker("a", configuration: configuration, clock: clock, logger: CircuitBreaker.silentLogger)
    }

    @Test func `calls in CLOSED leave the words alone that all breakers share`() throws {
        for window in [Configuration.Window.count(size: 100), .time(milliseconds: 40, buckets: 4)] {
            let clock = ManualClock()
            let breaker = try Self.breaker(Configuration(window: window, minimumCalls: 100), clock.breakerClock)
            for outcome in [Outcome.success, .failure, .ignored] { breaker.tryAcquire()?.settle(outcome) }
            clock.advance(by: 1000)
            breaker.tryAcquire()?.succeed()
            breaker.poll()
            #expect(!breaker.ownsRareWords)
            breaker.open(for: .seconds(1))
            #expect(breaker.ownsRareWords)
        }
    }

    @Test func `outcomes whose slice was replaced are settled, and none is in flight`() throws {
        let clock = ManualClock()
        let breaker = try Self.breaker(
            Configuration(window: .time(milliseconds: 40, buckets: 4), minimumCalls: 1000),
            clock.breakerClock
        )
        for step in 1...50 {
            clock.advance(by: step % 7 == 0 ? 100 : 10)
            for _ in 0..<step % 5 { breaker.tryAcquire()?.succeed() }
            let open = breaker.tryAcquire()
            #expect(breaker.snapshot().inFlight == 1)
            open?.fail()
            #expect(breaker.snapshot().inFlight == 0)
            #expect(breaker.isIdle)
            let slow = Configuration(
                window: .time(milliseconds: Int64(step % 3 + 2) * 10, buckets: step % 3 + 2),
                minimumCalls: 1000,
                slowCallMs: step % 4 == 0 ? 1000 : nil
            )
            if step % 6 == 0 { try breaker.reconfigure(slow) }
            #expect(breaker.snapshot().inFlight == 0)
        }
        let counts = breaker.callCounts()
        #expect(counts.failure == 50)
        #expect(counts.success + counts.failure == breaker.snapshot().admitted)
        breaker.reset()
        #expect(breaker.callCounts() == counts)
    }
}
