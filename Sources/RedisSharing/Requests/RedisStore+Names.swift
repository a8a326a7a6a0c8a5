public import StateSharing
import StateMachines

extension RedisStore {
    /// The most names a list has.
    private static let maximumList = 100_000
    /// Names of one page; with their scores twice as many elements, which is what a reply may have.
    private static let pageLength = 2048
    /// Names of one command that writes.
    private static let maximumBatch = 512
    /// How long a registration lasts.
    private static let registrationMs: Int64 = 24 * 3600 * 1000

    /// Every resource that is stored or registered, sorted; at most 100 000 of each.
    public func list(kind: String) async throws(StoreError) -> [ListedResource] {
        let now = try Self.time(try await ask([RedisCommand("TIME")])[0])
        var isStored: [ResourceID: Bool] = [:]
        try await walk(keys.known, from: now + 1) { member, _ in
            if let resource = ResourceID(member: member), resource.kind == kind { isStored[resource] = false }
        }
        try await walk(keys.index, from: 0) { member, _ in
            if let resource = ResourceID(member: member), resource.kind == kind { isStored[resource] = true }
        }
        return isStored.map { ListedResource(resource: $0.key, isStored: $0.value) }
            .sorted { $0.resource < $1.resource }
    }

    /// Goes through a sorted set in pages by score, because ranks shift while others write.
    ///
    /// Names of one score are counted, so that a page boundary among them loses none.
    func walk(
        _ key: String,
        from lowest: Int64,
        _ body: (_ member: String, _ score: Int64) -> Void
    ) async throws(StoreError) {
        var minimum = lowest
        var seenAtMinimum = 0
        var seen = 0
        while seen < Self.maximumList {
            let page = try await page(of: key, from: String(minimum), offset: seenAtMinimum, limit: Self.pageLength)
            seen += page.count
            for entry in page {
                body(entry.member, entry.score)
                seenAtMinimum = entry.score == minimum ? seenAtMinimum + 1 : 1
                minimum = entry.score
            }
            guard page.count == Self.pageLength else { return }
        }
    }

    /// Keeps the given resources on the list of what is used, for 24 hours of the server's time.
    ///
    /// Written are those that are missing or run out within 12 hours, so that a fleet that reconnects mostly reads.
    public func register(_ resources: [ResourceID]) async throws(StoreError) {
        guard !resources.isEmpty else { return }
        let now = try Self.time(try await ask([RedisCommand("TIME")])[0])
        var due: [ResourceID] = []
        for batch in batches(resources, of: configuration.maximumPendingCommands / 8) {
            let scores = try await ask(batch.map { RedisCommand("ZSCORE", keys.known, $0.description) })
            // What is no number of ours has been there for nobody: it is written anew.
            for (resource, score) in zip(batch, scores)
            where score.number.map({ $0 < now + Self.registrationMs / 2 }) ?? true { due.append(resource) }
        }
        let until = String(now + Self.registrationMs)
        for batch in batches(due, of: Self.maximumBatch) {
            // GT: a registration never becomes shorter.
            let command = RedisCommand("ZADD", keys.known, "GT")
                .appending(contentsOf: batch.flatMap { [until, $0.description] })
            _ = try await ask([command])
        }
    }

    /// Lets stored snapshots live longer; before Redis 7 it sets their life, which may also shorten it.
    public func extend(_ resources: [ResourceID], timeToLiveMs: Int64) async throws(StoreError) {
        guard timeToLiveMs > 0 else { throw StoreError(.badArguments, "a time to live of \(timeToLiveMs) ms") }
        let serverMajor = state.withLock { $0.serverMajor }
        for batch in batches(resources, of: configuration.maximumPendingCommands / 2) {
            let commands = batch.map { resource in
                let command = RedisCommand("PEXPIRE", keys.snapshot(resource), String(timeToLiveMs))
                // Before 7 there is no "only if longer"; then a hold's longer life is cut to this, and kept up by it.
                return serverMajor >= 7 ? command.appending(contentsOf: ["GT"]) : command
            }
            _ = try await ask(commands)
        }
    }

    /// Drops names whose snapshot has expired, and registrations that ran out, by script.
    public func prune(_ resources: [ResourceID]) async throws(StoreError) -> Int {
        guard (1...Self.maximumBatch).contains(resources.count) else {
            throw StoreError(.badArguments, "\(resources.count) names to drop: 1 to \(Self.maximumBatch) at a time")
        }
        let reply = try await run(
            .gc,
            keys: [keys.index, keys.known] + resources.map { keys.snapshot($0) },
            arguments: resources.map(\.description)
        )
        guard let count = reply.number else { throw .unexpected("GC", reply) }
        return Int(count)
    }

    /// Parts of at most `limit` and 512.
    ///
    /// Where each name is a command, an eighth, a quarter (``read(_:)``) and a half of the commands that may wait leave
    /// room for one another and for proposals.
    private func batches(_ resources: [ResourceID], of limit: Int) -> [ArraySlice<ResourceID>] {
        let size = min(Self.maximumBatch, limit)
        return stride(from: 0, to: resources.count, by: size).map { resources[$0..<min($0 + size, resources.count)] }
    }
}
