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
        self.init(digits: text.utf8)
    }

    init?(bytes: ArraySlice<UInt8>) {
        self.init(digits: bytes)
    }

    private init?(digits: some Collection<UInt8>) {
        guard digits.count == 16 else { return nil }
        var bits: UInt64 = 0
        for digit in digits {
            switch digit {
            case 48...57: bits = bits << 4 | UInt64(digit - 48)
            case 97...102: bits = bits << 4 | UInt64(digit - 87)
            default: return nil
            }
        }
        self.bits = bits
    }

    /// A new random identity.
    public static func random() -> WriterID {
        WriterID(bits: .random(in: .min ... .max))
    }

    /// The 16 hex digits.
    public var description: String {
        let digits = (0..<16)
            .map { place in
                let digit = UInt8(truncatingIfNeeded: bits >> UInt64(60 - 4 * place) & 15)
                return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Ordered as numbers.
    public static func < (a: WriterID, b: WriterID) -> Bool {
        a.bits < b.bits
    }
}
