public import CircuitBreakers
import Synchronization

/// A clock that stands still until it is moved; safe to move and read from any thread.
///
/// ```swift
/// let clock = ManualClock()
/// let breaker = try CircuitBreaker("payments", clock: clock.breakerClock)
/// clock.advance(by: 5000)
/// ```
public final class ManualClock: Sendable {
    private let milliseconds: Atomic<Int64>

    /// As far as the clock goes, in either direction, so that no sum with a duration overflows.
    private static let limit: Int64 = 1 << 61

    /// Creates a clock.
    ///
    /// - Parameter start: its first time in milliseconds.
    public init(start: Int64 = 0) {
        milliseconds = Atomic(min(max(start, -Self.limit), Self.limit))
    }

    /// The time in milliseconds.
    public var now: Int64 { milliseconds.load(ordering: .sequentiallyConsistent) }

    /// Moves the clock.
    ///
    /// - Parameter amount: milliseconds; a negative amount moves it back.
    public func advance(by amount: Int64) {
        let bounded = min(max(amount, -Self.limit), Self.limit)
        var current = now
        while true {
            let next = min(max(current + bounded, -Self.limit), Self.limit)
            let (won, found) = milliseconds.compareExchange(
                expected: current,
                desired: next,
                ordering: .sequentiallyConsistent
            )
            if won { return }
            current = found
        }
    }

    /// Moves the clock.
    public func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let bounded = min(max(seconds, -Self.limit / 2000), Self.limit / 2000)
        advance(by: bounded * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// This clock as a breaker reads it.
    public var breakerClock: BreakerClock {
        BreakerClock { self.now }
    }
}
