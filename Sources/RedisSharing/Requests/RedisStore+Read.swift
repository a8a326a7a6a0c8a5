public import StateSharing

extension RedisStore {
    /// Resources of one round trip: 256 × 22 fields stay far below the limits of replies, and a quarter of the commands
    /// that may wait leaves room for what is under way besides.
    private var chunk: Int { min(256, configuration.maximumPendingCommands / 4) }

    /// Reads snapshots in round trips of at most 256; the position is that before the first of them.
    public func read(_ resources: [ResourceID]) async throws(StoreError) -> ReadReply {
        var snapshots: [StoredSnapshot?] = []
        snapshots.reserveCapacity(resources.count)
        var foreign = 0
        let head = try await ask([
            RedisCommand("TIME"),
            RedisCommand("HMGET", keys.meta, "generation", "sequence"),
            RedisCommand("ZCARD", keys.members),
        ])
        let now = try Self.time(head[0])
        let position = try Self.position(head[1], nowMs: now)
        guard let members = head[2].number else { throw .unexpected("ZCARD", head[2]) }
        noted(members: Int(members))
        for start in stride(from: 0, to: resources.count, by: chunk) {
            let part = resources[start..<min(start + chunk, resources.count)]
            for content in try await contents(part) {
                switch content {
                case .absent: snapshots.append(nil)
                case .snapshot(let snapshot): snapshots.append(snapshot)
                case .foreign:
                    foreign += 1
                    snapshots.append(nil)
                }
            }
        }
        return ReadReply(snapshots: snapshots, foreign: foreign, position: position, members: Int(members))
    }

    /// One round trip, with a time of its own: a deadline read late has less time left.
    private func contents(_ resources: ArraySlice<ResourceID>) async throws(StoreError) -> [SnapshotHash.Content] {
        let commands = resources.map {
            RedisCommand("HMGET", keys.snapshot($0)).appending(contentsOf: SnapshotHash.fields)
        }
        let replies = try await send([RedisCommand("TIME")] + commands)
        let now = try Self.time(try checked(replies[0]))
        var contents: [SnapshotHash.Content] = []
        for (resource, reply) in zip(resources, replies.dropFirst()) {
            if case .error(let text) = reply, RedisFailure.reply(text).code == .wrongType {
                // Somebody else's data under one key costs that resource only.
                contents.append(.foreign)
                continue
            }
            guard let values = try checked(reply).elements else { throw .unexpected("HMGET", reply) }
            contents.append(SnapshotHash.parse(values, of: resource, now: now))
        }
        return contents
    }

    /// Names what changed after a commit number, from the index.
    public func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> ChangesReply {
        guard (1...512).contains(limit), sequence >= 0 else {
            throw StoreError(.badArguments, "changes after \(sequence), at most \(limit): a page has 1 to 512")
        }
        let page = try await page(of: keys.index, from: "(\(sequence)", offset: 0, limit: limit)
        return ChangesReply(
            resources: page.compactMap { ResourceID(member: $0.member) },
            through: page.last?.score ?? sequence,
            hasMore: page.count == limit
        )
    }

    /// Members and scores of a sorted set, lowest first.
    func page(
        of key: String,
        from minimum: String,
        offset: Int,
        limit: Int
    ) async throws(StoreError) -> [(member: String, score: Int64)] {
        let command = RedisCommand(
            "ZRANGEBYSCORE",
            key,
            minimum,
            "+inf",
            "WITHSCORES",
            "LIMIT",
            String(offset),
            String(limit)
        )
        let reply = try await ask([command])[0]
        guard let words = reply.elements, words.count % 2 == 0 else { throw .unexpected("ZRANGEBYSCORE", reply) }
        var page: [(member: String, score: Int64)] = []
        for i in stride(from: 0, to: words.count, by: 2) {
            guard let score = words[i + 1].number else {
                throw StoreError(.wrongType, "a sorted set of ours has a score that is not a number of ours")
            }
            // What is not text is no name of ours; it is passed over where names are read.
            page.append((member: words[i].text ?? "", score: score))
        }
        return page
    }

    /// The reply of `TIME` in milliseconds.
    static func time(_ reply: RedisValue) throws(StoreError) -> Int64 {
        guard let words = reply.elements, words.count == 2, let seconds = words[0].number,
            let micros = words[1].number, seconds < WireFormat.maximumInteger / 1000
        else { throw .unexpected("TIME", reply) }
        return seconds * 1000 + micros / 1000
    }

    private static func position(_ reply: RedisValue, nowMs: Int64) throws(StoreError) -> StorePosition {
        guard let words = reply.elements, words.count == 2 else { throw .unexpected("HMGET", reply) }
        guard words[0] != .null else { return StorePosition(generation: "", sequence: 0, nowMs: nowMs) }
        guard let generation = words[0].text, WriterID(generation) != nil else {
            throw StoreError(.wrongType, "the generation in the store is not one of ours")
        }
        return StorePosition(generation: generation, sequence: words[1].number ?? 0, nowMs: nowMs)
    }

    private func checked(_ reply: RedisValue) throws(StoreError) -> RedisValue {
        try check(reply)
        return reply
    }
}
