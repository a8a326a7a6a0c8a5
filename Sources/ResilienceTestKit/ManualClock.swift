public import CircuitBreakers
import StateMachines
import Synchronization

/// A clock that stands still until it is moved; safe to move and read from any thread.
///
/// It is a breaker's clock:
///
/// ```swift
/// let clock = ManualClock()
/// let breaker = try CircuitBreaker("payments", clock: clock.breakerClock)
/// clock.advance(by: 5000)
/// ```
///
/// And it is a `Clock` of the standard library: what timers of a `MachineLoop` go by, and anything else that sleeps.
/// A sleeper wakes when the clock is moved to its time; ``somebodySleeps(until:)`` waits until there is one, so that a
/// test need not guess how far the other task has come.
public final class ManualClock: Clock, Sendable {
    /// A time on the clock.
    public struct Instant: InstantProtocol {
        /// Milliseconds since the clock's zero, −2⁶¹…2⁶¹.
        public let milliseconds: Int64

        /// Creates a time; what is beyond the range is cut off.
        public init(milliseconds: Int64) {
            self.milliseconds = min(max(milliseconds, -ManualClock.limit), ManualClock.limit)
        }

        /// The time so much later, in whole milliseconds.
        public func advanced(by duration: Duration) -> Self {
            Self(milliseconds: milliseconds + ManualClock.milliseconds(duration))
        }

        /// How much later the other time is.
        public func duration(to other: Self) -> Duration { .milliseconds(other.milliseconds - milliseconds) }

        /// Whether the first time is the earlier one.
        public static func < (first: Self, second: Self) -> Bool { first.milliseconds < second.milliseconds }
    }

    /// Who waits for a time.
    private struct Waiter {
        var id: Int
        var time: Int64
        var wake: AsyncStream<Void>.Continuation
    }

    private struct Waiting {
        var nextID = 0
        /// Until the clock shows their time.
        var sleepers: [Waiter] = []
        /// Until somebody sleeps until their time.
        var watchers: [Waiter] = []
    }

    private let milliseconds: Atomic<Int64>
    private let waiting = Locked(Waiting())

    /// As far as the clock goes, in either direction, so that no sum with a duration overflows.
    private static let limit: Int64 = 1 << 61

    /// Creates a clock.
    ///
    /// - Parameter start: its first time in milliseconds.
    public init(start: Int64 = 0) {
        milliseconds = Atomic(Instant(milliseconds: start).milliseconds)
    }

    /// The time.
    public var now: Instant { Instant(milliseconds: milliseconds.load(ordering: .sequentiallyConsistent)) }

    /// A millisecond.
    public var minimumResolution: Duration { .milliseconds(1) }

    /// Moves the clock, and wakes those whose time has come.
    ///
    /// - Parameter amount: milliseconds; a negative amount moves it back.
    public func advance(by amount: Int64) {
        let bounded = Instant(milliseconds: amount).milliseconds
        var current = now.milliseconds
        while true {
            let next = Instant(milliseconds: current + bounded).milliseconds
            let (won, found) = milliseconds.compareExchange(
                expected: current,
                desired: next,
                ordering: .sequentiallyConsistent
            )
            if won { break }
            current = found
        }
        let due = waiting.withLock { waiting in Self.take(&waiting.sleepers) { [now] in $0 <= now.milliseconds } }
        for sleeper in due { sleeper.wake.yield() }
    }

    /// Moves the clock by whole milliseconds, and wakes those whose time has come.
    public func advance(by duration: Duration) {
        advance(by: Self.milliseconds(duration))
    }

    /// Waits until the clock shows a time; what the clock's users call.
    ///
    /// - Parameters:
    ///   - deadline: the time.
    ///   - tolerance: not needed: nothing is late here.
    /// - Throws: `CancellationError` if the task is cancelled first.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let time = deadline.milliseconds
        let woke = await wait(\.sleepers, time) { waiting in
            (time <= now.milliseconds, Self.take(&waiting.watchers) { $0 == time })
        }
        if !woke { throw CancellationError() }
    }

    /// Waits until somebody sleeps until exactly this time.
    ///
    /// - Parameter time: milliseconds on this clock. A `MachineLoop` made when it showed `t` sleeps, with a timeout of
    ///   `d` in the state that it entered just then, until `t + d`.
    /// - Throws: `CancellationError` if the task is cancelled first.
    public func somebodySleeps(until time: Int64) async throws {
        let came = await wait(\.watchers, time) { waiting in (waiting.sleepers.contains { $0.time == time }, []) }
        if !came { throw CancellationError() }
    }

    /// This clock as a breaker reads it.
    public var breakerClock: BreakerClock {
        BreakerClock { self.now.milliseconds }
    }

    /// Waits in a list, unless what is waited for is so already.
    ///
    /// - Parameters:
    ///   - list: where it waits.
    ///   - time: the time of interest.
    ///   - look: whether it is so, and who is to be told of the look.
    /// - Returns: whether it came; else the task was cancelled.
    private func wait(
        _ list: WritableKeyPath<Waiting, [Waiter]>,
        _ time: Int64,
        look: (inout Waiting) -> (isSo: Bool, told: [Waiter])
    ) async -> Bool {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (id, told) = waiting.withLock { waiting -> (Int?, [Waiter]) in
            let (isSo, told) = look(&waiting)
            if isSo { return (nil, told) }
            waiting.nextID += 1
            waiting[keyPath: list].append(Waiter(id: waiting.nextID, time: time, wake: wake))
            return (waiting.nextID, told)
        }
        for waiter in told { waiter.wake.yield() }
        guard let id else { return true }
        for await _ in wakes { return true }
        waiting.withLock { waiting in waiting[keyPath: list].removeAll { $0.id == id } }
        return false
    }

    /// Takes those out of a list whose time is meant.
    private static func take(_ list: inout [Waiter], where isMeant: (Int64) -> Bool) -> [Waiter] {
        let taken = list.filter { isMeant($0.time) }
        list.removeAll { isMeant($0.time) }
        return taken
    }

    /// A duration in whole milliseconds, within the clock's range.
    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let bounded = min(max(seconds, -limit / 1000), limit / 1000)
        return bounded * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
