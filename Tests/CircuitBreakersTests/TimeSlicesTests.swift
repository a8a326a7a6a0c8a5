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

    @Test(arguments: [1, 2, 10, 17, 100], [false, true])
    func `many threads and a moving clock lose nothing and count nothing twice`(
        _ buckets: Int,
        isStriped: Bool
    ) throws {
        let slices = TimeSlices(buckets: buckets, tracksSlow: true)
        defer { slices.deallocate() }
        slices.open(7, start: 0, sliceMs: 5)
        if isStriped { slices.stripe() }
        let latest = LatestTimeBox()
        let log = SharedList<Logged>()
        let wrong = SharedList<WindowTotals>()
        onThreads(4) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            var mine: [Logged] = []
            for step in 0..<2_000 {
                let bits = random.next()
                // Each thread moves the clock now and then, sometimes past several slices.
                let now = latest.time.value + (step % 50 == 0 ? Int64(bits >> 32 % 23) : 0)
                while true {
                    let used = latest.time.raise(to: now)
                    let (failed, slow) = (bits & 3 == 0, bits & 12 == 0)
                    let lane = isStriped && !failed && !slow ? thread : nil
                    switch slices.record(7, now: used, failure: failed, slow: slow, lane: lane) {
                    case .recorded(let place), .torn(let place, _, _):
                        mine.append(Logged(stamp: place.stamp, failed: failed, slow: slow))
                    case .overtaken, .outworn, .closed: continue
                    }
                    break
                }
                // Looks all the time, as recorders do: never more flags than outcomes.
                if let totals = slices.totals(7, latest: { latest.time.value }) {
                    if totals.failures > totals.total || totals.slow > totals.total { wrong.append(totals) }
                }
            }
            log.append(contentsOf: mine)
        }
        let place = try #require(slices.place(7, now: latest.time.value))
        let expected = Self.within(log.all, place.stamp, buckets)
        #expect(wrong.all.isEmpty)
        #expect(slices.totals(7) { latest.time.value } == expected)
        #expect(slices.close(now: 0) { latest.time.value }.totals == expected)
    }

    @Test func `a generation that ends under recording threads is cut exactly`() {
        let slices = TimeSlices(buckets: 4, tracksSlow: true)
        defer { slices.deallocate() }
        slices.open(0, start: 0, sliceMs: 1000)
        let latest = LatestTimeBox()
        let generation = Atomic<UInt32>(0)
        let log = SharedList<UInt32>()
        let cuts = SharedList<(UInt32, Int)>()
        onThreads(4) { thread in
            if thread == 0 {
                for next in UInt32(1)...300 {
                    while (slices.totals(next - 1) { 0 }?.total ?? 0) < 3 {}
                    let cut = slices.close(now: 0) { latest.time.value }.totals
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
                let answer = slices.record(current, now: 0, failure: false, slow: false)
                if case .recorded = answer { mine.append(current) }
            }
            log.append(contentsOf: mine)
        }
        let counts = Dictionary(grouping: log.all, by: \.self).mapValues(\.count)
        for (generation, total) in cuts.all { #expect(counts[generation] == total) }
    }

    /// Records as the breaker does.
    private static func record(_ slices: TimeSlices, _ generation: UInt32, now: Int64, failure: Bool) -> Bool {
        for _ in 0..<3 {
            switch slices.record(generation, now: now, failure: failure, slow: false) {
            case .recorded: return true
            case .outworn: slices.renew(generation) { now }
            case .torn, .overtaken, .closed: return false
            }
        }
        return false
    }

    @Test(arguments: [3, 20])
    func `slices that nobody touched for however long have expired`(_ buckets: Int) throws {
        // 2³² slices later the old stamps would look like those of now.
        for age in [1 << 30, 1 << 31 + 5, 1 << 32, 1 << 32 + 1, 3 << 32, 1 << 45] as [Int64] {
            let slices = TimeSlices(buckets: buckets, tracksSlow: true)
            defer { slices.deallocate() }
            slices.open(1, start: 0, sliceMs: 1)
            for now in Int64(0)..<Int64(buckets) { #expect(Self.record(slices, 1, now: now, failure: true)) }
            #expect(slices.totals(1) { age }?.total == 0)
            #expect(Self.record(slices, 1, now: age, failure: false))
            #expect(slices.totals(1) { age } == WindowTotals(total: 1, failures: 0, slow: 0))
            #expect(slices.totals(1) { age + Int64(buckets) } == .zero)
        }
    }

    @Test func `a period that ends keeps what the window shows`() throws {
        let slices = TimeSlices(buckets: 4, tracksSlow: true)
        defer { slices.deallocate() }
        slices.open(1, start: 0, sliceMs: 1)
        let last = TimeSlices.reach - 1
        for now in (last - 5)...last { #expect(Self.record(slices, 1, now: now, failure: true)) }
        guard case .outworn = slices.record(1, now: last + 1, failure: false, slow: false) else {
            Issue.record("the period goes on")
            return
        }
        let before = try #require(slices.place(1, now: last))
        #expect(Self.record(slices, 1, now: last + 1, failure: false))
        #expect(slices.totals(1) { last + 1 } == WindowTotals(total: 4, failures: 3, slow: 0))
        // Who found his place before is not taken for a later one.
        #expect(slices.enter(before) == nil)
        #expect(slices.totals(1) { last + 4 } == WindowTotals(total: 1, failures: 0, slow: 0))
    }

    /// A class, so that threads can share it.
    final class LatestTimeBox: Sendable {
        let time = LatestTime(0)
    }
}
