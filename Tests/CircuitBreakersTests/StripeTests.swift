import ResilienceTestKit
import Synchronization
import Testing

@testable import CircuitBreakers

/// Breakers that several threads use at the same time.
struct StripeTests {
    typealias Configuration = CircuitBreaker.Configuration

    private static func breaker(_ configuration: Configuration) throws -> CircuitBreaker {
        try CircuitBreaker("a", configuration: configuration, clock: .system, logger: CircuitBreaker.silentLogger)
    }

    /// A window from which nothing expires while the test lasts.
    private static func configuration(_ minimum: Int, buckets: Int = 10) -> Configuration {
        Configuration(
            window: .time(milliseconds: 3_600_000 * Int64(buckets), buckets: buckets),
            minimumCalls: minimum,
            openMs: 3_600_000
        )
    }

    @Test(arguments: [1, 10, 20])
    func `alone a striped breaker gives each verdict where another one does`(_ buckets: Int) throws {
        let seed = ModelTests.seed
        var random = SeededGenerator(seed: seed)
        let plain = try Self.breaker(Self.configuration(5, buckets: buckets))
        let striped = try Self.breaker(Self.configuration(5, buckets: buckets))
        striped.stripe()
        for step in 0..<3000 {
            switch random.next() % 40 {
            case 0: for breaker in [plain, striped] { breaker.reset() }
            case 1: for breaker in [plain, striped] { breaker.observe() }
            case 2:
                let minimum = Int(random.next() % 20) + 1
                let rate = Int(random.next() % 9000) + 1000
                for breaker in [plain, striped] {
                    var next = Self.configuration(minimum, buckets: buckets)
                    next.failureRateBp = rate
                    next.slowCallMs = rate % 3 == 0 ? 3_600_000 : nil
                    try breaker.reconfigure(next)
                }
            case let bits:
                let outcome: Outcome = bits % 3 == 0 ? .failure : bits == 4 ? .ignored : .success
                for breaker in [plain, striped] { breaker.tryAcquire()?.settle(outcome) }
            }
            let (one, other) = (plain.snapshot(), striped.snapshot())
            try #require(one.state == other.state, "seed \(seed), step \(step)")
            try #require(one.window == other.window, "seed \(seed), step \(step)")
            try #require(one.admitted == other.admitted)
            try #require(one.inFlight == other.inFlight)
            try #require(plain.callCounts() == striped.callCounts())
        }
        #expect(plain.snapshot().sequence > 10)
    }

    @Test func `calls of many threads are counted once while generations end and windows change`() throws {
        let breaker = try Self.breaker(Self.configuration(1_000_000))
        breaker.stripe()
        let ended = Atomic<Int>(0)
        onThreads(4) { thread in
            if thread == 0 {
                var step = 0
                while ended.load(ordering: .acquiring) < 3 {
                    step += 1
                    breaker.reset()
                    guard step % 3 == 0 else { continue }
                    try? breaker.reconfigure(Self.configuration(1_000_000, buckets: step % 2 == 0 ? 10 : 20))
                    breaker.stripe()
                }
                return
            }
            for _ in 0..<10_000 { breaker.tryAcquire()?.succeed() }
            ended.add(1, ordering: .acquiringAndReleasing)
        }
        let counts = breaker.callCounts()
        #expect(breaker.snapshot().admitted == 30_000)
        #expect(counts.success + counts.late == 30_000)
        #expect(breaker.snapshot().inFlight == 0)
        #expect(breaker.isIdle)
    }

    @Test func `only a window in which many outcomes of one slice get in each other's way is striped`() {
        let slices = TimeSlices(buckets: 2, tracksSlow: false)
        defer { slices.deallocate() }
        // Now and then, over many slices.
        for stamp in UInt32(1)...1000 { #expect(!slices.noteLoss(stamp)) }
        let answers = (0..<100).map { _ in slices.noteLoss(2000) }
        #expect(answers.firstIndex(of: true) == 64)
        slices.stripe()
        #expect(slices.stripes != nil)
        #expect(!slices.noteLoss(2000))
    }
}
