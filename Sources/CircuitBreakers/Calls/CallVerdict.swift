/// What a call says about the resource, and whether the resource asks to be left alone for a while.
public struct CallVerdict: Sendable, Hashable {
    /// What the call says.
    public var outcome: Outcome
    /// For how long the breaker opens at once, whatever its window says: a `Retry-After`, for one; `nil` leaves it to
    /// the window.
    ///
    /// In whole milliseconds, rounded down, at most the breaker's ``CircuitBreaker/Configuration/maxOpenMs``: the
    /// number comes from elsewhere. It counts only if the call was not late; where its outcome has tripped the breaker
    /// already, the longer time holds. In FORCED_OPEN, DISABLED and METRICS_ONLY it opens nothing.
    public var openFor: Duration?

    /// Creates a verdict.
    public init(_ outcome: Outcome, openFor: Duration? = nil) {
        self.outcome = outcome
        self.openFor = openFor
    }

    /// The call succeeded.
    public static let success = CallVerdict(.success)
    /// The call failed.
    public static let failure = CallVerdict(.failure)
    /// The call says nothing.
    public static let ignored = CallVerdict(.ignored)

    /// The call failed, and the breaker opens for so long; `nil` leaves it to the window.
    public static func failure(openFor duration: Duration?) -> CallVerdict {
        CallVerdict(.failure, openFor: duration)
    }
}
