/// The values of a condition under every combination of its guards, one bit each.
///
/// Bit `n` belongs to the combination in which guard `g` is true if bit `g` of `n` is set. A table for fewer than six
/// guards repeats itself until a word is full, so adding a guard behind the others at most repeats the words.
struct TruthTable: Equatable {
    /// The most guards: 4096 bits.
    static let limit = 12

    private(set) var words: [UInt64]

    /// The table of something that is never true.
    init(guards count: Int) {
        words = [UInt64](repeating: 0, count: Self.size(count))
    }

    /// The table of a condition, whose guards are found in `order`.
    init(_ condition: NumberedCondition, order: [Int]) {
        let size = Self.size(order.count)
        switch condition {
        case .guard(let number):
            // A guard that is not in `order` counts as one that is never true; callers collect them all.
            let position = order.firstIndex(of: number)
            words = (0..<size).map { word in position.map { Self.pattern($0, word: word) } ?? 0 }
        case .all(let parts):
            words = [UInt64](repeating: .max, count: size)
            for part in parts { combine(TruthTable(part, order: order), &) }
        case .any(let parts):
            words = [UInt64](repeating: 0, count: size)
            for part in parts { combine(TruthTable(part, order: order), |) }
        case .not(let part):
            words = TruthTable(part, order: order).words
            for word in words.indices { words[word] = ~words[word] }
        }
    }

    /// Whether it is true under every combination.
    var isAlwaysTrue: Bool { words.allSatisfy { $0 == .max } }

    /// Whether some combination makes both true.
    func intersects(_ other: TruthTable) -> Bool {
        zip(words, other.words).contains { $0 & $1 != 0 }
    }

    mutating func formUnion(_ other: TruthTable) {
        combine(other, |)
    }

    /// Adds guards behind those that it has, which it does not depend on.
    mutating func extend(toGuards count: Int) {
        while words.count < Self.size(count) { words += words }
    }

    private mutating func combine(_ other: TruthTable, _ join: (UInt64, UInt64) -> UInt64) {
        for word in words.indices { words[word] = join(words[word], other.words[word]) }
    }

    private static func size(_ guards: Int) -> Int { 1 << max(0, guards - 6) }

    /// One word of the table of a guard by itself.
    private static func pattern(_ position: Int, word: Int) -> UInt64 {
        switch position {
        case 0: 0xAAAA_AAAA_AAAA_AAAA
        case 1: 0xCCCC_CCCC_CCCC_CCCC
        case 2: 0xF0F0_F0F0_F0F0_F0F0
        case 3: 0xFF00_FF00_FF00_FF00
        case 4: 0xFFFF_0000_FFFF_0000
        case 5: 0xFFFF_FFFF_0000_0000
        default: word >> (position - 6) & 1 == 1 ? .max : 0
        }
    }
}
