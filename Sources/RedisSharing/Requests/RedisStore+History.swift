package import StateSharing

/// One entry of the journal: a version that was accepted.
package struct JournalEntry: Sendable, Hashable {
    /// When it was accepted, server milliseconds.
    package var atMs: Int64
    /// Whose it is.
    package var resource: ResourceID
    /// The wire name of the state before; empty when there was none.
    package var from: String
    /// The wire name of the state after.
    package var to: String
    /// The event: `trip`, `reseed`, ….
    package var event: String
    /// The numbers behind it: `total=20,failures=12,…`.
    package var detail: String
    /// The version as it was accepted, with what was left of its deadlines then; `nil` when its line cannot be read.
    package var version: SharedVersion?
}

/// A process that shares the store.
package struct FleetMember: Sendable, Hashable {
    /// `<writer>|<host>|<pid>|<app>`.
    package var text: String
    /// Until when it counts as alive, server milliseconds.
    package var aliveUntilMs: Int64
}

extension RedisStore {
    /// Entries of one page: 100 × 14 elements.
    private static let historyPage = 100

    /// What became of a resource, newest first.
    ///
    /// The journal holds all resources, so it is read backwards until enough entries are found, it ends, or 100 000
    /// entries were looked at.
    ///
    /// - Parameters:
    ///   - resource: whose history; `nil` takes everybody's.
    ///   - limit: at most so many entries.
    /// - Returns: the entries found; those of another format are passed over.
    /// - Throws: what makes the request fail.
    package func history(of resource: ResourceID?, limit: Int) async throws(StoreError) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        var end = "+"
        for _ in 0..<1000 where entries.count < limit {
            let command = RedisCommand(
                "XREVRANGE",
                keys.journal,
                end,
                "-",
                "COUNT",
                String(Self.historyPage)
            )
            let reply = try await ask([command])[0]
            guard let page = reply.elements else { throw .unexpected("XREVRANGE", reply) }
            var last = ""
            for element in page {
                guard let parts = element.elements, parts.count == 2, let id = parts[0].text else { continue }
                last = id
                guard entries.count < limit, let entry = Self.entry(id, parts[1]),
                    resource == nil || entry.resource == resource
                else { continue }
                entries.append(entry)
            }
            guard page.count == Self.historyPage, !last.isEmpty else { break }
            // Exclusive, since 6.2.
            end = "(" + last
        }
        return entries
    }

    private static func entry(_ id: String, _ words: RedisValue) -> JournalEntry? {
        guard let words = words.elements, let time = id.split(separator: "-").first.flatMap({ WireFormat.integer($0) })
        else { return nil }
        var fields: [String: RedisValue] = [:]
        for i in stride(from: 0, to: words.count - 1, by: 2) {
            if let name = words[i].text { fields[name] = words[i + 1] }
        }
        func text(_ field: String) -> String { RedisFailure.printable(fields[field]?.text ?? "") }
        guard let resource = fields["id"]?.text.flatMap({ ResourceID(member: $0) }) else { return nil }
        return JournalEntry(
            atMs: time,
            resource: resource,
            from: text("from"),
            to: text("to"),
            event: text("event"),
            detail: text("detail"),
            version: fields["version"]?.bytes.flatMap { Self.version($0, of: resource) }
        )
    }

    /// Who shares the store and counts as alive, those that go first at the front; at most 100 000.
    package func members() async throws(StoreError) -> [FleetMember] {
        let now = try Self.time(try await ask([RedisCommand("TIME")])[0])
        var members: [FleetMember] = []
        try await walk(keys.members, from: now + 1) { member, score in
            members.append(FleetMember(text: RedisFailure.printable(member), aliveUntilMs: score))
        }
        return members
    }

    /// A section of the server's `INFO`: name → value, for advice on its set-up.
    package func information(_ section: String) async throws(StoreError) -> [String: String] {
        let reply = try await ask([RedisCommand("INFO", section)])[0]
        guard let text = reply.text else { throw .unexpected("INFO", reply) }
        var facts: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            facts[String(line[..<colon])] = RedisFailure.printable(String(line[line.index(after: colon)...]))
        }
        return facts
    }
}
