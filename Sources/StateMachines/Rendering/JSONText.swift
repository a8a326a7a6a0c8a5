/// A JSON value on its way to text, with members in the order in which they were added.
indirect enum JSONText {
    case text(String)
    case number(Int)
    case bool(Bool)
    case list([JSONText])
    case object([(String, JSONText)])

    /// The widest line that is not broken.
    private static let width = 100

    /// The value with two spaces a level; what fits in a line stands in one.
    func text() -> String { lines(indent: 0, taken: 0) }

    private func lines(indent: Int, taken: Int) -> String {
        let line = self.line
        if indent > 0, indent + taken + line.utf8.count <= Self.width { return line }
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .list(let items) where !items.isEmpty:
            let parts = items.map { "\(outer)  \($0.lines(indent: indent + 2, taken: 1))" }
            return "[\n\(parts.joined(separator: ",\n"))\n\(outer)]"
        case .object(let members) where !members.isEmpty:
            let parts = members.map { key, value in
                let name = "\(Self.quoted(key)): "
                return "\(outer)  \(name)\(value.lines(indent: indent + 2, taken: name.utf8.count + 1))"
            }
            return "{\n\(parts.joined(separator: ",\n"))\n\(outer)}"
        case .text, .number, .bool, .list, .object:
            return line
        }
    }

    private var line: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .bool(let isTrue): "\(isTrue)"
        case .list(let items): "[\(items.map(\.line).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0)): \($1.line)" }.joined(separator: ", "))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
            default:
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
