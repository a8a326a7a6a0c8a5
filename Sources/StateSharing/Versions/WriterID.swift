/// The identity of one boot of one process: 64 random bits, written as 16 lower-case hex digits, never reused.
public struct WriterID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The bits; writers are ordered by this number.
    public let bits: UInt64

    /// Creates an identity with the given bits.
    public init(bits: UInt64) {
        self.bits = bits
    }

    /// Parses exactly 16 lower-case hex digits; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let bits = UInt64(text, radix: 16)
        else { return nil }
        self.bits = bits
    }

    /// A new random identity.
    public static func random() -> WriterID {
        WriterID(bits: .random(in: .min ... .max))
    }

    /// The 16 hex digits.
    public var description: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Ordered as numbers.
    public static func < (a: WriterID, b: WriterID) -> Bool {
        a.bits < b.bits
    }
}
