import Synchronization

/// In METRICS_ONLY, whether the condition holds: `[generation 32 | changes 31 | holds 1]`.
///
/// It changes under the breaker's lock only; callers look at it to see that there is nothing to report.
struct ThresholdWord: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)

    init() {}

    /// One value of the word.
    struct Value: Equatable {
        var bits: UInt64

        var generation: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
        var holds: Bool { bits & 1 == 1 }
    }

    /// The value now.
    var value: Value { Value(bits: word.load(ordering: .sequentiallyConsistent)) }

    /// Starts a generation, with a condition that does not hold.
    ///
    /// Under the breaker's lock.
    func restart(_ generation: UInt32) {
        word.store(UInt64(generation) << 32, ordering: .sequentiallyConsistent)
    }

    /// Notes that the condition turned.
    ///
    /// Under the breaker's lock.
    func turn() {
        let current = word.load(ordering: .relaxed)
        // The changes count modulo 2³¹, below the generation.
        let low = (UInt32(truncatingIfNeeded: current) &+ 2) ^ 1
        word.store(current & ~0xFFFF_FFFF | UInt64(low), ordering: .sequentiallyConsistent)
    }
}
