public import Synchronization

/// The one word of a shared machine, so that tests can put one in that stops at every access.
@usableFromInline
protocol SharedWord: ~Copyable {
    /// The word now.
    borrowing func read() -> UInt64
    /// Writes another word if this one is still there, and tells which one was found.
    borrowing func replace(_ expected: UInt64, with desired: UInt64) -> (won: Bool, found: UInt64)
}

extension Atomic: SharedWord where Value == UInt64 {
    @inlinable
    @inline(__always)
    borrowing func read() -> UInt64 {
        #if DEBUG
        SchedulePoint.pass(.read, self)
        #endif
        return load(ordering: .acquiring)
    }

    @inlinable
    @inline(__always)
    borrowing func replace(_ expected: UInt64, with desired: UInt64) -> (won: Bool, found: UInt64) {
        #if DEBUG
        SchedulePoint.pass(.write, self)
        #endif
        let (won, found) = compareExchange(
            expected: expected,
            desired: desired,
            ordering: .acquiringAndReleasing
        )
        return (won, found)
    }
}
