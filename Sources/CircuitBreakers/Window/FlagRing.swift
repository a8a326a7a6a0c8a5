import Synchronization

/// How many of the last N records carried a flag: exact, lock-free, and one compare-and-swap a record.
///
/// One head word says everything: `[tag 10 | last 1 | count 26 | life 6 | flagged 21]`. `count` is C, the records of
/// this generation, `flagged` f, how many of the last min(C, N) carried the flag, and `last` the flag of record C − 1,
/// whose bit may not have been written yet. Bits lie in words of `[version 32 | bits 32]`; the number of bits is the power of
/// two that is at least N, so the last N records never share a bit.
///
/// **Why it is exact.** A recorder first makes sure that bit C − 1 is `last` and only then moves the head from C to
/// C + 1. So nobody moves the head while bit C − 1 is wrong. If the bit must change, it is changed by exactly one
/// compare-and-swap, which raises the word's version: a helper that fell asleep before its own fails, however late it
/// comes. Who finds a wrong bit has read the head once more behind the bit, so it was wrong while the head stood there.
/// The bit that leaves the window, C − N, is read between a load of the head and the compare-and-swap that finds it
/// unchanged. Therefore f is exact, and the order of the head's compare-and-swaps *is* the order of recording (with
/// successes in between that change nothing, see `FlagRing+Calm.swift`): a verdict is computed from the caller's own new
/// head and is never later than the call that completes it. Slow calls have another ring and the row of failures a word
/// of its own, each with its own order of the calls that overlap; what one of them says is judged by whoever is last.
///
/// **The tag** is the low ten bits of the generation. A caller checks the whole generation before it records, so a
/// foreign tag can look right only to a thread that slept between two loads through exactly 1024 k transitions, each
/// of which takes a lock; even then its compare-and-swap needs the same C, f and last.
///
/// **The life** grows whenever the head is set to something that it may have been before in the same generation: when
/// a replaced ring is used again, and when C folds back. So a recorder that slept through it loses its
/// compare-and-swap, though C, f and `last` may be as it found them.
///
/// A new generation starts at C = 0 and clears nothing: a bit is read only after a record of this generation wrote it.
///
/// **The clean ring.** While all calls succeed no bit is set, and none need be read. `marks` is at least the number of
/// set bits: it is raised before a bit is set and lowered after one is cleared. A recorder that loads a head with
/// f = 0 and `last` = 0, *then* finds `marks` = 0, and whose compare-and-swap finds the head unchanged, knows that no
/// bit was set in between: bits are only set for a head whose `last` is 1. So bit C − 1 is right and bit C − N is 0.
///
/// This is a pointer without ownership; the breaker keeps the memory until it is itself gone, so that a recorder who
/// was overtaken by a reconfiguration never touches freed memory.
@safe
struct FlagRing: @unchecked Sendable {
    /// Word 0: the head.
    ///
    /// Word 1: N. Word 2: records of this generation that C leaves out. Word 3: number of bits. Word 4: marks. Then the
    /// bits. No word is left empty: 100 records take 72 bytes.
    let words: UnsafeMutablePointer<Atomic<UInt64>>

    static let header = 5
    static let largestCount: UInt64 = 1 << 26 - 1
    /// Where C begins in a head.
    static let countShift: UInt64 = 27

    /// Makes an empty ring whose head has a tag that no generation is asked with before ``open(tag:size:flags:recorded:)``.
    init(size: Int) {
        let bits = Self.capacity(for: size)
        let count = Self.header + max(1, bits / 32)
        unsafe words = .allocate(capacity: count)
        for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
        unsafe words[1].store(UInt64(size), ordering: .relaxed)
        unsafe words[3].store(UInt64(bits), ordering: .relaxed)
    }

