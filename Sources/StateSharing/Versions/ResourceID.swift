/// A resource as keys and messages name it: its kind and its name, percent-encoded so that no byte of it can break out.
public struct ResourceID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The longest name in bytes of UTF-8.
    public static let maximumNameLength = 1024
    static let maximumLength = 200

    /// `[a-z]{1,16}`: `breaker`, `policy`, `machine`.
    public let kind: String
    /// At most 200 bytes of `A–Z a–z 0–9 . _ : / - % ~`.
    public let id: String

    /// Encodes a resource's name (fleet protocol, section 1): bytes outside `A–Z a–z 0–9 . _ : / -` become `%XX`; what
    /// would be longer than 200 characters becomes `~` and the SHA-256 of the name in hex.
    public init(kind: String, name: String) {
        self.kind = kind
        let encoded = Self.percentEncoded(name)
        id = encoded.utf8.count <= Self.maximumLength ? encoded : "~" + SHA256.hexDigest(of: Array(name.utf8))
    }

    /// Takes a kind and an encoded id as they stand in a key or a message; `nil` when either has a foreign character.
    public init?(kind: some StringProtocol, encodedID: some StringProtocol) {
        self.init(kind: Array(kind.utf8)[...], encodedID: Array(encodedID.utf8)[...])
    }

    /// The same for bytes.
    init?(kind: ArraySlice<UInt8>, encodedID: ArraySlice<UInt8>) {
        guard (1...16).contains(kind.count), kind.allSatisfy({ (97...122).contains($0) }),
            (1...Self.maximumLength).contains(encodedID.count),
            encodedID.allSatisfy({ Self.isPlain($0) || $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "~") })
        else { return nil }
        self.kind = String(decoding: kind, as: UTF8.self)
        id = String(decoding: encodedID, as: UTF8.self)
    }

    /// Takes `<kind>:<id>`, the form of a member of the index.
    public init?(member: some StringProtocol) {
        guard let colon = member.firstIndex(of: ":") else { return nil }
        self.init(kind: member[..<colon], encodedID: member[member.index(after: colon)...])
    }

    /// `<kind>:<id>`.
    public var description: String { kind + ":" + id }

    /// The name, decoded; `nil` for a hashed id, whose name only the snapshot holds.
    public var decodedName: String? {
        id.hasPrefix("~") ? nil : Self.percentDecoded(Array(id.utf8)[...])
    }

    /// Ordered by kind, then id.
    public static func < (a: ResourceID, b: ResourceID) -> Bool {
        (a.kind, a.id) < (b.kind, b.id)
    }

    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 65...90, 97...122, 48...58, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func percentEncoded(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexDigit(byte >> 4))
                bytes.append(hexDigit(byte & 15))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `nil` for a malformed escape or bytes that are not UTF-8.
    static func percentDecoded(_ text: ArraySlice<UInt8>) -> String? {
        guard text.contains(UInt8(ascii: "%")) else { return String(validating: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
