import Synchronization

/// The straight road of successes.
extension TimeSlices {
    /// A slice in which a success cannot complete a condition: `[stamp 32 | word of the slice 11 | configuration 21]`.
    ///
    /// A verdict in it, by the configuration of that number, found enough outcomes and no reason to trip. From then on a
    /// quick success lowers every rate, the minimum has been reached, and nothing expires while the slice lasts. So it
    /// need not look at the window.
    ///
    /// **No trip is lost.** An outcome goes without a verdict only if it found the slice settled *before* it entered: the
    /// verdict that settled it found the minimum reached without it. Take the last failure in the window. If its own
    /// verdict found the minimum reached, it saw all failures and no more outcomes than there are, and trips if
    /// the condition holds. If not, the minimum was completed later, and before the slice was settled, so by outcomes
    /// that are judged: the last of those that the settling verdict has found sees all of them, and that failure.
    ///
    /// A success that has entered looks at two more words: at the configuration's number, because a reconfiguration which
    /// changes it looks at the window only afterwards; and at the latest time, because a success that slept from one
    /// slice into another may complete the minimum there.
    ///
    /// **One word and not two**, so that no stamp is taken with another slice's place. Start and length are read behind
    /// it. They are those of the stamp's period if the slice's word has the stamp: closing a period puts another one
    /// there before anything else changes. Only a generation of CLOSED has settled slices, so that it need not be asked
    /// which state it is.
    ///
    /// Of the configuration's number 21 bits stand here; each reconfiguration unsettles the slice too.
    struct Settled: Equatable {
        var bits: UInt64

        static let numberMask: UInt32 = 1 << 21 - 1

        init(bits: UInt64) {
            self.bits = bits
        }

        init(stamp: UInt32, index: Int, number: UInt32) {
            bits =
                UInt64(stamp) << 32 | UInt64(TimeSlices.header + index) << 21 | UInt64(number & Self.numberMask)
        }

        init(_ place: Place, _ number: UInt32) {
            self.init(stamp: place.stamp, index: place.index, number: number)
        }

        /// No slice, in a period with that base: a stamp that it does not reach.
        static func none(from base: UInt32) -> Settled { Settled(stamp: base &+ 1 << 31, index: 0, number: 0) }

        var stamp: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
        var word: Int { Int(bits >> 21 & 0x7FF) }

        /// Whether the configuration has that number.
        @inline(__always)
        func follows(_ number: UInt32) -> Bool {
            (UInt32(truncatingIfNeeded: bits) ^ number) & Self.numberMask == 0
        }
    }

    /// The slice that was settled last.
    @inline(__always) var settled: Settled { unsafe Settled(bits: words[4].load(ordering: .sequentiallyConsistent)) }

    func settle(_ settled: Settled) { unsafe words[4].store(settled.bits, ordering: .sequentiallyConsistent) }

    /// No slice is settled any more.
    func unsettle() {
        settle(.none(from: UInt32(truncatingIfNeeded: unsafe words[0].load(ordering: .sequentiallyConsistent))))
    }

    /// Adds a success to a settled slice if it is the slice of `now`, at the first try.
    ///
    /// - Parameters:
    ///   - settled: the slice, read before the clock.
    ///   - generation: the call's.
    ///   - now: to which the latest time has been raised.
    ///   - lane: where outcomes are counted in a striped window; `nil` in another one.
    /// - Returns: what became of it.
    @inline(__always)
    func enter(_ settled: Settled, _ generation: UInt32, now: Int64, lane: Int?) -> Try {
        let period = unsafe words[0].load(ordering: .acquiring)
        let start = unsafe Int64(bitPattern: words[1].load(ordering: .acquiring))
        let length = unsafe words[2].load(ordering: .acquiring)
        let number = settled.stamp &- UInt32(truncatingIfNeeded: period)
        let age = now &- start &- Int64(number) &* Int64(bitPattern: length)
        guard period >> 32 == UInt64(generation), UInt64(bitPattern: age) < length else { return .unsettled }
        let word = unsafe self.word(settled.word &- Self.header, in: lane)
        let current = unsafe word.pointee.load(ordering: .acquiring)
        // Not full either.
        guard current >> 32 == UInt64(settled.stamp), UInt32(truncatingIfNeeded: current) != .max else {
            return .unsettled
        }
        let (won, _) = unsafe word.pointee.compareExchange(
            expected: current,
            desired: current &+ 1,
            ordering: .sequentiallyConsistent
        )
        return won ? .entered : .lost
    }

    /// What became of a success at the first try.
    enum Try {
        case entered
        /// Not the slice of that time, or nobody has counted there yet.
        case unsettled
        /// Another thread was faster.
        case lost
    }
}
