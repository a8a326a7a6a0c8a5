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
    @inline(__always) var stripes: Stripes? {
        Stripes(at: unsafe UInt(words[8].load(ordering: .sequentiallyConsistent)))
    }

    /// Where outcomes are counted: `nil` for the slices' own words.
    var lanes: [Int?] { stripes == nil ? [nil] : [nil] + (0..<Stripes.lanes).map(Int?.some) }

    /// A word of outcomes of a slice.
    @inline(__always)
    func word(_ index: Int, in lane: Int?) -> UnsafeMutablePointer<Atomic<UInt64>> {
        guard let lane, let stripes else { return unsafe words + (Self.header + index) }
        return unsafe stripes.word(index, in: lane)
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
