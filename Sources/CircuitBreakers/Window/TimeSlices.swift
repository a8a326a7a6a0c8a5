import Synchronization

/// A rolling window of time slices: exact, lock-free, and it never has to be cleared.
///
/// Each slice has two or three words, `[stamp 32 | count 32]`: outcomes, failures, slow calls. The third is there only in
/// a window that was made while slow calls count. A **stamp** is a slice number that is never used twice: `base` of the
/// period + the slice's number since the generation began. Whoever first records in a slice finds an older stamp in its place and replaces it together with the count, in the one
/// compare-and-swap that records; whatever has expired is told by its stamp and simply left out when read. Each
/// period's base lies above every stamp of the ones before, so their slices read as expired.
///
/// **Periods.** Stamps are compared by their difference modulo 2³². So a period ends with its generation, with a
/// change of its shape, and 2³⁰ slices after it began (12 days at 1 ms): ``renew(_:now:latest:)`` then starts another
/// one in the same generation, with fresh stamps for what the window still shows. No two stamps that stand in the
/// window are ever 2³¹ apart, however long nobody called.
///
/// **The cut.** Ending a period first closes the period word, then swaps every slice for an older, empty one; the
/// values swapped out are what the window showed. A recorder checks the period word after it has raised the breaker's
/// latest time with its own, and the new base is computed from the latest time after the period word was closed: so no
/// recorder of the old period can hold a stamp as high as the new base. A recorder that finds a higher stamp than its
/// own was overtaken. If its outcome was in by then but not its flags, it adds them under the breaker's lock, where
/// the outcome is now; the **lineage** tells whether it was carried over. Where a transition made the cut the window is
/// history: what it froze, and its event, then show that outcome without its flags. The trip had been decided without
/// them, and the counters since construction have them.
///
/// The words of one outcome are written outcome first, then failure, then slow, and read the other way round: a reader
/// in between sees one failure less, never a rate that is too high, and the recorder itself evaluates after its last
/// word. With sequentially consistent operations the last of several recorders sees all of them, so a trip is never
/// missed.
///
/// **What has left.** The breaker counts what it has admitted, and the slices what of it is recorded; so an outcome costs
/// one compare-and-swap. Whoever replaces a slice is told how many outcomes went with it, and counts them elsewhere.
///
/// Counts stop at 2³² − 1 a slice; outcomes beyond count as having left. Like ``FlagRing`` this is a pointer without ownership.
@safe
struct TimeSlices: @unchecked Sendable {
    /// Word 0: the period, `[generation 32 | base 32]`.
    ///
    /// Word 1: where it starts, in milliseconds. Word 2: milliseconds a slice. Word 3: `[slow 1 | number of
    /// slices 16]`. Word 4: see ``Settled``. Word 5: the number of the first slice behind the period. Word 6: the
    /// lineage. Word 7: the slice that was last asked for, `[number 48 | index 16]`. Word 8: the address of ``stripes``. Then the
    /// slices; in a window with many of them eight more words that belong to ``older(than:)``.
    let words: UnsafeMutablePointer<Atomic<UInt64>>

    /// Makes a generation that nobody asks for: the current one is 2³¹ transitions away.
    static let closedBit: UInt64 = 1 << 63
    /// Slices of a period.
    static let reach: Int64 = 1 << 30

    init(buckets: Int, tracksSlow: Bool) {
        let count = Self.words(buckets, tracksSlow: tracksSlow)
        unsafe words = .allocate(capacity: count)
        for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
        unsafe words[2].store(1, ordering: .relaxed)
        unsafe words[3].store(UInt64(buckets) | (tracksSlow ? Self.slowBit : 0), ordering: .relaxed)
        unsafe words[0].store(Self.closedBit | 1, ordering: .relaxed)
    }

