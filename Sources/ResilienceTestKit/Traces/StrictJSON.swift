/// A JSON value whose objects keep their keys in order and whose numbers keep their text.
enum StrictJSON: Equatable {
    /// A key of an object, and its value.
    struct Member: Equatable {
        var key: String
        var value: StrictJSON
    }

    case object([Member])
    case array([StrictJSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

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
        var parser = StrictJSONParser(bytes: bytes, depthLimit: depth)
        return try parser.document(nil, items: nil) { _ in }
    }

    /// Reads a document whose list under one key may be long: its items are handed over one by one and not kept.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - key: a key of the document, which is an object; what stands there is read as ever unless it is a list.
    ///   - take: gets each item when it was read; what is wrong with the text behind it is not known then.
    /// - Returns: the value, with an empty list under the key.
    /// - Throws: the first thing that is wrong.
    static func parse(
        _ bytes: [UInt8],
        items key: String,
        _ take: (StrictJSON) -> Void
    ) throws(StrictJSONError) -> StrictJSON {
        var parser = StrictJSONParser(bytes: bytes, depthLimit: 64)
        return try parser.document(nil, items: key, take)
    }

    /// Finds where values begin in a document; it is read once more, since keeping the place of every value takes many
    /// times the memory of the text.
    ///
    /// - Parameters:
    ///   - places: what is looked for, and gets its positions.
    ///   - bytes: a text that was read without an error.
    ///   - key: as for ``parse(_:items:_:)``.
    static func locate(_ places: StrictJSONPlaces, in bytes: [UInt8], items key: String) {
        var parser = StrictJSONParser(bytes: bytes, depthLimit: 64)
        _ = try? parser.document(places, items: key) { _ in }
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
