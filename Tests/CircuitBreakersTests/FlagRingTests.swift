import ResilienceTestKit
import Synchronization
import Testing

@testable import CircuitBreakers

struct FlagRingTests {
    struct Logged: Sendable {
        var count: Int
        var flag: Bool
        var flagged: Int
    }

    private static func opened(_ size: Int, tag: UInt64 = 1) -> FlagRing {
        let ring = FlagRing(size: size)
        ring.open(tag: tag, size: size, flags: [], recorded: 0)
        return ring
    }

    /// Records as a breaker does: first the shortest way, then the short one, then the whole one.
    private static func record(_ ring: FlagRing, tag: UInt64, flag: Bool, quick: Bool) -> FlagRing.Head? {
        if quick, !flag, let head = ring.tryRecordClean(tag: tag) { return head }
        if quick, let head = ring.tryRecord(tag: tag, flag: flag ? 1 : 0) { return head }
        guard case .recorded(let head) = ring.record(tag: tag, flag: flag ? 1 : 0) else { return nil }
        return head
    }

    @Test(arguments: [1, 2, 3, 4, 31, 32, 33, 100, 1000])
    func `one thread counts the flags of the last records`(_ size: Int) throws {
        let ring = Self.opened(size)
        defer { ring.deallocate() }
        var random = SeededGenerator(seed: UInt64(size))
        var flags: [Bool] = []
        for _ in 0..<(size * 4 + 50) {
            let flag = UInt64.random(in: 0..<3, using: &random) == 0
            flags.append(flag)
            let head = try #require(Self.record(ring, tag: 1, flag: flag, quick: Bool.random(using: &random)))
            #expect(head.count == flags.count)
            #expect(head.flagged == flags.suffix(size).count { $0 })
        }
        let head = ring.close(tag: 2)
        #expect(ring.marks == ring.setBits)
        #expect(ring.newest(size, of: head) == flags.suffix(size))
        #expect(ring.newest(2, of: head) == flags.suffix(min(2, size)))
        guard case .closed = ring.record(tag: 1, flag: 1) else {
            Issue.record("a closed ring takes nothing")
            return
        }
        #expect(ring.tryRecord(tag: 1, flag: 1) == nil)
    }

    @Test func `a helper that slept through whole rounds changes nothing`() throws {
        let ring = Self.opened(4)
        defer { ring.deallocate() }
        var flags: [Bool] = []
        func record(_ flag: Bool) throws {
            flags.append(flag)
            let head = try #require(Self.record(ring, tag: 1, flag: flag, quick: false))
            #expect(head.flagged == flags.suffix(4).count { $0 })
        }
        for _ in 0..<4 { try record(false) }
        try record(true)
        // Its bit, number 0, is not written yet. A helper falls asleep with the change in its hand.
        let asleep = ring.head
        let repair = try #require(ring.repair(of: asleep, at: 0))
        // Others make the change; a round later all bits are again as the helper found them.
        for _ in 0..<11 { try record(false) }
        #expect(!ring.apply(repair))
        for index in 0..<9 { try record(index % 2 == 0) }
        // And one that fell asleep earlier finds a bit that is not its own.
        #expect(ring.repair(of: asleep, at: 1) == nil)
        #expect(ring.repair(of: asleep, at: 0) == nil)
        for _ in 0..<9 { try record(false) }
    }

    @Test func `a new generation starts empty over old bits`() throws {
        let ring = Self.opened(5)
        defer { ring.deallocate() }
        for tag in UInt64(1)...20 {
            for index in 0..<7 {
                let head = try #require(Self.record(ring, tag: tag, flag: tag % 2 == 1, quick: index % 2 == 0))
                #expect(head.flagged == (tag % 2 == 1 ? min(5, index + 1) : 0))
            }
            ring.restart(tag: tag + 1)
        }
    }

    @Test func `the count folds back at its end and forgets nothing`() throws {
        let size = 6
        let ring = FlagRing(size: size)
        defer { ring.deallocate() }
        var flags = [true, false, true, true, false, true]
        ring.open(tag: 1, size: size, flags: flags, recorded: 6, origin: Int(FlagRing.largestCount) - 20)
        for index in 0..<40 {
            let flag = index % 3 == 0
            flags.append(flag)
            var answer = ring.record(tag: 1, flag: flag ? 1 : 0)
            if case .full = answer {
                #expect(ring.tryRecord(tag: 1, flag: 0) == nil)
                ring.fold(tag: 1)
                answer = ring.record(tag: 1, flag: flag ? 1 : 0)
            }
            guard case .recorded(let head) = answer else {
                Issue.record("not recorded")
                return
            }
            #expect(head.flagged == flags.suffix(size).count { $0 })
            #expect(ring.leftOut + head.count == flags.count)
        }
        #expect(ring.head.count < 1 << 31 + 100)
    }

