import Foundation
import ResilienceTestKit
import StateMachines
import Testing

@testable import CircuitBreakers

/// What comes from outside and is wrong: one defined answer each, as the article "Bad input" has them.
struct BadInputTests {
    typealias Configuration = CircuitBreaker.Configuration

    struct Broken: Error {}

    static let windows: [Configuration.Window] = [.count(size: 10), .time(milliseconds: 1000, buckets: 10)]

    private static func breaker(
        _ configuration: Configuration,
        _ classifier: OutcomeClassifier = .standard,
        clock: ManualClock = ManualClock()
    ) throws -> CircuitBreaker {
        try CircuitBreaker(
            "bad",
            configuration: configuration,
            classifier: classifier,
            clock: clock.breakerClock,
            logger: CircuitBreaker.silentLogger
        )
    }

    // MARK: - Numbers

    @Test(arguments: [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1, 0, 0.00004, 1.0001, 1e300])
    func `a rate that is none, or out of range, is a finding`(_ rate: Double) {
        var configuration = Configuration(slowCallMs: 1)
        configuration.failureRate = rate
        configuration.slowRate = rate
        #expect(configuration.findings.map(\.property) == ["failureRateBp", "slowRateBp"])
        #expect(configuration.findings.allSatisfy { $0.code == .outOfRange })
        #expect(throws: BreakerConfigurationError.self) { try Self.breaker(configuration) }
    }

