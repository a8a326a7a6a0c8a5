package import Synchronization

/// A value behind a `Mutex`, handed from holder to holder in a way that the Thread Sanitizer sees.
///
/// A `Mutex` that is waited for is taken inside the Swift runtime, which is not instrumented: under contention the
/// sanitizer does not learn that one holder came after the other, and reports a race on whatever the lock guards. So each
/// holder ends with a releasing store to a word that the next one begins by loading. On x86 both are plain moves.
package struct Locked<Value: ~Copyable>: ~Copyable {
    @usableFromInline package let mutex: Mutex<Value>
    @usableFromInline package let handover = Atomic<UInt8>(0)

    @inlinable
    package init(_ value: consuming sending Value) {
        mutex = Mutex(value)
    }

    /// Calls `body` with the lock held.
    ///
    /// Not to be entered again from inside.
    @inlinable
    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try mutex.withLock { value throws(Failure) -> sending Result in
            _ = handover.load(ordering: .acquiring)
            defer { handover.store(0, ordering: .releasing) }
            return try body(&value)
        }
    }
}

extension Locked: @unchecked Sendable where Value: ~Copyable {}
