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
        switch condition {
        case .guard:
            self.init([condition], order: order, isAll: true)
        case .all(let parts):
            self.init(parts, order: order, isAll: true)
        case .any(let parts):
            self.init(parts, order: order, isAll: false)
        case .not(let part):
            self.init(part, order: order)
            for word in words.indices { words[word] = ~words[word] }
        }
    }

    private init(_ parts: [NumberedCondition], order: [Int], isAll: Bool) {
        words = [UInt64](repeating: isAll ? .max : 0, count: Self.size(order.count))
        for part in parts {
            // Most parts are guards; they need no table of their own.
            if case .guard(let number) = part {
                combine(order.firstIndex(of: number) ?? order.count, isNegated: false, isAll: isAll)
            } else if case .not(.guard(let number)) = part {
                combine(order.firstIndex(of: number) ?? order.count, isNegated: true, isAll: isAll)
            } else if isAll {
                formIntersection(TruthTable(part, order: order))
            } else {
                formUnion(TruthTable(part, order: order))
            }
        }
    }

    /// Whether it is true under every combination.
    var isAlwaysTrue: Bool { words.allSatisfy { $0 == .max } }

    /// Whether some combination makes both true.
    func intersects(_ other: TruthTable) -> Bool {
        zip(words, other.words).contains { $0 & $1 != 0 }
    }

    mutating func formUnion(_ other: TruthTable) {
        for word in words.indices { words[word] |= other.words[word] }
    }

    private mutating func formIntersection(_ other: TruthTable) {
        for word in words.indices { words[word] &= other.words[word] }
    }

    /// Adds guards behind those that it has, which it does not depend on.
    mutating func extend(toGuards count: Int) {
        while words.count < Self.size(count) { words += words }
    }

    /// Joins the table of a guard by itself.
    private mutating func combine(_ position: Int, isNegated: Bool, isAll: Bool) {
        let flips: UInt64 = isNegated ? .max : 0
        for word in words.indices {
            let pattern = Self.pattern(position, word: word) ^ flips
            words[word] = isAll ? words[word] & pattern : words[word] | pattern
        }
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
