#if DEBUG
import StateMachines
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The monotonic clock of a breaker, in milliseconds from an arbitrary origin.
///
/// No decision ever reads the wall clock.
public struct BreakerClock: Sendable {
    /// Whether it is the system's clock, which is read without calling a closure.
    @inline(__always) var isSystem: Bool { injected == nil }
    private let injected: (@Sendable () -> Int64)?

    /// The system's monotonic clock.
    public static let system = BreakerClock(injected: nil)

    /// Creates a clock for tests and replays; it may step back, which changes nothing and evicts nothing.
    ///
    /// - Parameter now: returns milliseconds; called on any thread, with no lock held by the caller.
    public init(now: @escaping @Sendable () -> Int64) {
        self.init(injected: now)
    }

    private init(injected: (@Sendable () -> Int64)?) {
        self.injected = injected
    }

    /// Now, as precisely as deadlines and slices need it.
    @inline(__always)
    func now() -> Int64 { isSystem ? Self.systemNow : injectedNow() }

    /// Now, as precisely as the duration of a call needs it.
    @inline(__always)
    func precise() -> Int64 { isSystem ? Self.systemPrecise : injectedNow() }

    /// The system's time, a tick old at most (4 ms at 250 Hz); it costs a few nanoseconds, because no hardware is read.
    @inline(__always)
    static var systemNow: Int64 {
        #if canImport(Darwin)
        return Int64(clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW_APPROX) / 1_000_000)
        #else
        return read(CLOCK_MONOTONIC_COARSE)
        #endif
    }

    /// The system's time.
    @inline(__always)
    static var systemPrecise: Int64 {
        #if canImport(Darwin)
        return Int64(clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW) / 1_000_000)
        #else
        return read(CLOCK_MONOTONIC)
        #endif
    }

    @inline(never)
    private func injectedNow() -> Int64 { min(max(injected?() ?? 0, -Self.limit), Self.limit) }

    /// As far as an injected clock goes, so that no sum with a duration overflows.
    static let limit: Int64 = 1 << 61

    #if !canImport(Darwin)
    @inline(__always)
    private static func read(_ clock: clockid_t) -> Int64 {
        #if DEBUG
        if let fixed = SchedulePoint.now { return fixed }
        #endif
        var time = timespec()
        // It can fail only for an unknown clock or a bad address.
        _ = unsafe clock_gettime(clock, &time)
        // Below a second, so that a short division does.
        return Int64(time.tv_sec) &* 1000 &+ Int64(UInt32(truncatingIfNeeded: time.tv_nsec) / 1_000_000)
    }
    #endif
}
