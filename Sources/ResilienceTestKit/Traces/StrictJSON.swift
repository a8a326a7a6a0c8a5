/// A JSON value whose objects keep their keys in order and whose numbers keep their text.
enum StrictJSON: Equatable {
    case object([(key: String, value: StrictJSON)])
    case array([StrictJSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    static func == (left: StrictJSON, right: StrictJSON) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        case (.array(let left), .array(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null): true
        default: false
        }
    }

    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .object: "an object"
        case .array: "a list"
        case .string: "a string"
        case .number: "a number"
        case .bool: "a truth value"
        case .null: "null"
        }
    }

    /// Reads a document: one value, duplicate keys refused.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - depth: how deep it may be nested.
    /// - Returns: the value.
    /// - Throws: the first thing that is wrong.
    static func parse(_ bytes: [UInt8], depth: Int = 64) throws(StrictJSONError) -> StrictJSON {
        var parser = StrictJSONParser(bytes: bytes, depthLimit: depth, sought: nil)
        return try parser.document()
    }

    /// Where a value begins in a document; it is read once more, since keeping the place of every value takes many times
    /// the memory of the text.
    ///
    /// - Parameters:
    ///   - path: `config.window.size`, `steps[3].times`, empty for the document itself.
    ///   - bytes: a text that was read without an error.
    /// - Returns: the value's first byte; `nil` if there is no such value.
    static func position(of path: String, in bytes: [UInt8]) -> Int? {
        var parser = StrictJSONParser(bytes: bytes, depthLimit: 64, sought: path)
        _ = try? parser.document()
        return parser.found
    }

    /// The value as JSON without any space, members in their order and numbers as they were written.
    var compact: String {
        switch self {
        case .object(let members):
            "{" + members.map { Self.quoted($0.key) + ":" + $0.value.compact }.joined(separator: ",") + "}"
        case .array(let values): "[" + values.map(\.compact).joined(separator: ",") + "]"
        case .string(let text): Self.quoted(text)
        case .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null: "null"
        }
    }

    /// A string as JSON writes it; only what must be escaped is.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// Why a text is no JSON.
struct StrictJSONError: Error, Hashable {
    /// The byte at which reading stopped.
    var position: Int
    /// Its line, counted from 1.
    var line: Int
    /// What is wrong there.
    var message: String
}

/// Reads RFC 8259 JSON.
private struct StrictJSONParser {
    let bytes: [UInt8]
    private let depthLimit: Int
    /// The path of a value whose position is wanted.
    private let sought: String?
    private(set) var found: Int?
    private var position = 0

    init(bytes: [UInt8], depthLimit: Int, sought: String?) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.sought = sought
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ message: String) -> StrictJSONError {
        let line = bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
        return StrictJSONError(position: position, line: line, message: message)
    }

    mutating func document() throws(StrictJSONError) -> StrictJSON {
        let value = try value(at: sought.map { _ in "" }, depth: 0)
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

    private mutating func value(at path: String?, depth: Int) throws(StrictJSONError) -> StrictJSON {
        guard depth < depthLimit else { throw failure("nested too deep") }
        skipSpace()
        if let path, path == sought { found = position }
        switch next {
        case UInt8(ascii: "{"): return try object(at: path, depth: depth)
        case UInt8(ascii: "["): return try array(at: path, depth: depth)
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

    private mutating func object(at path: String?, depth: Int) throws(StrictJSONError) -> StrictJSON {
        position += 1
        var members: [(key: String, value: StrictJSON)] = []
        var keys: Set<String> = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a key is missing") }
            let key = try string()
            guard keys.insert(key).inserted else { throw failure("the key \"\(key)\" stands twice") }
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            members.append((key, try value(at: step(path, ".\(key)"), depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure("a comma or } is missing") }
        return .object(members)
    }

    /// The path of a member or an element; `nil` if what is sought is not in there.
    private func step(_ path: String?, _ next: @autoclosure () -> String) -> String? {
        guard let path, let sought else { return nil }
        let next = next()
        let inner = path.isEmpty && next.hasPrefix(".") ? String(next.dropFirst()) : path + next
        return sought.hasPrefix(inner) ? inner : nil
    }

    private mutating func array(at path: String?, depth: Int) throws(StrictJSONError) -> StrictJSON {
        position += 1
        var values: [StrictJSON] = []
        if take(UInt8(ascii: "]")) { return .array(values) }
        repeat {
            values.append(try value(at: step(path, "[\(values.count + 1)]"), depth: depth + 1))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("a comma or ] is missing") }
        return .array(values)
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
