import StateSharing

/// What a watcher knows of the fleet's breakers, kept up to date by messages and by reading everything again.
struct WatchCore {
    /// One breaker that changed.
    struct Change: Equatable {
        /// `nil` for one that was not known before.
        var before: BreakerStatus?
        var after: BreakerStatus
    }

    /// What a message amounts to.
    struct Update: Equatable {
        var changes: [Change] = []
        /// Something was missed: everything must be read again.
        var mustReload = false
    }

    private(set) var board: BreakerBoard?
    private let names: Set<ResourceID>
    /// The last commit number seen and its lineage, to notice what was missed.
    private var position: StorePosition?

    /// - Parameter names: the breakers watched; empty = all.
    init(names: [String]) {
        self.names = Set(names.map { ResourceID(kind: OperatorDesk.kind, name: $0) })
    }

    /// Takes over what was read: after data loss older states too.
    mutating func load(_ new: BreakerBoard) -> [Change] {
        let old = board.map { Dictionary(uniqueKeysWithValues: $0.statuses.map { ($0.resource, $0) }) }
        board = new
        // The chain starts anew with the next message; reading was later than everything before it.
        position = nil
        guard let old else { return [] }
        return new.statuses.compactMap { status in
            let before = old[status.resource]
            guard before?.version?.version != status.version?.version else { return nil }
            return Change(before: before, after: status)
        }
    }

    /// Takes a message from the channel.
    mutating func receive(_ message: StoreMessage) -> Update {
        switch message {
        case .update(let position, let previousSequence, let versions):
            let mustReload = isBroken(before: previousSequence, generation: position.generation)
            self.position = position
            let changes = versions.compactMap { apply($0, nowMs: position.nowMs) }
            return Update(changes: changes, mustReload: mustReload)
        case .beat(let position, let members):
            let mustReload = isBroken(before: position.sequence, generation: position.generation)
            self.position = position
            board?.processes = members
            return Update(mustReload: mustReload)
        case .unknown:
            return Update()
        }
    }

    private func isBroken(before sequence: Int64, generation: String) -> Bool {
        position.map { $0.sequence != sequence || $0.generation != generation } ?? false
    }

    private mutating func apply(_ version: SharedVersion, nowMs: Int64) -> Change? {
        guard version.resource.kind == OperatorDesk.kind, names.isEmpty || names.contains(version.resource),
            var board
        else { return nil }
        let index = board.statuses.firstIndex { $0.resource == version.resource }
        let before = index.map { board.statuses[$0] }
        if let known = before?.version?.version, version.version <= known { return nil }
        let after = BreakerStatus(
            resource: version.resource,
            name: before?.name,
            version: version,
            readAtMs: nowMs
        )
        if let index { board.statuses[index] = after } else { board.statuses.append(after) }
        board.nowMs = max(board.nowMs, nowMs)
        self.board = board
        return Change(before: before, after: after)
    }
}
