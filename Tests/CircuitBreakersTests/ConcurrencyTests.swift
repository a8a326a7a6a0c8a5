import Foundation
import ResilienceTestKit
import Synchronization
import Testing

@testable import CircuitBreakers

struct ConcurrencyTests {
    typealias Configuration = CircuitBreaker.Configuration

    private static func breaker(_ configuration: Configuration, _ clock: BreakerClock) throws -> CircuitBreaker {
        try CircuitBreaker("a", configuration: configuration, clock: clock, logger: CircuitBreaker.silentLogger)
    }

    /// A breaker in OPEN whose deadline has come.
    private static func waiting(_ configuration: Configuration) throws -> CircuitBreaker {
        let breaker = try breaker(configuration, BreakerClock { 0 })
        breaker.open(for: .zero)
        return breaker
    }

    @Test(arguments: [1, 7, 200])
    func `HALF_OPEN never admits more than its probes under many threads`(_ probes: Int) throws {
        for _ in 0..<20 {
            // At 1 bp the verdict waits for the last of them.
            let breaker = try Self.waiting(Configuration(failureRateBp: 1, probes: probes))
            let admitted = Atomic<Int>(0)
            onThreads(6) { _ in
                for _ in 0..<(probes + 5) {
                    let ticket = breaker.admit()
                    guard ticket.isAdmitted else { continue }
                    // Generation 1 is OPEN, 2 is HALF_OPEN; what comes later is CLOSED again.
                    if ticket.generation == 2 { admitted.add(1, ordering: .relaxed) }
                    breaker.settle(ticket, .success)
                }
            }
            #expect(admitted.load(ordering: .relaxed) == probes)
            #expect(breaker.state == .closed)
            #expect(breaker.snapshot().inFlight == 0)
        }
    }

    @Test func `HALF_OPEN never has more probes in flight than it may`() throws {
        let breaker = try Self.waiting(Configuration(probes: 50, concurrentProbes: 3))
        let inFlight = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        onThreads(6) { _ in
            for _ in 0..<5000 {
                guard let permit = breaker.tryAcquire() else { continue }
                let now = inFlight.add(1, ordering: .sequentiallyConsistent).newValue
                most.max(now, ordering: .sequentiallyConsistent)
                inFlight.subtract(1, ordering: .sequentiallyConsistent)
                permit.ignore()
            }
        }
        #expect(most.load(ordering: .relaxed) <= 3)
        let snapshot = breaker.snapshot()
        #expect(snapshot.state == .halfOpen)
        #expect(snapshot.inFlight == 0)
        #expect(snapshot.slotsUsed == 0)
        #expect(snapshot.ignored == snapshot.admitted)
    }

    static let windows: [Configuration] = [
        Configuration(window: .count(size: 20), minimumCalls: 5, openMs: 0, probes: 3),
        Configuration(window: .count(size: 1), openMs: 0, backoffFactor: 2000, probes: 1),
        Configuration(window: .count(size: 20), minimumCalls: 5, slowCallMs: 0, slowRateBp: 5000, openMs: 0, probes: 3),
        Configuration(window: .time(milliseconds: 50, buckets: 5), minimumCalls: 5, openMs: 0, probes: 4),
        Configuration(window: .time(milliseconds: 5, buckets: 5), minimumCalls: 5, consecutiveFailures: 3, openMs: 0),
    ]

    @Test(arguments: windows)
    func `64 tasks across trips end with balanced permits`(_ configuration: Configuration) async throws {
        for clock in [BreakerClock.system, ManualClock().breakerClock] {
            let breaker = try Self.breaker(configuration, clock)
            let counts = await withTaskGroup(of: (admitted: Int, refused: Int).self) { group in
                for task in 0..<64 {
                    group.addTask {
                        var random = SeededGenerator(seed: UInt64(task))
                        var counts = (admitted: 0, refused: 0)
                        for _ in 0..<300 {
                            let bits = random.next()
                            guard let permit = breaker.tryAcquire() else {
                                counts.refused += 1
                                if bits & 63 == 0 { breaker.poll() }
                                continue
                            }
                            counts.admitted += 1
                            // Lets other tasks of the same thread run with the permit held.
                            if bits & 15 == 0 { await Task.yield() }
                            switch bits >> 8 % 10 {
                            case 0..<3: permit.succeed()
                            case 3..<8: permit.fail()
                            case 8: permit.ignore()
                            default: break
                            }
                            if bits >> 16 % 97 == 0 { breaker.reset() }
                        }
                        return counts
                    }
                }
                var sum = (admitted: 0, refused: 0)
                for await counts in group {
                    sum.admitted += counts.admitted
                    sum.refused += counts.refused
                }
                return sum
            }
            let snapshot = breaker.snapshot()
            #expect(snapshot.inFlight == 0)
            #expect(snapshot.admitted == counts.admitted)
            #expect(snapshot.notPermitted == counts.refused)
            #expect(snapshot.sequence > 50)
            #expect(counts.admitted + counts.refused == 64 * 300)
        }
    }