    /// The window at an address that ``address`` gave; `nil` for 0.
    @inline(__always)
    init?(at address: UInt) {
        guard let words = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address) else { return nil }
        unsafe self.words = words
    }

    var address: UInt { unsafe UInt(bitPattern: words) }

    func deallocate() {
        stripes?.deallocate(count: buckets)
        unsafe words.deinitialize(count: Self.words(buckets, tracksSlow: tracksSlow))
        unsafe words.deallocate()
    }

    private static let slowBit: UInt64 = 1 << 16

    private static func words(_ buckets: Int, tracksSlow: Bool) -> Int {
        header + (tracksSlow ? 3 : 2) * buckets + (keepsSums(buckets) ? 8 : 0)
    }

    /// Words in front of the slices.
    static let header = 9

    /// Whether the sums of the slices before the current one are kept; with few slices adding them up is as fast.
    @inline(__always)
    static func keepsSums(_ buckets: Int) -> Bool { buckets > 16 }

    @inline(__always) var buckets: Int { unsafe Int(words[3].load(ordering: .relaxed) & 0xFFFF) }

    /// Whether there is room for slow calls.
    var tracksSlow: Bool { unsafe words[3].load(ordering: .relaxed) & Self.slowBit != 0 }

    /// Words a slice.
    var rows: Int { tracksSlow ? 3 : 2 }

    /// Outcomes of this generation that have not left, whether or not they are still shown.
    var recorded: Int {
        let lanes = lanes
        return (0..<buckets)
            .reduce(0) { sum, index in
                lanes.reduce(sum) { sum, lane in
                    unsafe sum
                        + Int(word(index, in: lane).pointee.load(ordering: .sequentiallyConsistent) & 0xFFFF_FFFF)
                }
            }
    }

    @inline(__always) var sliceMs: Int64 { unsafe Int64(bitPattern: words[2].load(ordering: .acquiring)) }

    /// Tells apart windows that started empty; one that was carried over keeps it.
    var lineage: UInt64 { unsafe words[6].load(ordering: .acquiring) }

    /// A slice of a generation: what ``place(_:now:)`` found.
    struct Place {
        var number: Int64
        var index: Int
        var stamp: UInt32
        var lineage: UInt64
        /// Whether the slice lies behind the period.
        var isBeyond: Bool
        /// Outcomes that left when one was recorded here.
        var departed: UInt64 = 0
    }

    /// What became of a record.
    enum Answer {
        /// It is in the window.
        case recorded(Place)
        /// The outcome is in the window, and these flags are not: it has expired or the window was closed.
        case torn(Place, failure: Bool, slow: Bool)
        /// Somebody with a later time was there before: try again with that time.
        case overtaken
        /// The period is over: ``renew(_:now:latest:)`` first.
        case outworn
        /// The window is closed for that generation, or has been replaced.
        case closed
    }

    /// The slice of `now`, `nil` if the window is closed for that generation.
    @inline(__always)
    func place(_ generation: UInt32, now: Int64) -> Place? {
        let period = unsafe words[0].load(ordering: .sequentiallyConsistent)
        guard period >> 32 == UInt64(generation) else { return nil }
        let start = unsafe Int64(bitPattern: words[1].load(ordering: .acquiring))
        let end = unsafe Int64(bitPattern: words[5].load(ordering: .acquiring))
        let length = sliceMs
        let count = Int64(buckets)
        let lineage = lineage
        // All of this belongs to the period only if it is still the same and still open.
        guard unsafe words[0].load(ordering: .sequentiallyConsistent) == period else { return nil }
        let (number, index) = numbered(max(0, now &- start), length: length)
        // Whatever lies that far behind the period sees all slices expired.
        let bounded = min(number, end + count)
        return Place(
            number: number,
            index: index,
            stamp: UInt32(truncatingIfNeeded: period &+ UInt64(bounded)),
            lineage: lineage,
            isBeyond: number >= end
        )
    }

    /// The number of the slice so long after the start, and its index: by the last one that was asked for, or by two
    /// divisions, which cost as much as everything else together.
    @inline(__always)
    private func numbered(_ age: Int64, length: Int64) -> (number: Int64, index: Int) {
        let count = buckets
        let known = unsafe words[7].load(ordering: .relaxed)
        let (begin, overflows) = Int64(known >> 16).multipliedReportingOverflow(by: length)
        if !overflows, age >= begin, age &- begin < length {
            return (Int64(known >> 16), Int(known & 0xFFFF))
        }
        let number = age / length
        let index = Int(number % Int64(count))
        // Index and number go together whatever the period is; whether the number is the right one is asked each time.
        if number < 1 << 47 {
            unsafe words[7].store(UInt64(number) << 16 | UInt64(index), ordering: .relaxed)
        }
        return (number, index)
    }

    /// Records one outcome.
    ///
    /// - Parameters:
    ///   - generation: the call's.
    ///   - now: to which the breaker's latest time has been raised before.
    ///   - failure: whether it failed.
    ///   - slow: whether it was slow.
    ///   - lane: of a striped window, for a quick success.
    /// - Returns: what became of it.
    func record(_ generation: UInt32, now: Int64, failure: Bool, slow: Bool, lane: Int? = nil) -> Answer {
        guard var place = place(generation, now: now) else { return .closed }
        guard !place.isBeyond else { return .outworn }
        guard let departed = enter(place, lane: lane) else { return isOpen(generation) ? .overtaken : .closed }
        place.departed = departed
        guard failure || slow else { return .recorded(place) }
        return flag(place, failure: failure, slow: slow)
    }

    /// Adds an outcome.
    ///
    /// - Returns: how many outcomes left, with the slice that this one replaced or because it is full; `nil` if a later
    ///   slice is in this one's place.
    @inline(__always)
    func enter(_ place: Place, lane: Int? = nil) -> UInt64? { unsafe count(place, at: word(place.index, in: lane)) }

    /// Adds the flags of an outcome that is in.
    func flag(_ place: Place, failure: Bool, slow: Bool) -> Answer {
        let lacksFailure = unsafe failure && count(place, at: word(place.index, row: 1)) == nil
        // Who finds no room has a window from before slow calls counted, and it was replaced.
        let lacksSlow = unsafe slow && (!tracksSlow || count(place, at: word(place.index, row: 2)) == nil)
        return lacksFailure || lacksSlow
            ? .torn(place, failure: lacksFailure, slow: lacksSlow) : .recorded(place)
    }

    private func isOpen(_ generation: UInt32) -> Bool {
        unsafe words[0].load(ordering: .sequentiallyConsistent) >> 32 == UInt64(generation)
    }

    /// Counts one.
    ///
    /// - Returns: what was counted here and is not any more; `nil` if a later slice is in this one's place.
    @inline(__always)
    private func count(_ place: Place, at word: UnsafeMutablePointer<Atomic<UInt64>>) -> UInt64? {
        let fresh = UInt64(place.stamp) << 32 | 1
        var current = unsafe word.pointee.load(ordering: .sequentiallyConsistent)
        while true {
            let age = Self.distance(from: current, to: place.stamp)
            guard age >= 0 else { return nil }
            let isFull = current & 0xFFFF_FFFF == 0xFFFF_FFFF
            let next = age > 0 ? fresh : isFull ? current : current + 1
            let (won, found) = unsafe word.pointee
                .weakCompareExchange(
                    expected: current,
                    desired: next,
                    ordering: .sequentiallyConsistent
                )
            if won {
                noteLate(place.stamp)
                return age > 0 ? current & 0xFFFF_FFFF : isFull ? 1 : 0
            }
            current = found
        }
    }

    /// A slice's word: outcomes, failures, slow calls.
    @inline(__always)
    func word(_ index: Int, row: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe words + (Self.header + row * buckets + index)
    }

    /// How many slices `stamp` lies after that of a slice's word.
    @inline(__always)
    static func distance(from word: UInt64, to stamp: UInt32) -> Int32 {
        Int32(truncatingIfNeeded: stamp &- UInt32(truncatingIfNeeded: word >> 32))
    }
}
