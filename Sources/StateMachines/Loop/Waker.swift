/// Whoever waits, to be resumed exactly once.
///
/// The continuation is unchecked because a checked one allocates, and the loop may wait once an event. What makes it
/// safe: a waker stands in one place under a lock, and only who takes it out of there resumes it.
@safe
struct Waker<Value: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Value, Never>

    /// Waits until the waker is resumed.
    ///
    /// - Parameter store: puts the waker where somebody will find it; or, if there is nothing to wait for, says what to
    ///   go on with and keeps the waker nowhere.
    /// - Returns: what it was resumed with, or what it goes on with.
    static func wait(_ store: (Waker) -> Value?) async -> Value {
        unsafe await withUnsafeContinuation { continuation in
            if let value = store(unsafe Waker(continuation)) { unsafe continuation.resume(returning: value) }
        }
    }

    private init(_ continuation: UnsafeContinuation<Value, Never>) {
        unsafe self.continuation = continuation
    }

    func resume(_ value: sending Value) {
        unsafe continuation.resume(returning: value)
    }
}
