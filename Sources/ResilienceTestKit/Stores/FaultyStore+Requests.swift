public import StateSharing

/// The requests: each fails as the faults have it, else it is the base's.
extension FaultyStore {
    /// The base's address.
    public var address: String { base.address }

    /// Asks the base to.
    public func resubscribe() async { await base.resubscribe() }

    /// Asks the base, unless a fault stands in the way.
    public func commit(_ items: [CommitItem]) async throws(StoreError) -> CommitReply {
        try await ask { () async throws(StoreError) in try await base.commit(items) }
    }

    /// Asks the base, unless a fault stands in the way.
    public func read(_ resources: [ResourceID]) async throws(StoreError) -> ReadReply {
        try await ask(writes: false) { () async throws(StoreError) in try await base.read(resources) }
    }

    /// Asks the base, unless a fault stands in the way.
    public func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> ChangesReply {
        try await ask(writes: false) { () async throws(StoreError) in
            try await base.changes(after: sequence, limit: limit)
        }
    }

    /// Asks the base, unless a fault stands in the way.
    public func list(kind: String) async throws(StoreError) -> [ListedResource] {
        try await ask(writes: false) { () async throws(StoreError) in try await base.list(kind: kind) }
    }

    /// Asks the base, unless a fault stands in the way.
    public func register(_ resources: [ResourceID]) async throws(StoreError) {
        try await ask { () async throws(StoreError) in try await base.register(resources) }
    }

    /// Asks the base, unless a fault stands in the way.
    public func extend(_ resources: [ResourceID], timeToLiveMs: Int64) async throws(StoreError) {
        try await ask { () async throws(StoreError) in
            try await base.extend(resources, timeToLiveMs: timeToLiveMs)
        }
    }

    /// Asks the base, unless a fault stands in the way.
    public func beat(_ request: BeatRequest) async throws(StoreError) -> BeatReply {
        try await ask { () async throws(StoreError) in try await base.beat(request) }
    }

    /// Asks the base, unless a fault stands in the way.
    public func leave(member: String) async throws(StoreError) {
        try await ask { () async throws(StoreError) in try await base.leave(member: member) }
    }

    /// Asks the base, unless a fault stands in the way.
    public func prune(_ resources: [ResourceID]) async throws(StoreError) -> Int {
        try await ask { () async throws(StoreError) in try await base.prune(resources) }
    }

    /// Asks the base, unless a fault stands in the way.
    private func ask<Reply>(
        writes: Bool = true,
        _ body: () async throws(StoreError) -> Reply
    ) async throws(StoreError) -> Reply {
        let (refusal, isLost) = fate(ofWriting: writes)
        if let refusal { throw refusal }
        let reply = try await body()
        if isLost { throw StoreError(.timedOut, "the test lost the reply") }
        return reply
    }
}
