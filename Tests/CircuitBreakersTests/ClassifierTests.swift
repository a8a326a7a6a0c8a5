import CircuitBreakers
import ResilienceTestKit
import Testing

/// How classifiers are put together.
struct ClassifierTests {
    struct Status: Error {
        var code: Int
        var retryAfter: Duration?
    }
    struct Invalid: Error {}

    /// What a breaker with a classifier makes of one error.
    private static func outcome(_ error: any Error, _ classifier: OutcomeClassifier) throws -> Outcome {
        let breaker = try RunTests.breaker(classifier)
        _ = try? breaker.run { throw error }
        let snapshot = breaker.snapshot()
        return snapshot.ignored == 1 ? .ignored : snapshot.failures == 1 ? .failure : .success
    }

    @Test func `an error is classified by its type, in three ways`() throws {
        let classifier = OutcomeClassifier.standard
            .ignoring(Invalid.self)
            .succeeding(on: Status.self) { $0.code == 404 }
            .failing(on: CancellationError.self)
        #expect(try Self.outcome(Invalid(), classifier) == .ignored)
        #expect(try Self.outcome(Status(code: 404), classifier) == .success)
        #expect(try Self.outcome(CancellationError(), classifier) == .failure)
        // The standard rules are there for the rest.
        #expect(try Self.outcome(Status(code: 500), classifier) == .failure)
        #expect(
            try Self.outcome(CircuitBreakerError(code: .open, breaker: "b", state: .open), classifier) == .ignored
        )
    }

    @Test func `an error is classified by a predicate, in three ways`() throws {
        let code = { @Sendable (error: any Error) in (error as? Status)?.code ?? 0 }
        let classifier = OutcomeClassifier.standard
            .succeeding { code($0) == 404 }
            .failing { code($0) == 429 }
            .ignoring { (400..<500).contains(code($0)) }
        #expect(try Self.outcome(Status(code: 404), classifier) == .success)
        #expect(try Self.outcome(Status(code: 429), classifier) == .failure)
        #expect(try Self.outcome(Status(code: 400), classifier) == .ignored)
        #expect(try Self.outcome(Status(code: 500), classifier) == .failure)
    }

    @Test func `the first rule that knows an error decides`() throws {
        let ignored = OutcomeClassifier.standard.ignoring(Status.self)
        let failed = OutcomeClassifier.standard.failing(on: Status.self)
        #expect(try Self.outcome(Status(code: 1), ignored.followed(by: failed)) == .ignored)
        #expect(try Self.outcome(Status(code: 1), failed.followed(by: ignored)) == .failure)
        #expect(try Self.outcome(Status(code: 1), OutcomeClassifier.standard.followed(by: ignored)) == .ignored)
        #expect(try Self.outcome(Status(code: 1), ignored.followed(by: .standard)) == .ignored)
    }

    @Test func `for how long a breaker opens comes from the first that says so`() throws {
        let asks = OutcomeClassifier(openFor: { ($0 as? Status)?.retryAfter })
        let always = OutcomeClassifier(openFor: { _ in .seconds(3) })
        for (error, left) in [(Status(code: 503, retryAfter: .seconds(9)), 9000), (Status(code: 503), 3000)] {
            let breaker = try RunTests.breaker(asks.ignoring(Invalid.self).followed(by: always))
            _ = try? breaker.run { throw Invalid() }
            #expect(breaker.state == .closed)
            _ = try? breaker.run { throw error }
            #expect(breaker.snapshot().retryAfterMs == Int64(left))
        }
    }

    @Test func `results of several types are classified one after the other`() throws {
        let classifier = OutcomeClassifier.standard
            .judging(Int.self) { $0 >= 500 ? .failure : nil }
            .judging(Int.self) { $0 == 304 ? .ignored : nil }
            .judging(String.self) { $0.isEmpty ? .failure : .success }
        let breaker = try RunTests.breaker(classifier)
        #expect(try breaker.run { 304 } == 304)
        #expect(try breaker.run { "page" } == "page")
        #expect(breaker.snapshot().ignored == 1)
        #expect(breaker.snapshot().failures == 0)
        #expect(try breaker.run { "" } == "")
        #expect(breaker.state == .open)
        breaker.reset()
        for _ in 0..<2 { #expect(try breaker.run { 503 } == 503) }
        #expect(breaker.state == .open)
    }
}
