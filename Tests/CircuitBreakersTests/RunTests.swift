import CircuitBreakers
import ResilienceTestKit
import Testing

struct RunTests {
    struct Broken: Error {}

    static func breaker(_ classifier: OutcomeClassifier = .standard) throws -> CircuitBreaker {
        try CircuitBreaker(
            "payments",
            configuration: .init(window: .count(size: 4), minimumCalls: 2),
            classifier: classifier,
            clock: ManualClock().breakerClock,
            logger: CircuitBreaker.silentLogger
        )
    }

    @Test func `a call returns its value and counts as a success`() throws {
        let breaker = try Self.breaker()
        #expect(try breaker.run { 42 } == 42)
        #expect(breaker.snapshot().total == 1)
        #expect(breaker.snapshot().failures == 0)
    }

    @Test func `a call's error is thrown on and counts as a failure`() async throws {
        let breaker = try Self.breaker()
        #expect(throws: Broken.self) { try breaker.run { throw Broken() } }
        await #expect(throws: Broken.self) { try await breaker.run { () async throws -> Int in throw Broken() } }
        #expect(breaker.snapshot().failures == 2)
        #expect(breaker.state == .open)
    }

    @Test func `a refused call is not made and says who refused it and for how long`() async throws {
        let breaker = try Self.breaker()
        breaker.open(for: .milliseconds(2500))
        let expected = CircuitBreakerError(
            code: .open,
            breaker: "payments",
            state: .open,
            retryAfter: .milliseconds(2500)
        )
        #expect(throws: expected) { try breaker.run { Issue.record("made") } }
        await #expect(throws: expected) { try await breaker.run { () async in Issue.record("made") } }
        #expect(throws: expected) {
            let permit = try breaker.acquire()
            permit.fail()
        }
        let refused = breaker.tryAcquire()
        let isRefused = refused == nil
        #expect(isRefused)
        #expect(expected.description == #"circuit breaker "payments" is OPEN; a retry is pointless for 2.5 seconds"#)
        #expect(breaker.snapshot().notPermitted == 4)
    }

    @Test func `a probe that finds no slot free is told so`() throws {
        let breaker = try Self.breaker()
        breaker.open(for: .zero)
        var permits: [Held] = []
        for _ in 0..<5 { permits.append(Held(try breaker.acquire())) }
        let error = #expect(throws: CircuitBreakerError.self) { try breaker.run {} }
        #expect(error == CircuitBreakerError(code: .noProbeFree, breaker: "payments", state: .halfOpen))
        withExtendedLifetime(permits) {}
    }

    /// An array needs something copyable.
    final class Held {
        private var permit: Permit?

        init(_ permit: consuming Permit) {
            self.permit = consume permit
        }
    }

    @Test func `a permit is settled once, by its owner or by its end`() async throws {
        let breaker = try Self.breaker()
        breaker.tryAcquire()?.succeed()
        breaker.tryAcquire()?.ignore()
        do { _ = breaker.tryAcquire() }
        let permit = try breaker.acquire()
        #expect(breaker.snapshot().inFlight == 1)
        await Self.dropElsewhere(permit)
        let snapshot = breaker.snapshot()
        #expect(snapshot.inFlight == 0)
        #expect(snapshot.total == 1)
        #expect(snapshot.ignored == 3)
    }

    /// A permit may be settled, or dropped, by another thread than its first owner's.
    @concurrent
    private static func dropElsewhere(_ permit: consuming Permit) async {}

    actor Counter {
        var value = 0

        func count(_ breaker: CircuitBreaker) async throws -> Int {
            try await breaker.run {
                // The actor's own state, in its own isolation, without `@Sendable`.
                value += 1
                await Task.yield()
                return value
            }
        }
    }

    @Test func `an actor uses its own state in a call`() async throws {
        #expect(try await Counter().count(Self.breaker()) == 1)
    }

    final class NotSendable {
        var value = 1
    }

    @Test func `a call may hand over what is not sendable`() async throws {
        let breaker = try Self.breaker()
        let made = try await breaker.run {
            await Task.yield()
            return NotSendable()
        }
        made.value += 1
        #expect(made.value == 2)
    }

    @Test func `section 5: cancellation counts only while the caller's own task is not cancelled`() async throws {
        let breaker = try Self.breaker()
        _ = try? breaker.run { throw CancellationError() }
        #expect(breaker.snapshot().failures == 1)
        await withTaskGroup { group in
            group.addTask {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                _ = try? await breaker.run { () async throws -> Int in throw CancellationError() }
            }
        }
        #expect(breaker.snapshot().failures == 1)
        #expect(breaker.snapshot().ignored == 1)
    }

    struct BulkheadFull: LocalRefusal {}
    struct Wrapper: Error {
        var cause: any Error
    }

    @Test func `section 5: the refusal of a bulkhead or a limiter never feeds a breaker`() async throws {
        let breaker = try Self.breaker()
        for _ in 0..<5 { _ = try? breaker.run { throw BulkheadFull() } }
        _ = try? await breaker.run { () async throws -> Int in throw BulkheadFull() }
        breaker.tryAcquire()?.fail(BulkheadFull())
        #expect(breaker.snapshot().ignored == 7)
        #expect(breaker.snapshot().total == 0)
        // Hidden in an error that does not say so it is a failure like any other.
        _ = try? breaker.run { throw Wrapper(cause: BulkheadFull()) }
        #expect(breaker.snapshot().failures == 1)
        let told = try Self.breaker(.standard.ignoring(Wrapper.self) { $0.cause is any LocalRefusal })
        _ = try? told.run { throw Wrapper(cause: BulkheadFull()) }
        #expect(told.snapshot().ignored == 1)
    }

    @Test func `section 5: the refusal of an inner breaker never feeds an outer one`() throws {
        let (outer, inner) = (try Self.breaker(), try Self.breaker())
        inner.forceOpen()
        for _ in 0..<5 { _ = try? outer.run { try inner.run {} } }
        #expect(outer.snapshot().ignored == 5)
        #expect(outer.snapshot().total == 0)
        #expect(outer.state == .closed)
    }

    @Test func `section 5: a result can be classified as a failure`() async throws {
        let breaker = try Self.breaker()
        func isBroken(_ status: Int) -> Outcome { status >= 500 ? .failure : .success }
        let status = try breaker.run(classifying: isBroken) { 503 }
        #expect(status == 503)
        _ = try await breaker.run(classifying: isBroken) { () async in 200 }
        #expect(breaker.snapshot().failures == 1)
        #expect(breaker.snapshot().total == 2)

        let configured = try Self.breaker(OutcomeClassifier(result: { $0 as? Int == 503 ? .failure : nil }))
        _ = try configured.run { "503" }
        _ = try configured.run { 200 }
        #expect(configured.snapshot().failures == 0)
        _ = try await configured.run { () async in 503 }
        _ = try configured.run { 503 }
        #expect(configured.snapshot().failures == 2)
        #expect(configured.state == .open)
    }

    @Test func `section 5: an error's classifier comes before the standard rules`() throws {
        let breaker = try Self.breaker(
            OutcomeClassifier { error in
                error is Broken ? .ignored : error is CancellationError ? .success : nil
            }
        )
        _ = try? breaker.run { throw Broken() }
        _ = try? breaker.run { throw CancellationError() }
        _ = try? breaker.run { throw CircuitBreakerError(code: .open, breaker: "b", state: .open) }
        breaker.tryAcquire()?.fail(Broken())
        let snapshot = breaker.snapshot()
        #expect(snapshot.ignored == 3)
        #expect(snapshot.total == 1)
        #expect(snapshot.failures == 0)
    }

    @Test func `the straight road without clock counts like the careful one`() throws {
        var random = SeededGenerator(seed: 11)
        for round in 0..<600 {
            let size = Int.random(in: 1...9, using: &random)
            let configuration = CircuitBreaker.Configuration(
                window: .count(size: size),
                minimumCalls: Int.random(in: 1...size, using: &random),
                failureRateBp: [1, 2500, 3333, 5000, 7500, 10_000][round % 6],
                consecutiveFailures: round % 4 == 0 ? 3 : nil,
                openMs: 1_000_000
            )
            let breaker = try CircuitBreaker("a", configuration: configuration, logger: CircuitBreaker.silentLogger)
            var model = NaiveBreaker(configuration)
            for _ in 0..<40 {
                let isFailure = UInt64.random(in: 0..<5, using: &random) < 2
                let (held, _) = model.acquire()
                guard let permit = breaker.tryAcquire(), let held else {
                    #expect(held == nil)
                    break
                }
                permit.settle(isFailure ? .failure : .success)
                model.settle(held, isFailure ? .failure : .success)
                let snapshot = breaker.snapshot()
                #expect(snapshot.state.wireName == model.state)
                #expect(snapshot.total == model.shownNow().total)
                #expect(snapshot.failures == model.shownNow().failures)
                #expect(snapshot.consecutiveFailures == model.shownNow().row)
                #expect(snapshot.reason?.rawValue == model.reason)
                #expect(snapshot.inFlight == 0)
            }
        }
    }
}
