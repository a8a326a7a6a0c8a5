import ResilienceTestKit
import Testing

@testable import CircuitBreakers

/// Clocks and durations at their ends.
struct ExtremeTimeTests {
    @Test(arguments: [Int64.min, .max])
    func `a clock at its end traps nothing`(_ time: Int64) throws {
        for window in [CircuitBreaker.Configuration.Window.count(size: 2), .time(milliseconds: 1000, buckets: 10)] {
            let breaker = try CircuitBreaker(
                "edge",
                configuration: .init(window: window, minimumCalls: 2),
                clock: BreakerClock { time },
                logger: CircuitBreaker.silentLogger
            )
            for _ in 0..<2 { breaker.tryAcquire()?.fail() }
            #expect(breaker.state == .open)
            #expect(breaker.snapshot().retryAfterMs == 5000)
            #expect(throws: CircuitBreakerError.self) { try breaker.run {} }
        }
    }

    @Test func `a manual clock stops at its end`() {
        let clock = ManualClock(start: .max)
        clock.advance(by: 1)
        #expect(clock.now.milliseconds == 1 << 61)
        clock.advance(by: .min)
        clock.advance(by: .min)
        #expect(clock.now.milliseconds == -(1 << 61))
    }

    @Test func `a duration below zero is never taken for zero`() {
        #expect(Duration.nanoseconds(-1).wholeMilliseconds == -1)
        #expect(Duration.nanoseconds(1).wholeMilliseconds == 0)
        #expect(Duration.milliseconds(-5).wholeMilliseconds == -5)
        #expect(Duration.microseconds(1999).wholeMilliseconds == 1)
    }
}
