/// A reply of the server, copied out of the reader at once.
enum RedisValue: Sendable, Hashable {
    /// A bulk string.
    case bulk([UInt8])
    /// A status line: `OK`, `PONG`.
    case status([UInt8])
    /// An error line; shown as text, whatever bytes it had.
    case error(String)
    /// An integer.
    case integer(Int64)
    /// A nil string or a nil array.
    case null
    /// An array.
    case array([RedisValue])

    /// The bytes of a bulk string or a status line.
    var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes), .status(let bytes): bytes
        case .error, .integer, .null, .array: nil
        }
    }

    /// The text of a bulk string or a status line; `nil` when it is not UTF-8.
    var text: String? {
        bytes.flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The elements of an array.
    var elements: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// What kind of reply it is, for messages about one that should not have come.
    var kind: String {
        switch self {
        case .bulk: "bulk string"
        case .status: "status"
        case .error: "error"
        case .integer: "integer"
        case .null: "nil"
        case .array: "array"
        }
    }
}
