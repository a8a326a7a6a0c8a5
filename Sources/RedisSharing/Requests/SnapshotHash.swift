import StateSharing

/// A snapshot as it stands in its hash (fleet protocol, section 1).
///
/// Read through the same line parser as messages, so that a hash and a script's line about it can never be understood
/// differently.
enum SnapshotHash {
    /// The fields, in the order they are asked for.
    static let fields = [
        "schema", "kind", "resourceId", "state", "rank", "failureRate", "lastModified", "parent", "operatorAt",
        "writer",
        "epoch", "attempts", "openUntil", "openMs", "halfOpenUntil", "halfOpenMs", "probes", "reason", "actor",
        "expiresAt",
        "definition", "sequence",
    ]

    enum Content: Equatable {
        case absent
        /// Unreadable, or another name under this key.
        case foreign
        case snapshot(StoredSnapshot)
    }

    /// Takes one value a field, and the server's time in milliseconds for what is left of deadlines.
    static func parse(_ values: [RedisValue], of resource: ResourceID, now: Int64) -> Content {
        guard values.contains(where: { $0 != .null }) else { return .absent }
        guard values.count == fields.count else { return .foreign }
        var texts: [String: String] = [:]
        for (field, value) in zip(fields, values) where value != .null {
            // Not a string, or not UTF-8: the scripts' lines about it would be refused too.
            guard let text = value.text else { return .foreign }
            texts[field] = text
        }
        func text(_ field: String) -> String { texts[field] ?? "" }
        func number(_ field: String) -> String { WireFormat.integer(text(field)) == nil ? "0" : text(field) }
        let name = text("resourceId")
        guard name.utf8.count <= ResourceID.maximumNameLength,
            ResourceID(kind: resource.kind, name: name) == resource
        else { return .foreign }
        let line = [
            resource.kind, resource.id, text("state"), text("rank"),
            text("failureRate").isEmpty ? "-" : text("failureRate"),
            text("lastModified"), number("parent"), number("operatorAt"), text("writer"), number("epoch"),
            number("attempts"), left(text("openUntil"), now), number("openMs"), "-", number("probes"),
            text("expiresAt") == "never" ? "never" : left(text("expiresAt"), now), WireFormat.word(text("reason")),
            WireFormat.word(text("actor")), WireFormat.word(text("definition")), number("sequence"),
        ]
        // A space or a line break inside a word would shift the others.
        guard line.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(where: { $0 <= 32 }) }),
            let version = try? WireFormat.parseLine(line.joined(separator: " "))
        else { return .foreign }
        return .snapshot(StoredSnapshot(name: name, version: version))
    }

    /// An absolute time as what is left of it: `-` for none.
    private static func left(_ text: String, _ now: Int64) -> String {
        let time = WireFormat.integer(text) ?? 0
        return time == 0 ? "-" : String(max(0, time - now))
    }
}
