import StateMachines

/// Reads RFC 8259 JSON.
struct StrictJSONParser {
    private let bytes: [UInt8]
    private let depthLimit: Int
    private var position = 0

    init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ message: String) -> StrictJSONError {
        let line = bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
        return StrictJSONError(position: position, line: line, message: message)
    }

    /// Reads the one value that a document is.
    ///
    /// - Parameters:
    ///   - places: gets the positions of the values that it asks for.
    ///   - key: the key of a list whose items `take` gets and the document does not keep.
    ///   - take: see `key`.
    /// - Returns: the value, with an empty list under the key.
    /// - Throws: the first thing that is wrong.
    mutating func document(
        _ places: StrictJSONPlaces?,
        items key: String?,
        _ take: (StrictJSON) -> Void
    ) throws(StrictJSONError) -> StrictJSON {
        skipSpace()
        places?.position = position
        let value =
            if next == UInt8(ascii: "{") { try object(at: places, depth: 0, items: key, take) } else {
                try value(at: places, depth: 0)
            }
        skipSpace()
        guard next == nil else { throw failure("something follows the document") }
        return value
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(at places: StrictJSONPlaces?, depth: Int) throws(StrictJSONError) -> StrictJSON {
        guard depth < depthLimit else { throw failure("nested too deep") }
        skipSpace()
        places?.position = position
        switch next {
        case UInt8(ascii: "{"): return try object(at: places, depth: depth)
        case UInt8(ascii: "["):
            var values: [StrictJSON] = []
            try items(at: places, depth: depth) { values.append($0) }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: String, _ value: StrictJSON) throws(StrictJSONError) -> StrictJSON {
        guard bytes[position...].starts(with: text.utf8) else { throw failure("not JSON") }
        position += text.utf8.count
        return value
    }

    private mutating func object(
        at places: StrictJSONPlaces?,
        depth: Int,
        items list: String? = nil,
        _ take: (StrictJSON) -> Void = { _ in }
    ) throws(StrictJSONError) -> StrictJSON {
        position += 1
        var members: [StrictJSON.Member] = []
        var keys: Set<String> = []
        if self.take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a key is missing") }
            let key = try string()
            guard keys.insert(key).inserted else { throw failure("the key \"\(key.printable(128))\" stands twice") }
            guard self.take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            skipSpace()
            let inner = places?.inner[key]
            if key == list, next == UInt8(ascii: "[") {
                inner?.position = position
                try items(at: inner, depth: depth + 1, take)
                members.append(.init(key: key, value: .array([])))
            } else {
                members.append(.init(key: key, value: try value(at: inner, depth: depth + 1)))
            }
        } while self.take(UInt8(ascii: ","))
        guard self.take(UInt8(ascii: "}")) else { throw failure("a comma or } is missing") }
        return .object(members)
    }

    private mutating func items(
        at places: StrictJSONPlaces?,
        depth: Int,
        _ take: (StrictJSON) -> Void
    ) throws(StrictJSONError) {
        position += 1
        if self.take(UInt8(ascii: "]")) { return }
        var count = 0
        repeat {
            count += 1
            take(try value(at: places?.inner["[\(count)]"], depth: depth + 1))
        } while self.take(UInt8(ascii: ","))
        guard self.take(UInt8(ascii: "]")) else { throw failure("a comma or ] is missing") }
    }

    private mutating func number() throws(StrictJSONError) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        guard let first = next, isDigit(first) else { throw failure("not JSON") }
        skipDigits()
        guard first != UInt8(ascii: "0") || !isLong(from: start) else { throw failure("a number begins with 0") }
        if next == UInt8(ascii: ".") {
            position += 1
            guard let digit = next, isDigit(digit) else { throw failure("a number ends with a point") }
            skipDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard let digit = next, isDigit(digit) else { throw failure("a number has no exponent") }
            skipDigits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func skipDigits() {
        while let byte = next, isDigit(byte) { position += 1 }
    }

    /// Whether more than one digit was read since `start`.
    private func isLong(from start: Int) -> Bool {
        position - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1)
    }

    private mutating func string() throws(StrictJSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw failure("not UTF-8") }
                return string
            case UInt8(ascii: "\\"): text.append(contentsOf: try escaped())
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string has no end")
    }

    private mutating func escaped() throws(StrictJSONError) -> [UInt8] {
        guard let byte = next else { throw failure("a string has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try unicode()
        default: throw failure("an unknown escape")
        }
    }

    private mutating func unicode() throws(StrictJSONError) -> [UInt8] {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return Array(String(Character(scalar)).utf8) }
        // Only surrogates are no scalars; the first of a pair needs the second.
        guard (0xD800..<0xDC00).contains(first), bytes[position...].starts(with: "\\u".utf8) else {
            throw failure("half a surrogate pair")
        }
        position += 2
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("half a surrogate pair") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func hexadecimal() throws(StrictJSONError) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("four hex digits are missing") }
        position += 4
        return value
    }
}
