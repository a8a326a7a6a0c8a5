/// A value as JSON text; keys come out sorted, so that two outputs can be compared as text.
enum JSONValue {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Basis points, written as a fraction of one: 6200 is `0.62`.
    case rate(basisPoints: Int)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The text on one line, with everything escaped that a terminal could act on.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .rate(let basisPoints): Self.decimal(basisPoints)
        case .string(let value): Self.quoted(value)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }
                .map { Self.quoted($0.key) + ":" + $0.value.text }
                .joined(separator: ",") + "}"
        }
    }

    private static func decimal(_ basisPoints: Int) -> String {
        var digits = String(basisPoints % 10_000)
        digits = String(repeating: "0", count: 4 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return digits.isEmpty ? "\(basisPoints / 10_000)" : "\(basisPoints / 10_000).\(digits)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if Printable.mustEscape(scalar) {
                    for unit in String(scalar).utf16 {
                        let hex = String(unit, radix: 16)
                        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                    }
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}

extension JSONValue {
    /// A text, `null` when there is none.
    static func optional(_ text: String?) -> JSONValue {
        text.map { $0.isEmpty ? .null : .string($0) } ?? .null
    }

    /// A number, `null` when there is none.
    static func optional(_ number: Int64?) -> JSONValue {
        number.map { .integer($0) } ?? .null
    }
}
