/// A value on its way into a file: what ``DocumentNode`` is on the way out of it.
enum WrittenValue {
    /// A text.
    case text(String)
    /// A number or a truth value: the same in YAML, and without quotation marks in JSON.
    case word(String)
    case list([WrittenValue])
    case mapping([Field])

    /// A key and its value.
    struct Field {
        var key: String
        var value: WrittenValue
    }

    /// Names: nothing, one alone, or a list.
    static func names(_ names: [String]) -> WrittenValue? {
        alone(names.map { .text($0) })
    }

    /// One value alone, several as a list, none as nothing.
    static func alone(_ values: [WrittenValue]) -> WrittenValue? {
        values.count > 1 ? .list(values) : values.first
    }

    /// A mapping without the keys that have nothing to say.
    static func fields(_ fields: [(String, WrittenValue?)]) -> WrittenValue {
        .mapping(fields.compactMap { key, value in value.map { Field(key: key, value: $0) } })
    }
}
