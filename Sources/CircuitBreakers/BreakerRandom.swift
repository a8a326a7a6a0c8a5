/// Where the jitter of OPEN comes from.
public struct BreakerRandom: Sendable {
    /// The SplitMix64 state; `nil` draws from the system.
    private var state: UInt64?

    /// The system's generator.
    public static let system = BreakerRandom(state: nil)

    /// A generator that gives the same numbers for the same seed, for tests and replays.
    public static func seeded(_ seed: UInt64) -> BreakerRandom {
        BreakerRandom(state: seed)
    }

    var isSystem: Bool { state == nil }

    /// The generator of one breaker of many: another sequence for each name, the same in every run.
    func derived(for name: String) -> BreakerRandom {
        guard let state else { return self }
        var mixed = BreakerRandom(state: state ^ name.stableHash)
        return BreakerRandom(state: mixed.next())
    }

    /// A uniform integer in `-bound…bound`.
    mutating func draw(within bound: Int64) -> Int64 {
        guard state != nil else { return Int64.random(in: -bound...bound) }
        return Int64.random(in: -bound...bound, using: &self)
    }
}

extension BreakerRandom: RandomNumberGenerator {
    /// The next number: SplitMix64 (Steele, Lea and Flood, 2014), or the system's.
    public mutating func next() -> UInt64 {
        guard var word = state else {
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
        word &+= 0x9E37_79B9_7F4A_7C15
        state = word
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