    @Test func `reconfiguring under load loses no permit and no transition`() throws {
        let breaker = try Self.breaker(Self.windows[0], .system)
        let transitions = Atomic<Int>(0)
        _ = breaker.addListener { event in
            if case .transition = event { transitions.add(1, ordering: .relaxed) }
        }
        let admitted = Atomic<Int>(0)
        onThreads(4) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            for step in 0..<4000 {
                let bits = random.next()
                if thread == 0, step % 3 == 0 {
                    var configuration = Self.windows[Int(bits % 5)]
                    if case .count = configuration.window {
                        configuration.window = .count(size: 5 + Int(bits >> 16 % 60))
                    }
                    try? breaker.reconfigure(configuration)
                }
                guard let permit = breaker.tryAcquire() else { continue }
                admitted.add(1, ordering: .relaxed)
                if bits & 7 < 6 { permit.succeed() } else { permit.fail() }
            }
        }
        let snapshot = breaker.snapshot()
        #expect(snapshot.inFlight == 0)
        #expect(snapshot.admitted == admitted.load(ordering: .relaxed))
        let told = transitions.load(ordering: .relaxed)
        #expect(told <= Int(snapshot.sequence))
        #expect(told + snapshot.droppedEvents >= Int(snapshot.sequence))
    }

    @Test(arguments: [
        Configuration.Window.count(size: 10), .time(milliseconds: 100_000, buckets: 10),
        .time(milliseconds: 100_000, buckets: 100),
    ])
    func `a trip is never later than the call that completes it`(_ window: Configuration.Window) throws {
        // All fail: whatever the order, the tenth recorded failure trips.
        for _ in 0..<200 {
            let breaker = try Self.breaker(
                Configuration(window: window, minimumCalls: 10, openMs: 1_000_000),
                .system
            )
            onThreads(4) { thread in
                for _ in 0..<(thread < 2 ? 3 : 2) { breaker.tryAcquire()?.fail() }
            }
            let snapshot = breaker.snapshot()
            #expect(snapshot.state == .open)
            #expect(snapshot.sequence == 1)
            #expect(snapshot.total == 10)
            // A time window that closes between an outcome and its flag shows the outcome without it: of three at most.
            let least = if case .time = window { 7 } else { 10 }
            #expect((least...10).contains(snapshot.failures))
            #expect(breaker.callCounts().failure == 10)
            #expect(snapshot.lateResults == 0)
        }
    }

    @Test(arguments: [10, 1000] as [Int64])
    func `reconfiguring a time window under load loses no failure`(_ sliceMs: Int64) throws {
        @Sendable func window(_ buckets: Int) -> Configuration {
            Configuration(
                window: .time(milliseconds: sliceMs * Int64(buckets), buckets: buckets),
                minimumCalls: 1_000_000_000,
                slowCallMs: 0
            )
        }
        let clock = ManualClock()
        // Wide enough for all slices of the test: none expires.
        let breaker = try Self.breaker(window(700), clock.breakerClock)
        onThreads(4) { thread in
            for step in 0..<1200 {
                if thread == 0 {
                    if step % 2 == 0 { try? breaker.reconfigure(window(700 + step % 5 * 40)) }
                    if step % 10 == 0 { clock.advance(by: sliceMs * 2) }
                }
                let permit = breaker.tryAcquire()
                if step % 3 == 0 { permit?.fail() } else { permit?.succeed() }
            }
        }
        let snapshot = breaker.snapshot()
        #expect(snapshot.total == 4800)
        #expect(snapshot.failures == 1600)
        #expect(snapshot.inFlight == 0)
        #expect(breaker.callCounts().success == 3200)
    }

    @Test func `events of many threads come in the order of their sequence`() throws {
        let breaker = try Self.breaker(Configuration(), .system)
        let seen = SharedList<UInt32>()
        _ = breaker.addListener { event in
            if case .transition(let transition) = event { seen.append(transition.sequence) }
        }
        onThreads(4) { _ in
            for _ in 0..<200 { breaker.reset() }
        }
        #expect(seen.all == Array(1...800))
    }
}
