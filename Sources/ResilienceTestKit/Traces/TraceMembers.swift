import StateMachines

/// The members of one JSON object, taken one by one; what is wrong is noted, and what is left over is unknown.
struct TraceMembers {
    /// Where the object stands.
    let path: [String]
    let findings: TraceFindings
    private var members: [String: StrictJSON]
    private let order: [String]
    /// The properties of a configuration whose values could not be read.
    var unread: Set<String> = []
    /// What to go back to, outermost first.
    var outer: [TraceMembers] = []

    /// Nothing, which is noted, for a value that is no object.
    init?(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) {
        guard case .object(let members) = json else {
            findings.add(path, "\(json.kind) is not an object: write {…}")
            return nil
        }
        self.path = path
        self.findings = findings
        self.order = members.map(\.key)
        self.members = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    }

    func has(_ key: String) -> Bool { members[key] != nil }

    mutating func take(_ key: String) -> StrictJSON? { members.removeValue(forKey: key) }

    mutating func require(_ key: String) -> StrictJSON? {
        if !has(key) { findings.add(path, "\(key) is missing") }
        return take(key)
    }

    /// All members in the order of the document.
    func all() -> [(key: String, value: StrictJSON)] {
        order.compactMap { key in members[key].map { (key, $0) } }
    }

    /// Ends reading: anything that was not taken is unknown.
    func finish(_ known: @autoclosure () -> [String]) {
        guard !members.isEmpty else { return }
        for key in order where members[key] != nil {
            findings.add(
                path + [key],
                of: path,
                "unknown key \(MachineName.shown(key)): the known ones are \(known().joined(separator: ", "))"
            )
        }
    }

    /// Notes that something is wrong with a member.
    func add(_ key: String, _ message: String) { findings.add(path + [key], message) }

    mutating func text(_ key: String) -> String? {
        require(key).flatMap { Self.text($0, at: path + [key], findings) }
    }

    /// An integer that may be left out; `standard` when it is, nil when it is none, which is noted.
    mutating func integer(_ key: String, in range: ClosedRange<Int64>, else standard: Int64) -> Int64? {
        guard let json = take(key) else { return standard }
        guard let value = Self.integer(json, at: path + [key], findings) else { return nil }
        guard range.contains(value) else {
            add(key, "\(value) is not in \(range.lowerBound)…\(range.upperBound)")
            return nil
        }
        return value
    }

    static func text(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) -> String? {
        if case .string(let text) = json { return text }
        findings.add(path, "\(json.kind) is not a string: write it in quotation marks")
        return nil
    }

    static func integer(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) -> Int64? {
        guard case .number(let text) = json else {
            let hint = json == .null ? "a key that takes its default is left out" : "write its digits alone"
            findings.add(path, "\(json.kind) is not an integer: \(hint)")
            return nil
        }
        if let integer = Int64(text) { return integer }
        findings.add(path, "\(text.printable(80)) is not an integer of 64 bits: write its digits alone")
        return nil
    }

    static func list(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) -> [StrictJSON]? {
        if case .array(let values) = json { return values }
        findings.add(path, "\(json.kind) is not a list: write […]")
        return nil
    }
}