    @Test func `a ring that is clean again is counted in as one that never held a flag`() throws {
        let ring = Self.opened(8)
        defer { ring.deallocate() }
        #expect(ring.tryRecordClean(tag: 1)?.count == 1)
        #expect(ring.tryRecordClean(tag: 2) == nil, "the tag is wrong")
        _ = ring.record(tag: 1, flag: 1)
        #expect(ring.tryRecordClean(tag: 1) == nil, "a flag is in the window")
        for _ in 0..<8 { _ = ring.record(tag: 1, flag: 0) }
        #expect(ring.head.flagged == 0)
        #expect(ring.tryRecordClean(tag: 1) == nil, "its bit is still set")
        _ = ring.record(tag: 1, flag: 0)
        _ = ring.record(tag: 1, flag: 0)
        #expect(ring.marks == 0)
        #expect(ring.tryRecordClean(tag: 1)?.count == 13)
    }

    /// Flags so rare that the ring is clean most of the time.
    @Test(arguments: [1, 2, 7, 64])
    func `records of many threads in a ring that is mostly clean are exact`(_ size: Int) {
        let ring = Self.opened(size)
        defer { ring.deallocate() }
        let log = SharedList<Logged>()
        let rounds = 5_000
        onThreads(4) { thread in
            var random = SeededGenerator(seed: UInt64(thread) + 100)
            var mine: [Logged] = []
            for _ in 0..<rounds {
                let flag = random.next() % 400 == 0
                guard let head = Self.record(ring, tag: 1, flag: flag, quick: true) else { continue }
                mine.append(Logged(count: head.count, flag: flag, flagged: head.flagged))
            }
            log.append(contentsOf: mine)
        }
        Self.check(log.all, size: size, total: 4 * rounds)
        _ = ring.close(tag: 2)
        #expect(ring.marks == ring.setBits)
    }

    @Test(arguments: [1, 2, 7, 64, 300])
    func `every record of many threads sees exactly the last records in the order of recording`(_ size: Int) {
        let ring = Self.opened(size)
        defer { ring.deallocate() }
        let log = SharedList<Logged>()
        let rounds = 5_000
        onThreads(4) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            var mine: [Logged] = []
            for _ in 0..<rounds {
                let bits = random.next()
                let flag = bits % 3 == 0
                guard let head = Self.record(ring, tag: 1, flag: flag, quick: bits & 0x100 == 0) else { continue }
                mine.append(Logged(count: head.count, flag: flag, flagged: head.flagged))
            }
            log.append(contentsOf: mine)
        }
        Self.check(log.all, size: size, total: 4 * rounds)
    }

    /// The heads' counts are the order of recording: each stands once, and each saw the flags of the last `size`.
    private static func check(_ log: [Logged], size: Int, total: Int) {
        let ordered = log.sorted { $0.count < $1.count }
        #expect(ordered.count == total)
        #expect(ordered.map(\.count) == Array(1...max(1, total)))
        var flagged = 0
        var wrong = 0
        for (index, entry) in ordered.enumerated() {
            flagged += entry.flag ? 1 : 0
            if index >= size { flagged -= ordered[index - size].flag ? 1 : 0 }
            if entry.flagged != flagged { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test func `generations that end under recording threads are cut exactly`() {
        let size = 10
        let ring = Self.opened(size, tag: 0)
        defer { ring.deallocate() }
        let generation = Atomic<UInt64>(0)
        let log = SharedList<(UInt64, Logged)>()
        let cuts = SharedList<(UInt64, Int, Int)>()
        onThreads(4) { thread in
            if thread == 0 {
                for next in UInt64(1)...400 {
                    // Waits until something was recorded, so that every cut has something to cut.
                    while ring.head.count < 3 {}
                    let cut = ring.restart(tag: next)
                    generation.store(next, ordering: .sequentiallyConsistent)
                    cuts.append((next - 1, cut.count, cut.flagged))
                }
                generation.store(.max, ordering: .sequentiallyConsistent)
                return
            }
            var random = SeededGenerator(seed: UInt64(thread))
            var mine: [(UInt64, Logged)] = []
            while true {
                let tag = generation.load(ordering: .sequentiallyConsistent)
                guard tag != .max else { break }
                let bits = random.next()
                guard let head = Self.record(ring, tag: tag, flag: bits & 1 == 0, quick: bits & 2 == 0) else {
                    continue
                }
                mine.append((tag, Logged(count: head.count, flag: bits & 1 == 0, flagged: head.flagged)))
            }
            log.append(contentsOf: mine)
        }
        let byGeneration = Dictionary(grouping: log.all, by: \.0)
        for (tag, count, flagged) in cuts.all {
            let entries = (byGeneration[tag] ?? []).map(\.1)
            Self.check(entries, size: size, total: count)
            #expect(entries.sorted { $0.count < $1.count }.suffix(size).count { $0.flag } == flagged)
        }
    }
}
