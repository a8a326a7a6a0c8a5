import CircuitBreakers
import ResilienceTestKit
import StateMachines
import Testing

/// What the test kit has for breakers.
struct TestKitTests {
    struct Broken: Error {}

    @Test func `calls count as a test wants, whatever they do`() throws {
        let forced = ForcedOutcome()
        let breaker = try CircuitBreaker(
            "a",
            configuration: .init(window: .count(size: 10), minimumCalls: 10),
            classifier: forced.classifier,
            logger: CircuitBreaker.silentLogger
        )
        forced.next(.failure, times: 2)
        forced.next(.success)
        for _ in 0..<2 { #expect(try breaker.run { 42 } == 42) }
        #expect(throws: Broken.self) { try breaker.run { throw Broken() } }
        #expect(breaker.snapshot().failures == 2)
        // Behind what was forced a call counts as ever.
        #expect(throws: Broken.self) { try breaker.run { throw Broken() } }
        try breaker.run {}
        #expect(breaker.snapshot().failures == 3)
        forced.always(.ignored)
        for _ in 0..<5 { try breaker.run {} }
        #expect(breaker.snapshot().ignored == 5)
        #expect(breaker.snapshot().total == 5)
        #expect(forced.count == 8)
    }

    @Test func `a recorder keeps what happens until it is gone`() throws {
        let breaker = try CircuitBreaker(
            "a",
            configuration: .init(window: .count(size: 1), openMs: 0, probes: 1),
            logger: CircuitBreaker.silentLogger
        )
        var recorder: BreakerRecorder? = BreakerRecorder(breaker)
        let late = breaker.tryAcquire()
        breaker.tryAcquire()?.fail()
        breaker.tryAcquire()?.succeed()
        late?.succeed()
        #expect(recorder?.states == [.open, .halfOpen, .closed])
        #expect(recorder?.transitions.map(\.event) == [.trip, .cooldownElapsed, .probesPassed])
        #expect(recorder?.events.last == .lateResult)
        #expect(recorder?.take().count == 4)
        #expect(recorder?.events.isEmpty == true)
        recorder = nil
        breaker.reset()
    }
}
