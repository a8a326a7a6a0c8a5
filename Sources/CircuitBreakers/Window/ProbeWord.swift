import Synchronization

/// The probes of one half-open period, in one word: `[tag 7 | turn 1 | in flight 14 | completed 14 | failed 14 |
/// slow 14]`.
///
/// Admission and settling are one compare-and-swap each, and a verdict is computed from the new value; so under no
/// schedule are more than `probes` admitted or more than `concurrentProbes` in flight. Counts are at most 10 000
/// (the largest `probes`), so they fit.
///
/// The tag is the low seven bits of the generation. A caller has just seen the whole of it, and two half-open periods
/// are at least two transitions apart, so only a thread that slept between two loads through 128 k transitions could
/// take one for the other. The turn changes with each reconfiguration: who looked at the word before one, and at the
/// limits before or after, looks again.
struct ProbeWord: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)

    init() {}

    /// One value of the word.
    struct Value: Equatable {
        var bits: UInt64

        private static let flight: UInt64 = 1 << 42
        private static let completion: UInt64 = 1 << 28
        private static let failure: UInt64 = 1 << 14

        var tag: UInt64 { bits >> 57 }
        var inFlight: Int { Int(bits >> 42 & 0x3FFF) }
        var completed: Int { Int(bits >> 28 & 0x3FFF) }
        var failed: Int { Int(bits >> 14 & 0x3FFF) }
        var slow: Int { Int(bits & 0x3FFF) }
        var slotsUsed: Int { inFlight + completed }

        var totals: WindowTotals { WindowTotals(total: completed, failures: failed, slow: slow) }

        /// One more in flight.
        var admitting: Value { Value(bits: bits + Self.flight) }

        /// One less in flight, with nothing learned.
        var returning: Value { Value(bits: bits - Self.flight) }

        /// One less in flight, and completed.
        func completing(failure isFailure: Bool, slow isSlow: Bool) -> Value {
            Value(
                bits: bits - Self.flight + Self.completion + (isFailure ? Self.failure : 0) + (isSlow ? 1 : 0)
            )
        }
    }

    /// The value now.
    var value: Value { Value(bits: word.load(ordering: .sequentiallyConsistent)) }

    /// The seven bits of a generation that stand in the word.
    static func tag(_ generation: UInt32) -> UInt64 { UInt64(generation & 0x7F) }

    /// Makes everybody look again who looked at the word before.
    ///
    /// Under the breaker's lock, after the limits were changed.
    func turn() {
        _ = word.bitwiseXor(1 << 56, ordering: .sequentiallyConsistent)
    }

    /// Changes the word if it is what the caller looked at.
    func exchange(_ old: Value, for new: Value) -> Bool {
        word.compareExchange(expected: old.bits, desired: new.bits, ordering: .sequentiallyConsistent).exchanged
    }

    /// Ends a generation and starts the next one, unless the word has changed.
    ///
    /// Under the breaker's lock.
    func restart(_ generation: UInt32, ifStill old: Value) -> Bool {
        exchange(old, for: Value(bits: Self.tag(generation) << 57))
    }

    /// Ends a generation and starts the next one.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: the value at the end of the old one.
    func restart(_ generation: UInt32) -> Value {
        Value(bits: word.exchange(Self.tag(generation) << 57, ordering: .sequentiallyConsistent))
    }
}
