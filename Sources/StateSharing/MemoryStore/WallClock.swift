#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The system's wall clock, which a store of one process takes for the server's.
enum WallClock {
    /// Milliseconds since 1970.
    static func nowMs() -> Int64 {
        var time = timespec()
        // Unsafe: writes into our own value, and cannot fail for this clock.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
