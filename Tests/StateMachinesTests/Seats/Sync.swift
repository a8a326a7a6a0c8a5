import StateMachines

/// What a sync job can be.
enum SyncState: UInt8, MachineSymbol {
    case idle, working, syncing, failed, synced, archived
}

/// What can happen to it.
enum SyncEvent: UInt8, MachineSymbol {
    case start, success, failure, retry, refresh, touch, changed, archive, cancel
}

/// What its guards and actions work on.
struct Sync: Sendable, Hashable {
    var budget = 2
    var isStale = false
    var isOnline = true
    var log: [String] = []
    var failing: Set<String> = []

    mutating func run(_ name: String) throws {
        struct Broken: Error {}
        if failing.contains(name) { throw Broken() }
        log.append(name)
    }

    static let budgetLeft = Guard<Sync>("budgetLeft") { $0.budget > 0 }
    static let online = Guard<Sync>("online") { $0.isOnline }
    static let stale = Guard<Sync>("stale") { $0.isStale }
    static let openLog = Action<SyncEvent, Sync>("openLog") { try $0.run("openLog") }
    static let closeLog = Action<SyncEvent, Sync>("closeLog") { try $0.run("closeLog") }
    static let note = Action<SyncEvent, Sync>("note") { try $0.run("note") }
    static let countRetry = Action<SyncEvent, Sync>("countRetry") { sync in
        try sync.run("countRetry")
        sync.budget -= 1
    }
    static let announce = Action<SyncEvent, Sync>("announce") { sync, effects in
        effects.raise(.changed)
        try sync.run("announce")
    }

    /// A job without timers and deferral.
    static let definition = TypedDefinition<SyncState, SyncEvent, Sync>(
        name: "sync",
        version: 3,
        initial: .idle,
        invariants: [Invariant("budgetIsNotNegative") { $0.budget >= 0 }]
    ) {
        In(.idle) { On(.start, to: .syncing) }
        In(.working) {
            Entry(openLog)
            Exit(closeLog)
            On(.cancel, to: .idle)
            OnFault(to: .failed)
        }
        In(.syncing, parent: .working) {
            On(.success, to: .synced, do: note, announce)
            On(.failure, to: .failed, if: budgetLeft, do: note, countRetry)
            On(.failure, to: .archived)
            On(.refresh, .reenter, if: online && !stale)
            On(.touch, .stay, do: note)
            Ignore(.start)
        }
        In(.failed, parent: .working, rank: 2, admission: .limited) {
            Reject(.touch)
            On(.retry, to: .syncing)
        }
        In(.synced) {
            Always(to: .idle, if: stale)
            On(.archive, to: .archived)
            On(.changed, .stay, do: note)
        }
        In(.archived, final: true)
    }
}
