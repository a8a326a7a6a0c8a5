/// Reads JSON (RFC 8259) into the events that YAML would give.
///
/// Almost all JSON is YAML, but not a colon on the line below its key, nor a character written as a surrogate pair, nor a
/// key of more than 1024 characters. So a document that may be JSON is read as JSON first, and as YAML if it is none.
struct JSONReader {
    typealias Item = YAMLEventStream.Item

    /// What may come next.
    private enum Expectation {
        case value
        case valueOrEnd
        case key
        case keyOrEnd
        case commaOrEnd
        case nothing
    }

    private let bytes: [UInt8]
    private var position = 0
    /// The position in Unicode scalars.
    private var offset = 0
    private var items: [Item] = []
    /// The open mappings (true) and lists.
    private var open: [Bool] = []

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The events of a JSON object; nil when the bytes are no such thing.
    static func items(_ bytes: some Sequence<UInt8>) -> [Item]? {
        var reader = JSONReader(bytes: Array(bytes))
        reader.skipSpace()
        guard reader.next == UInt8(ascii: "{"), reader.readAll() else { return nil }
        return reader.items
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func advance() {
        if bytes[position] & 0xC0 != 0x80 { offset += 1 }
        position += 1
    }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { advance() }
    }

    /// Takes a byte if it comes next.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        advance()
        return true
    }

    private mutating func readAll() -> Bool {
        var expected: Expectation? = .value
        while let expectation = expected {
            skipSpace()
            if expectation == .nothing { return position == bytes.count }
            expected = step(expectation)
        }
        return false
    }

    /// Reads one token; what may come after it, or nil when it is none that may stand here.
    private mutating func step(_ expectation: Expectation) -> Expectation? {
        switch expectation {
        case .valueOrEnd where next == UInt8(ascii: "]"), .keyOrEnd where next == UInt8(ascii: "}"):
            return close()
        case .value, .valueOrEnd:
            return value()
        case .key, .keyOrEnd:
            guard text() else { return nil }
            skipSpace()
            return take(":") ? .value : nil
        case .commaOrEnd:
            if take(",") { return open.last == true ? .key : .value }
            return next == UInt8(ascii: open.last == true ? "}" : "]") ? close() : nil
        case .nothing:
            return nil
        }
    }

    private mutating func close() -> Expectation? {
        guard let isMapping = open.popLast() else { return nil }
        items.append(Item(event: isMapping ? .mappingEnd : .listEnd, offset: offset))
        advance()
        return open.isEmpty ? .nothing : .commaOrEnd
    }

    private mutating func value() -> Expectation? {
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isMapping = next == UInt8(ascii: "{")
            items.append(Item(event: isMapping ? .mappingStart : .listStart, offset: offset))
            open.append(isMapping)
            advance()
            return isMapping ? .keyOrEnd : .valueOrEnd
        case UInt8(ascii: "\""):
            return text() ? .commaOrEnd : nil
        default:
            return word() ? .commaOrEnd : nil
        }
    }

    /// A number, a truth value or null: text like any other.
    private mutating func word() -> Bool {
        let start = position
        let begin = offset
        while let byte = next, byte > 0x20, !",]}".utf8.contains(byte) { advance() }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || Self.isNumber(word) else { return false }
        items.append(Item(event: .text(word), offset: begin))
        return true
    }

    private static func isNumber(_ word: String) -> Bool {
        var rest = word.utf8[...]
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        func takeDigits() -> Int {
            let count = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let digits = takeDigits()
        guard digits == 1 || digits > 1 && !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard takeDigits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    // MARK: - Texts

    private mutating func text() -> Bool {
        let begin = offset
        guard take("\"") else { return false }
        var text: [UInt8] = []
        while let byte = next, byte >= 0x20 {
            advance()
            switch byte {
            case UInt8(ascii: "\""):
                items.append(Item(event: .text(String(decoding: text, as: UTF8.self)), offset: begin))
                return true
            case UInt8(ascii: "\\"):
                guard let scalar = escaped() else { return false }
                text += String(scalar).utf8
            default:
                text.append(byte)
            }
        }
        return false
    }

    private mutating func escaped() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        advance()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = unit() else { return nil }
            guard (0xD800...0xDBFF).contains(unit) else { return Unicode.Scalar(unit) }
            guard take("\\"), take("u"), let low = self.unit(), (0xDC00...0xDFFF).contains(low) else { return nil }
            return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        default: return nil
        }
    }

    private mutating func unit() -> UInt16? {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt16(digit)
            advance()
        }
        return unit
    }
}