    /// The ring at an address that ``address`` gave; `nil` for 0.
    @inline(__always)
    init?(at address: UInt) {
        guard let words = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address) else { return nil }
        unsafe self.words = words
    }

    var address: UInt { unsafe UInt(bitPattern: words) }

    func deallocate() {
        unsafe words.deinitialize(count: Self.header + max(1, capacity / 32))
        unsafe words.deallocate()
    }

    /// The number of bits for N records.
    static func capacity(for size: Int) -> Int {
        size <= 1 ? 1 : 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
    }

    var capacity: Int { unsafe Int(words[3].load(ordering: .relaxed)) }

    /// N; a load of the head that follows comes after it.
    var size: UInt64 { unsafe words[1].load(ordering: .acquiring) }

    /// The head now.
    var head: Head { unsafe Head(bits: words[0].load(ordering: .acquiring)) }

    /// Records of this generation that C leaves out; changes only under the breaker's lock.
    var leftOut: Int { unsafe Int(truncatingIfNeeded: words[2].load(ordering: .acquiring)) }

    /// One value of the head word.
    struct Head: Equatable {
        var bits: UInt64

        init(bits: UInt64) {
            self.bits = bits
        }

        init(tag: UInt64, last: UInt64, count: UInt64, life: UInt64, flagged: UInt64) {
            bits = tag << 54 | last << 53 | count << FlagRing.countShift | (life & 0x3F) << 21 | flagged
        }

        var tag: UInt64 { bits >> 54 }
        var last: UInt64 { bits >> 53 & 1 }
        var records: UInt64 { bits >> FlagRing.countShift & FlagRing.largestCount }
        var life: UInt64 { bits >> 21 & 0x3F }
        var count: Int { Int(records) }
        var flagged: Int { Int(bits & 0x1F_FFFF) }
    }

    /// What became of a record.
    enum Answer {
        /// It is in the window; the head as this record left it.
        case recorded(Head)
        /// The ring is closed for that generation, or has been replaced.
        case closed
        /// C is at its end; ``fold(tag:)`` first.
        case full
    }

    /// The ten bits of a generation that stand in a head.
    static func tag(_ generation: UInt32) -> UInt64 { UInt64(generation & 0x3FF) }

    /// Records an outcome without the flag in a clean ring, at the first try.
    ///
    /// - Returns: the new head; `nil` if the ring is closed or full or not clean, or somebody was faster.
    @inline(__always)
    func tryRecordClean(tag: UInt64) -> Head? {
        let current = head.bits
        // In this order: see "The clean ring".
        let marks = unsafe words[4].load(ordering: .acquiring)
        // What is left without the right tag: `last`, C and f. One comparison tells tag, `last` and room in C.
        let rest = current ^ tag << 54
        guard rest < Self.largestCount << Self.countShift, rest & 0x1F_FFFF == 0, marks == 0 else { return nil }
        let next = Head(bits: current &+ 1 << Self.countShift)
        return exchange(Head(bits: current), for: next) ? next : nil
    }

    /// Records one outcome at the first try.
    ///
    /// - Returns: the new head; `nil` if the ring is closed or full, the last bit is wrong, or somebody was faster.
    @inline(__always)
    func tryRecord(tag: UInt64, flag: UInt64) -> Head? {
        let current = head
        let size = size
        let mask = UInt64(truncatingIfNeeded: capacity &- 1)
        let count = current.records
        guard current.tag == tag, count < Self.largestCount,
            count == 0 || bit((count &- 1) & mask) == current.last
        else { return nil }
        let evicted = count >= size ? bit((count &- size) & mask) : 0
        // C, `last` and f of the next head in one sum: C + 1, the flag in place of the last one, f − evicted + flag.
        let next = Head(
            bits: (current.bits & ~(1 << 53)) &+ (1 << Self.countShift) &+ (flag << 53) &- evicted &+ flag
        )
        return exchange(current, for: next) ? next : nil
    }

    /// Moves the head, if it is what the caller looked at.
    @inline(__always)
    func exchange(_ current: Head, for next: Head) -> Bool {
        unsafe words[0]
            .compareExchange(
                expected: current.bits,
                desired: next.bits,
                ordering: .sequentiallyConsistent
            )
            .exchanged
    }

    /// Records one outcome.
    func record(tag: UInt64, flag: UInt64) -> Answer {
        let mask = UInt64(capacity - 1)
        var current = head
        while true {
            guard current.tag == tag else { return .closed }
            // Behind the head: a ring that is used again gets its new N before its new head.
            let size = size
            let count = current.records
            guard count < Self.largestCount else { return .full }
            guard settleLast(of: current, mask: mask) else {
                current = head
                continue
            }
            let evicted = count >= size ? bit((count - size) & mask) : 0
            let next = Head(
                tag: tag,
                last: flag,
                count: count + 1,
                life: current.life,
                flagged: UInt64(current.flagged) &- evicted &+ flag
            )
            let (won, found) = unsafe words[0]
                .weakCompareExchange(
                    expected: current.bits,
                    desired: next.bits,
                    ordering: .sequentiallyConsistent
                )
            if won { return .recorded(next) }
            current = Head(bits: found)
        }
    }

    /// Makes sure that the bit of the last record is right; `false` if the head has moved.
    @inline(__always)
    func settleLast(of current: Head, mask: UInt64) -> Bool {
        guard current.records > 0 else { return true }
        let index = (current.records - 1) & mask
        return bit(index) == current.last || writeLast(of: current, at: index)
    }

    @inline(never)
    private func writeLast(of current: Head, at index: UInt64) -> Bool {
        guard let repair = repair(of: current, at: index) else { return head == current }
        return apply(repair)
    }

    /// A change of one word of bits that is still to be made.
    struct Repair: Equatable {
        var slot: Int
        var found: UInt64
        var changed: UInt64
        var isSetting: Bool
    }

    /// The change that makes the bit of the last record right; `nil` if it is right, or if the head has moved.
    func repair(of current: Head, at index: UInt64) -> Repair? {
        let slot = Self.header + Int(index >> 5)
        let found = unsafe words[slot].load(ordering: .acquiring)
        // The bit was loaded before the head: it is wrong *while* the head stands here, so no other helper changed it
        // yet. Without this look a helper that comes late would take a later record's bit for a wrong one.
        guard found &>> (index & 31) & 1 != current.last, head == current else { return nil }
        let changed = (found ^ 1 &<< (index & 31)) &+ 1 << 32
        return Repair(slot: slot, found: found, changed: changed, isSetting: current.last == 1)
    }

    /// Makes a change, unless the word has changed meanwhile: the version tells even when all bits are as they were.
    func apply(_ repair: Repair) -> Bool {
        if repair.isSetting { mark(1) }
        let isChanged = unsafe words[repair.slot]
            .compareExchange(
                expected: repair.found,
                desired: repair.changed,
                ordering: .sequentiallyConsistent
            )
            .exchanged
        // The mark of a bit that was cleared, or that somebody else has set.
        if isChanged != repair.isSetting { mark(-1) }
        return isChanged
    }

    /// At least the number of set bits, and exactly that while nobody records.
    var marks: Int { unsafe Int(words[4].load(ordering: .acquiring)) }

    /// The number of set bits.
    var setBits: Int {
        (0..<max(1, capacity / 32))
            .reduce(0) { sum, word in
                let bits = unsafe UInt32(truncatingIfNeeded: words[Self.header + word].load(ordering: .acquiring))
                return sum + bits.nonzeroBitCount
            }
    }

    func mark(_ change: Int) {
        unsafe words[4].wrappingAdd(UInt64(bitPattern: Int64(change)), ordering: .sequentiallyConsistent)
    }

    @inline(__always)
    func bit(_ index: UInt64) -> UInt64 {
        unsafe words[Self.header + Int(index >> 5)].load(ordering: .acquiring) &>> (index & 31) & 1
    }
}
