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

    /// One slice, ten, and so many that their sums are kept; a count window that is soon full of successes, and others.
    static let windows: [Configuration.Window] =
        [1, 10, 20].map { .time(milliseconds: 3_600_000 * $0, buckets: Int($0)) }
        + [1, 4, 20, 33].map { .count(size: $0) }

    @Test(arguments: windows)
    func `alone a striped breaker gives each verdict where another one does`(_ window: Configuration.Window) throws {
        let seed = ModelTests.seed
        var random = SeededGenerator(seed: seed)
        var configuration = Configuration(window: window, minimumCalls: 1, openMs: 3_600_000)
        let plain = try Self.breaker(configuration)
        let striped = try Self.breaker(configuration)
        striped.stripe()
        for step in 0..<3000 {
            switch random.next() % 40 {
            case 0: for breaker in [plain, striped] { breaker.reset() }
            case 1: for breaker in [plain, striped] { breaker.observe() }
            case 2:
                if case .count(let size) = window {
                    configuration.minimumCalls = Int(random.next() % UInt64(size)) + 1
                } else {
                    configuration.minimumCalls = Int(random.next() % 20) + 1
                }
                configuration.failureRateBp = Int(random.next() % 9000) + 1000
                configuration.slowCallMs = random.next() % 3 == 0 ? 3_600_000 : nil
                for breaker in [plain, striped] { try breaker.reconfigure(configuration) }
            case let bits:
                // Rows of successes too, so that a count window is full of them.
                let outcome: Outcome =
                    step / 100 % 3 == 0 ? .success : bits % 3 == 0 ? .failure : bits == 4 ? .ignored : .success
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

    @Test func `a success is counted in a lane while its count window is full of successes`() throws {
        let breaker = try Self.breaker(Configuration(window: .count(size: 4), failureRateBp: 10_000))
        breaker.stripe()
        let stripes = try #require(breaker.stripes)
        for _ in 0..<4 { breaker.tryAcquire()?.succeed() }
        #expect(stripes.count(.recorded) == 0)
        for _ in 0..<10 { breaker.tryAcquire()?.succeed() }
        #expect(stripes.count(.recorded) == 10)
        breaker.tryAcquire()?.fail()
        for _ in 0..<3 { breaker.tryAcquire()?.succeed() }
        #expect(stripes.count(.recorded) == 10)
        #expect(breaker.snapshot().failures == 1)
        // The fourth success pushes the failure out.
        for _ in 0..<6 { breaker.tryAcquire()?.succeed() }
        #expect(stripes.count(.recorded) == 15)
        #expect(breaker.snapshot().failures == 0)
        #expect(breaker.callCounts().success == 23)
        breaker.reset()
        #expect(stripes.count(.recorded) == 0)
        #expect(breaker.callCounts().success == 23)
    }

    static let changes: [[Configuration.Window]] = [
        [10, 20].map { .time(milliseconds: 3_600_000 * $0, buckets: Int($0)) },
        [.count(size: 5), .count(size: 300)],
        [.count(size: 5), .time(milliseconds: 3_600_000, buckets: 10)],
    ]

    @Test(arguments: changes)
    func `calls of many threads are counted once while generations end and windows change`(
        _ windows: [Configuration.Window]
    ) throws {
        @Sendable func configuration(_ step: Int) -> Configuration {
            // In every other turn with slow calls.
            Configuration(window: windows[step % 2], minimumCalls: 5, slowCallMs: step / 2 % 2 == 0 ? nil : 3_600_000)
        }
        let breaker = try Self.breaker(configuration(0))
        breaker.stripe()
        let ended = Atomic<Int>(0)
        onThreads(4) { thread in
            if thread == 0 {
                var step = 0
                while ended.load(ordering: .acquiring) < 3 {
                    step += 1
                    breaker.reset()
                    guard step % 3 == 0 else { continue }
                    try? breaker.reconfigure(configuration(step / 3))
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

    @Test func `only a window in which many outcomes get in each other's way within a while is striped`() {
        let losses = LossCount()
        // Now and then, over many slices.
        let scattered = (UInt32(1)...1000).count { losses.note($0) }
        #expect(scattered == 0)
        let answers = (0..<200).map { _ in losses.note(2000) }
        #expect(answers.indices.filter { answers[$0] } == [63, 127, 191])
    }
}
