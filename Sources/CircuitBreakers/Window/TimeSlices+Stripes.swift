import Synchronization

/// Outcomes of a window in which several threads record at the same time.
///
/// They are spread over eight lanes; failures and slow calls are not, because whoever records one reads everything anyway.
/// A lane's word is like a slice's own: it begins with the stamp, is replaced by whoever first counts there in a later
/// slice, and is swapped out when a period ends. So all that is said of one word of outcomes holds for nine.
///
/// **Never later.** Each verdict is taken from all nine, after its own outcome is in. An outcome in a lane that a verdict
/// does not find was counted after it had looked there, and is judged afterwards, unless it need not be (``Settled``).
/// The rate is never too high, because flags are read first.
extension TimeSlices {
    /// The lanes; `nil` while nobody was in another one's way.
    ///
    /// Word 8 is then `[stamp 32 | lost 31 | 1]`: how often a recorder lost against another one in that slice.
    @inline(__always) var stripes: Stripes? {
        let word = unsafe words[8].load(ordering: .sequentiallyConsistent)
        return word & 1 == 0 ? Stripes(at: UInt(word)) : nil
    }

    /// Where outcomes are counted: `nil` for the slices' own words.
    var lanes: [Int?] { stripes == nil ? [nil] : [nil] + (0..<Stripes.lanes).map(Int?.some) }

    /// A word of outcomes of a slice.
    @inline(__always)
    func word(_ index: Int, in lane: Int?) -> UnsafeMutablePointer<Atomic<UInt64>> {
        guard let lane, let stripes else { return unsafe words + (Self.header + index) }
        return unsafe stripes.word(index, in: lane)
    }

    /// Notes that a recorder lost against another one.
    ///
    /// - Returns: whether that is now so often in one slice that the window should be striped.
    func noteLoss(_ stamp: UInt32) -> Bool {
        let word = unsafe words[8].load(ordering: .relaxed)
        guard word & 1 == 1 || word == 0 else { return false }
        let lost = word >> 32 == UInt64(stamp) ? word & 0xFFFF_FFFF : 1
        // Another one's note may be lost here; there will be more.
        _ = unsafe words[8]
            .compareExchange(
                expected: word,
                desired: UInt64(stamp) << 32 | (lost + 2) & 0xFFFF_FFFF,
                ordering: .relaxed
            )
        return lost >= 2 * 64
    }

    /// Makes the lanes, if there are none.
    ///
    /// Under the breaker's lock. They begin with the stamps that the slices have, and with nothing counted.
    func stripe() {
        guard stripes == nil else { return }
        let stripes = Stripes(count: buckets)
        for index in 0..<buckets {
            let found = unsafe word(index, row: 0).pointee.load(ordering: .sequentiallyConsistent)
            for lane in 0..<Stripes.lanes {
                unsafe stripes.word(index, in: lane).pointee.store(found & ~0xFFFF_FFFF, ordering: .relaxed)
            }
        }
        unsafe words[8].store(UInt64(stripes.address), ordering: .sequentiallyConsistent)
    }
}
