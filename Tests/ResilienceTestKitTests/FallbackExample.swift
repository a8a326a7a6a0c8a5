import CircuitBreakers
import ResilienceTestKit
import Testing

// The code of the article "Testing your fallback"; DocumentationTests compares them.

/// What a shop answers.
enum Price: Equatable {
    case current(Int)
    case lastKnown(Int)
    case unknown
}

/// A price from elsewhere, or the last one known.
actor PriceList {
    let breaker: CircuitBreaker
    private let ask: @Sendable (String) async throws -> Int
    private var lastKnown: [String: Int] = [:]

    init(breaker: CircuitBreaker, ask: @escaping @Sendable (String) async throws -> Int) {
        self.breaker = breaker
        self.ask = ask
    }

    func price(of item: String) async -> Price {
        do {
            let price = try await breaker.run { try await ask(item) }
            lastKnown[item] = price
            return .current(price)
        } catch {
            return lastKnown[item].map { .lastKnown($0) } ?? .unknown
        }
    }
}

struct FallbackExample {
    @Test func `customers see the last price while the breaker is open`() async throws {
        let clock = ManualClock()
        let forced = ForcedOutcome()
        let breaker = try CircuitBreaker(
            "prices",
            configuration: .init(window: .count(size: 4), minimumCalls: 4, openMs: 5000, probes: 1),
            classifier: forced.classifier,
            clock: clock.breakerClock
        )
        let recorder = BreakerRecorder(breaker)
        let prices = PriceList(breaker: breaker) { _ in 300 }

        forced.next(.failure, times: 4)
        for _ in 0..<4 { #expect(await prices.price(of: "tea") == .current(300)) }
        #expect(recorder.states == [.open])
        #expect(await prices.price(of: "tea") == .lastKnown(300))
        #expect(await prices.price(of: "milk") == .unknown)

        clock.advance(by: .seconds(5))
        #expect(await prices.price(of: "milk") == .current(300))
        #expect(recorder.states == [.open, .halfOpen, .closed])
    }

    struct Broken: Error {}

    @Test func `an operator's decision is enough to see the fallback`() async throws {
        let breaker = try CircuitBreaker("prices")
        let prices = PriceList(breaker: breaker) { _ in throw Broken() }
        breaker.forceOpen(reason: "test")
        #expect(await prices.price(of: "tea") == .unknown)
        #expect(breaker.snapshot().notPermitted == 1)
    }
}