    @Test(arguments: [Duration.zero, .nanoseconds(-1), .seconds(-1), .seconds(Int64.min), .seconds(Int64.max)])
    func `a duration that is zero, negative or too long is a finding where it cannot be meant`(_ duration: Duration) {
        let isZero = duration == .zero
        var configuration = Configuration(window: .time(duration))
        #expect(configuration.findings.map(\.property) == ["window.ms"])
        configuration = Configuration()
        configuration.openDuration = duration
        configuration.slowCallDuration = duration
        // An OPEN of no time and a limit of 0 ms have a meaning.
        #expect(configuration.findings.isEmpty == isZero)
        if !isZero { #expect(configuration.findings.map(\.property).contains("slowCallMs")) }
    }

    @Test(arguments: [Duration.seconds(Int64.min), .seconds(-1), .zero, .seconds(Int64.max)])
    func `a duration that is handed over while calls run is bounded, not refused`(_ duration: Duration) throws {
        let breaker = try Self.breaker(.init(maxOpenMs: 60_000))
        breaker.open(for: duration)
        #expect((0...1_000_000_000_000).contains(breaker.snapshot().retryAfterMs ?? -1))
        breaker.reset()
        breaker.tryAcquire()?.fail(openingFor: duration)
        #expect((0...60_000).contains(breaker.snapshot().retryAfterMs ?? -1))
    }

    @Test func `attempts that a fleet has counted to the end stay there, and the back-off at its cap`() throws {
        let clock = ManualClock()
        let breaker = try Self.breaker(.init(backoffFactor: 10_000, maxOpenMs: 7000, probes: 1), clock: clock)
        let state = SharedState(state: "OPEN", durationMs: .max, attempts: .max, epoch: 1)
        _ = breaker.merge(state, basis: 1, ifSequence: nil)
        #expect(breaker.snapshot().attempts == .max)
        clock.advance(by: breaker.snapshot().retryAfterMs ?? 0)
        breaker.tryAcquire()?.fail()
        #expect(breaker.snapshot().attempts == .max)
        #expect(breaker.snapshot().retryAfterMs == 7000)
    }

    // MARK: - Clocks

    @Test(arguments: windows)
    func `with a clock that stands still breakers trip as ever, and only a decision ends OPEN`(
        _ window: Configuration.Window
    ) throws {
        let breaker = try Self.breaker(.init(window: window, minimumCalls: 10, probes: 2))
        for index in 0..<10 {
            #expect(breaker.state == .closed)
            breaker.tryAcquire()?.settle(index % 2 == 0 ? .failure : .success)
        }
        #expect(breaker.state == .open)
        #expect(breaker.snapshot().total == 10)
        for _ in 0..<100 {
            breaker.poll()
            #expect(throws: CircuitBreakerError.self) { try breaker.run {} }
        }
        #expect(breaker.snapshot().retryAfterMs == 5000)
        breaker.open(for: .zero)
        for _ in 0..<2 { try breaker.run {} }
        #expect(breaker.state == .closed)
        // More calls than the window holds, all at one moment.
        for _ in 0..<1000 { try breaker.run {} }
        #expect(breaker.snapshot().failures == 0)
    }

    // MARK: - Closures

    @Test(arguments: windows)
    func `a call may use its own breaker: each call counts by itself`(_ window: Configuration.Window) throws {
        let breaker = try Self.breaker(.init(window: window, minimumCalls: 3))
        let value = try breaker.run { try breaker.run { try breaker.run { breaker.snapshot().inFlight } } }
        #expect(value == 3)
        #expect(breaker.snapshot().total == 3)
        #expect(breaker.snapshot().inFlight == 0)
    }

    @Test(arguments: windows)
    func `a call whose inside opens its own breaker ends late`(_ window: Configuration.Window) throws {
        let breaker = try Self.breaker(.init(window: window, consecutiveFailures: 1))
        try breaker.run { _ = try? breaker.run { throw Broken() } }
        #expect(breaker.state == .open)
        #expect(breaker.snapshot().failures == 1)
        #expect(breaker.snapshot().lateResults == 1)
    }

    @Test func `a probe that asks its own breaker for the last probe is refused, and says nothing`() throws {
        let breaker = try Self.breaker(.init(probes: 1))
        breaker.open(for: .zero)
        let error = #expect(throws: CircuitBreakerError.self) { try breaker.run { try breaker.run {} } }
        #expect(error?.code == .noProbeFree)
        #expect(breaker.state == .halfOpen)
        #expect(breaker.snapshot().slotsUsed == 0)
        #expect(breaker.snapshot().ignored == 1)
    }

    @Test func `a call, a fallback and a classifier may decide about their own breaker`() throws {
        let box = Locked<CircuitBreaker?>(nil)
        let classifier = OutcomeClassifier(
            error: { _ in
                box.withLock { $0 }?.disable()
                return nil
            },
            result: { _ in
                _ = try? box.withLock { $0 }?.reconfigure(.init(probes: 3))
                return nil
            }
        )
        let breaker = try Self.breaker(.init(), classifier)
        box.withLock { $0 = breaker }
        try breaker.run {
            breaker.poll()
            breaker.reset()
        }
        let state = breaker.run { () throws -> CircuitState in
            breaker.observe()
            throw Broken()
        } orElse: { _ in
            breaker.forceOpen()
            return breaker.state
        }
        #expect(state == .forcedOpen)
        #expect(breaker.transitionCount(from: .metricsOnly, on: .disable) == 1)
        box.withLock { $0 = nil }
    }

    @Test(arguments: windows)
    func `a classifier that blocks holds up its own call alone`(_ window: Configuration.Window) throws {
        let (entered, unblocked, ended) = (
            DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
        )
        let classifier = OutcomeClassifier { _ in
            entered.signal()
            unblocked.wait()
            return .failure
        }
        let breaker = try Self.breaker(.init(window: window), classifier)
        Thread {
            _ = try? breaker.run { throw Broken() }
            ended.signal()
        }
        .start()
        entered.wait()
        for _ in 0..<100 { try breaker.run {} }
        try breaker.reconfigure(.init(window: window, probes: 2))
        #expect(breaker.snapshot().inFlight == 1)
        #expect(breaker.snapshot().failures == 0)
        breaker.open(for: .seconds(1))
        #expect(throws: CircuitBreakerError.self) { try breaker.run {} }
        breaker.reset()
        unblocked.signal()
        ended.wait()
        // Its generation is over.
        #expect(breaker.snapshot().failures == 0)
        #expect(breaker.snapshot().lateResults == 1)
    }
}
