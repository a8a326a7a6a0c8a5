import Synchronization

/// One word that is read and written without any order.
struct Relaxed<Value: FixedWidthInteger & Sendable>: ~Copyable, Sendable {
    private let word: Atomic<Int64>

    init(_ value: Value) {
        word = Atomic(Int64(truncatingIfNeeded: value))
    }

    @inline(__always) var value: Value {
        get { Value(truncatingIfNeeded: word.load(ordering: .relaxed)) }
        nonmutating set { word.store(Int64(truncatingIfNeeded: newValue), ordering: .relaxed) }
    }
}

/// The latest of the times that were handed in; never goes back.
struct LatestTime: ~Copyable, Sendable {
    private let word: Atomic<Int64>

    init(_ start: Int64) {
        word = Atomic(start)
    }

    /// The latest time so far.
    @inline(__always) var value: Int64 { word.load(ordering: .sequentiallyConsistent) }

    /// `now`, or the latest time if that is later; it is raised to it.
    @inline(__always)
    @discardableResult
    func raise(to now: Int64) -> Int64 {
        var current = word.load(ordering: .sequentiallyConsistent)
        while now > current {
            let (won, found) = word.weakCompareExchange(
                expected: current,
                desired: now,
                ordering: .sequentiallyConsistent
            )
            if won { return now }
            current = found
        }
        return current
    }
}
