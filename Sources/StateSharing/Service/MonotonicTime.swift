#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The shell's clock: microseconds since it was made, and what the wall clock said then.
struct MonotonicTime: Sendable {
    private let origin = ContinuousClock.now

    /// Microseconds since this value was made.
    var now: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - origin).components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// The instant so many microseconds after this value was made.
    func instant(at microseconds: Int64) -> ContinuousClock.Instant {
        origin + .microseconds(microseconds)
    }

    /// Wall-clock microseconds minus ``now``.
    var wallOffset: Int64 {
        var time = timespec()
        // Writes into our own value and cannot fail for this clock.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000 - now
    }
}
