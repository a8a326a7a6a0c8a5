import ResilienceTestKit
import Synchronization
import Testing

@testable import CircuitBreakers

struct TimeSlicesTests {
    struct Logged: Sendable {
        var stamp: UInt32
        var failed: Bool
        var slow: Bool
    }

    private static func within(_ log: [Logged], _ stamp: UInt32, _ buckets: Int) -> WindowTotals {
        let inside = log.filter { (0..<Int32(buckets)).contains(Int32(bitPattern: stamp &- $0.stamp)) }
        return WindowTotals(
            total: inside.count,
            failures: inside.count { $0.failed },
            slow: inside.count { $0.slow }
        )
    }

    @Test(arguments: [1, 2, 10])
    func `many threads and a moving clock lose nothing and count nothing twice`(_ buckets: Int) throws {
        let slices = TimeSlices(buckets: buckets)
        defer { slices.deallocate() }
        slices.open(7, start: 0, sliceMs: 5)
        let latest = LatestTimeBox()
        let log = SharedList<Logged>()
        onThreads(4) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            var mine: [Logged] = []
            for step in 0..<20_000 {
                let bits = random.next()
                // Each thread moves the clock now and then, sometimes past several slices.
                let now = latest.time.value + (step % 50 == 0 ? Int64(bits >> 32 % 23) : 0)
                while true {
                    let used = latest.time.raise(to: now)
                    let (answer, place) = slices.record(7, now: used, failure: bits & 3 == 0, slow: bits & 12 == 0)
                    if case .recorded = answer {
                        mine.append(Logged(stamp: place.stamp, failed: bits & 3 == 0, slow: bits & 12 == 0))
                        break
                    }
                }
            }
            log.append(contentsOf: mine)
        }
        let place = try #require(slices.place(7, now: latest.time.value))
        let expected = Self.within(log.all, place.stamp, buckets)
        #expect(slices.totals(at: place.stamp) == expected)
        #expect(
            slices.close(cut: latest.time.value) { latest.time.value }.reduce(into: WindowTotals.zero) { $0.add($1) }
                == expected
        )
    }

    @Test func `a generation that ends under recording threads is cut exactly`() {
        let slices = TimeSlices(buckets: 4)
        defer { slices.deallocate() }
        slices.open(0, start: 0, sliceMs: 1000)
        let latest = LatestTimeBox()
        let generation = Atomic<UInt32>(0)
        let log = SharedList<UInt32>()
        let cuts = SharedList<(UInt32, Int)>()
        onThreads(4) { thread in
            if thread == 0 {
                for next in UInt32(1)...300 {
                    while slices.totals(next - 1, now: 0).total < 3 {}
                    let cut = slices.close(cut: 0) { latest.time.value }.reduce(into: WindowTotals.zero) { $0.add($1) }
                    slices.open(next, start: 0)
                    generation.store(next, ordering: .sequentiallyConsistent)
                    cuts.append((next - 1, cut.total))
                }
                generation.store(.max, ordering: .sequentiallyConsistent)
                return
            }
            var mine: [UInt32] = []
            while true {
                let current = generation.load(ordering: .sequentiallyConsistent)
                guard current != .max else { break }
                let (answer, _) = slices.record(current, now: 0, failure: false, slow: false)
                if case .recorded = answer { mine.append(current) }
            }
            log.append(contentsOf: mine)
        }
        let counts = Dictionary(grouping: log.all, by: \.self).mapValues(\.count)
        for (generation, total) in cuts.all { #expect(counts[generation] == total) }
    }

    @Test func `a slice that nobody touched for very long is not taken for a later one`() throws {
        let slices = TimeSlices(buckets: 3)
        defer { slices.deallocate() }
        slices.open(1, start: 0, sliceMs: 1)
        for now in Int64(0)..<3 { _ = slices.record(1, now: now, failure: true, slow: false) }
        // 2³¹ + 5 slices later the old stamps seem to lie ahead.
        let later: Int64 = 1 << 31 + 5
        let (answer, _) = slices.record(1, now: later, failure: false, slow: false)
        guard case .overtaken = answer else {
            Issue.record("expected to be overtaken")
            return
        }
        slices.heal(1, latest: later)
        guard case .recorded = slices.record(1, now: later, failure: false, slow: false).answer else {
            Issue.record("expected to be recorded")
            return
        }
        #expect(slices.totals(1, now: later) == WindowTotals(total: 1, failures: 0, slow: 0))
    }

    /// A class, so that threads can share it.
    final class LatestTimeBox: Sendable {
        let time = LatestTime(0)
    }
}
