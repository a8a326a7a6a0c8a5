import Synchronization

/// A counter of one generation: `[tag 12 | count 52]`.
///
/// What is counted is counted for the tag that stands there, so a caller of a generation that has ended cannot count
/// in the next one. The tag is the low twelve bits of the generation; a caller has just seen the whole of it, so
/// it would have to sleep between two loads through exactly 4096 k transitions, each of which takes a lock, to be fooled.
/// 2⁵² counts last 500 days at 100 million a second.
struct TaggedCounter: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)

    private static let countBits: UInt64 = (1 << 52) - 1

    init() {}

    private static func start(_ generation: UInt32) -> UInt64 { UInt64(generation & 0xFFF) << 52 }

    /// The count of the current generation.
    var count: Int { Int(word.load(ordering: .acquiring) & Self.countBits) }

    /// Counts without looking first: one addition, which does not lose against others.
    ///
    /// In a generation that has ended the count is too high for a moment; nothing is decided by it there.
    ///
    /// - Returns: the word before; if it does not ``belongs(_:to:)`` the generation, ``takeBack(_:)`` must follow.
    @inline(__always)
    func raise() -> UInt64 {
        word.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
    }

    @inline(__always)
    static func belongs(_ before: UInt64, to generation: UInt32) -> Bool {
        (before ^ start(generation)) >> 52 == 0
    }

    /// Takes back what was counted in a generation that had ended.
    ///
    /// - Returns: `false` if the count left with a later generation before that: it stands in what ``restart(_:)`` returned.
    @inline(never)
    func takeBack(_ before: UInt64) -> Bool {
        var current = word.load(ordering: .relaxed)
        while current & ~Self.countBits == before & ~Self.countBits {
            let (won, found) = word.weakCompareExchange(
                expected: current,
                desired: current &- 1,
                ordering: .sequentiallyConsistent
            )
            if won { return true }
            current = found
        }
        return false
    }

    /// Counts one at the first try; `false` if that generation has ended here, or somebody was faster.
    @inline(__always)
    func tryIncrement(_ generation: UInt32) -> Bool {
        let current = word.load(ordering: .relaxed)
        guard Self.belongs(current, to: generation) else { return false }
        return
            word.compareExchange(
                expected: current,
                desired: current &+ 1,
                ordering: .sequentiallyConsistent
            )
            .exchanged
    }

    /// Counts; `false` if that generation has ended here.
    func increment(_ generation: UInt32, by amount: UInt64 = 1) -> Bool {
        let tag = Self.start(generation)
        var current = word.load(ordering: .relaxed)
        while true {
            guard current & ~Self.countBits == tag else { return false }
            let (won, found) = word.weakCompareExchange(
                expected: current,
                desired: current &+ amount,
                ordering: .sequentiallyConsistent
            )
            if won { return true }
            current = found
        }
    }

    /// Counts many at once.
    ///
    /// Under the breaker's lock, where the generation stands still.
    func add(_ amount: Int) {
        word.wrappingAdd(UInt64(amount), ordering: .sequentiallyConsistent)
    }

    /// Ends a generation and starts the next one.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: the count of the old one.
    func restart(_ generation: UInt32) -> Int {
        Int(word.exchange(Self.start(generation), ordering: .sequentiallyConsistent) & Self.countBits)
    }
}

/// The row of failures of one generation: `[generation 32 | row 32]`.
struct FailureRow: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)

    init() {}

    /// The row now.
    var length: Int { Int(word.load(ordering: .acquiring) & 0xFFFF_FFFF) }

    /// Adds a failure.
    ///
    /// - Returns: the row with it; 0 if that generation has ended here.
    func extend(_ generation: UInt32) -> Int {
        var current = word.load(ordering: .relaxed)
        while true {
            guard current >> 32 == UInt64(generation) else { return 0 }
            // At its end it stays there: a row that trips is at most 10^9 long.
            let next = current & 0xFFFF_FFFF == 0xFFFF_FFFF ? current : current + 1
            let (won, found) = word.weakCompareExchange(
                expected: current,
                desired: next,
                ordering: .sequentiallyConsistent
            )
            if won { return Int(next & 0xFFFF_FFFF) }
            current = found
        }
    }

    /// Ends the row with a success; a load when there is none.
    @inline(__always)
    func end(_ generation: UInt32) {
        var current = word.load(ordering: .acquiring)
        while current & 0xFFFF_FFFF != 0, current >> 32 == UInt64(generation) {
            let (won, found) = word.weakCompareExchange(
                expected: current,
                desired: current & ~0xFFFF_FFFF,
                ordering: .sequentiallyConsistent
            )
            if won { return }
            current = found
        }
    }

    /// Ends a generation and starts the next one.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: the row at the end of the old one.
    func restart(_ generation: UInt32) -> Int {
        Int(word.exchange(UInt64(generation) << 32, ordering: .sequentiallyConsistent) & 0xFFFF_FFFF)
    }
}
