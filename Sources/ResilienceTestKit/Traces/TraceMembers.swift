/// The members of one JSON object, taken one by one; what is left over is unknown.
struct TraceMembers {
    let place: String
    private var members: [String: StrictJSON]
    private let order: [String]
    /// What to go back to, outermost first.
    var outer: [TraceMembers] = []

    init(_ json: StrictJSON, at place: String) throws(TraceError) {
        guard case .object(let members) = json else { throw TraceError(at: place, "\(json.kind) is not an object") }
        self.place = place
        self.order = members.map(\.key)
        self.members = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    }

    func has(_ key: String) -> Bool { members[key] != nil }

    func path(_ key: String) -> String { "\(place).\(key)" }

    mutating func take(_ key: String) -> StrictJSON? { members.removeValue(forKey: key) }

    mutating func require(_ key: String) throws(TraceError) -> StrictJSON {
        guard let value = take(key) else { throw TraceError(at: place, "\(key) is missing") }
        return value
    }

    /// All members in the order of the document.
    func all() -> [(key: String, value: StrictJSON)] {
        order.compactMap { key in members[key].map { (key, $0) } }
    }

    /// Ends reading: anything that was not taken is unknown.
    func finish() throws(TraceError) {
        guard let key = order.first(where: { members[$0] != nil }) else { return }
        throw TraceError(at: place, "unknown key \(key)", path: path(key))
    }

    mutating func text(_ key: String) throws(TraceError) -> String {
        try Self.text(try require(key), at: path(key))
    }

    mutating func integer(_ key: String) throws(TraceError) -> Int64? {
        guard let value = take(key) else { return nil }
        return try Self.integer(value, at: path(key))
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int64>) throws(TraceError) -> Int64? {
        guard let value = try integer(key) else { return nil }
        guard range.contains(value) else {
            throw TraceError(at: path(key), "\(value) is not in \(range.lowerBound)…\(range.upperBound)")
        }
        return value
    }

    static func text(_ value: StrictJSON, at place: String) throws(TraceError) -> String {
        guard case .string(let text) = value else { throw TraceError(at: place, "\(value.kind) is not a string") }
        return text
    }

    static func integer(_ value: StrictJSON, at place: String) throws(TraceError) -> Int64 {
        guard case .number(let text) = value else { throw TraceError(at: place, "\(value.kind) is not an integer") }
        guard let integer = Int64(text) else { throw TraceError(at: place, "\(text) is not an integer") }
        return integer
    }

    static func list(_ value: StrictJSON, at place: String) throws(TraceError) -> [StrictJSON] {
        guard case .array(let values) = value else { throw TraceError(at: place, "\(value.kind) is not a list") }
        return values
    }
}
