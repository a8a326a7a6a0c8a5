import CircuitBreakers
import ResilienceTestKit
import Testing

/// `run { } orElse: { }`.
struct FallbackTests {
    struct Broken: Error, Equatable {}
    struct Worse: Error {}

    private let breaker: CircuitBreaker

    init() throws {
        breaker = try RunTests.breaker()
    }

    @Test func `a call that succeeds needs no fallback`() async {
        let sync = breaker.run {
            1
        } orElse: { _ in
            2
        }
        let async = await breaker.run { () async in
            3
        } orElse: { _ in
            4
        }
        #expect(sync == 1)
        #expect(async == 3)
        #expect(breaker.snapshot().total == 2)
        #expect(breaker.snapshot().failures == 0)
    }

    @Test func `the fallback gets the refusal, and the call is not made`() async {
        breaker.open(for: .milliseconds(2500))
        let expected = CircuitBreakerError(
            code: .open,
            breaker: "payments",
            state: .open,
            retryAfter: .milliseconds(2500)
        )
        let refusals = [
            breaker.run {
                nil
            } orElse: {
                $0 as? CircuitBreakerError
            },
            await breaker.run { () async in
                nil
            } orElse: {
                $0 as? CircuitBreakerError
            },
        ]
        #expect(refusals == [expected, expected])
        #expect(breaker.snapshot().notPermitted == 2)
        #expect(breaker.snapshot().ignored == 0)
    }

    @Test func `the fallback gets the call's error, behind the outcome that it is`() async {
        let failures = breaker.run { () throws -> Int in
            throw Broken()
        } orElse: { error in
            #expect(error is Broken)
            return breaker.snapshot().failures
        }
        #expect(failures == 1)
        // The second failure opens, and the fallback sees it.
        let state = await breaker.run { () async throws -> CircuitState in
            throw Broken()
        } orElse: { error in
            #expect(error is Broken)
            return breaker.state
        }
        #expect(state == .open)
    }

    @Test func `what becomes of a fallback is never recorded`() async {
        breaker.open(for: .seconds(1))
        for _ in 0..<5 {
            #expect(throws: Worse.self) {
                try breaker.run {
                    1
                } orElse: { _ -> Int in
                    throw Worse()
                }
            }
            await #expect(throws: Worse.self) {
                try await breaker.run { () async in
                    1
                } orElse: { _ async throws -> Int in
                    throw Worse()
                }
            }
        }
        breaker.close()
        #expect(throws: Worse.self) {
            try breaker.run {
                throw Broken()
            } orElse: { _ in
                throw Worse()
            }
        }
        #expect(breaker.snapshot().total == 1)
        #expect(breaker.snapshot().failures == 1)
        #expect(breaker.snapshot().ignored == 0)
    }

    @Test func `with a fallback that throws one type the whole throws that type`() async {
        func replace(_ error: any Error) throws(Worse) -> Int { throw Worse() }
        do throws(Worse) {
            _ = try breaker.run({ throw Broken() }, orElse: replace)
            Issue.record("returned")
        } catch {
            // `error` is a `Worse` here, or this does not compile.
            let worse: Worse = error
            _ = worse
        }
    }

    actor Counter {
        var calls = 0
        var fallbacks = 0

        func count(_ breaker: CircuitBreaker, failing: Bool) async -> Int {
            await breaker.run {
                calls += 1
                await Task.yield()
                if failing { throw Broken() }
                return calls
            } orElse: { _ in
                fallbacks += 1
                await Task.yield()
                return -fallbacks
            }
        }

        func countAtOnce(_ breaker: CircuitBreaker) -> Int {
            breaker.run {
                calls += 1
                throw Broken()
            } orElse: { _ in
                fallbacks += 1
                return fallbacks
            }
        }
    }

    @Test func `an actor uses its own state in a call and in its fallback`() async {
        let counter = Counter()
        #expect(await counter.count(breaker, failing: false) == 1)
        #expect(await counter.count(breaker, failing: true) == -1)
        #expect(breaker.state == .open)
        #expect(await counter.countAtOnce(breaker) == 2)
        #expect(await counter.calls == 2)
    }

    final class NotSendable {
        var value = 1
    }

    @Test func `a call and its fallback may hand over what is not sendable`() async {
        for failing in [false, true] {
            let made = await breaker.run {
                await Task.yield()
                if failing { throw Broken() }
                return NotSendable()
            } orElse: { _ in
                NotSendable()
            }
            made.value += 1
            #expect(made.value == 2)
        }
    }

    @Test func `a call that is there as a function is guarded like a closure`() async throws {
        @Sendable func fetch() async throws -> String { "page" }
        func guarded(_ fetch: () async throws -> String) async throws -> String { try await breaker.run(fetch) }
        #expect(try await guarded(fetch) == "page")
        #expect(try await breaker.run(fetch) == "page")
        #expect(try breaker.run("page".uppercased) == "PAGE")
        #expect(try await breaker.run { try await fetch() } == "page")
        await #expect(throws: Broken.self) { try await guarded { throw Broken() } }
        #expect(breaker.snapshot().admitted == 5)
        #expect(breaker.snapshot().failures == 1)
    }
}
