@testable import StateSharing

/// The store's side: the memory store's rules, with replication that lags and a record of what was accepted.
struct SimulatedServer {
    /// A snapshot in absolute server milliseconds.
    struct Stored: Hashable {
        var shared: SharedVersion
        /// 0 = none, or over.
        var openUntil: Int64
        /// `nil` = none, `.max` = never.
        var expiresAt: Int64?

        init(_ shared: SharedVersion, at nowMs: Int64) {
            self.shared = shared
            openUntil = shared.remainingMs.map { $0 > 0 ? nowMs + $0 : 0 } ?? 0
            expiresAt =
                switch shared.hold {
                case .none: nil
                case .forever: .max
                case .remaining(let ms): nowMs + ms
                }
        }
    }

    private(set) var primary = MemoryStoreCore()
    private var replica = MemoryStoreCore()
    /// What this lineage has answered for good; HELD and SKEW are "not now".
    private(set) var answered: [CommitItem] = []
    private var replicaAnswered: [CommitItem] = []
    private var generations: UInt64 = 0
    /// Versions accepted, for the checks: (resource, version, what it replaced, expected, mode).
    private(set) var accepted:
        [(resource: ResourceID, new: Stored, old: Stored?, expected: Int64, mode: CommitItem.Mode)] = []
    /// A rule to leave out, to see that the simulation notices.
    var defect: SimulationDefect?

    mutating func replicate() { (replica, replicaAnswered) = (primary, answered) }
    mutating func failOver() { (primary, answered) = (replica, replicaAnswered) }

    mutating func restartEmpty() {
        (primary, answered) = (MemoryStoreCore(), [])
        replicate()
    }

    private mutating func freshGeneration() -> String {
        generations += 1
        return WriterID(bits: generations).description
    }

    func stored(_ resource: ResourceID, at nowMs: Int64) -> Stored? {
        primary.read([resource], at: nowMs).snapshots[0].map { Stored($0.version, at: nowMs) }
    }

    mutating func commit(_ items: [CommitItem], nowMs: Int64) -> (CommitReply, StoreMessage?) {
        let before = items.map { stored($0.version.resource, at: nowMs) }
        let (reply, message) = primary.commit(
            zip(items, before).map { tampered($0, $1, nowMs) },
            maximumSkewMs: 600_000,
            freshGeneration: freshGeneration(),
            at: nowMs
        )
        for (item, result) in zip(items, reply.results) where result.code != .held && result.code != .skew {
            answered.append(item)
        }
        for ((item, old), result) in zip(zip(items, before), reply.results) where result.code == .accepted {
            guard let new = result.stored else { continue }
            var stored = Stored(new, at: nowMs)
            stored.shared.operatorAt = item.version.operatorAt
            accepted.append((item.version.resource, stored, old, item.expected, item.mode))
        }
        return (reply, message)
    }

    /// What a store that leaves out a rule makes of a proposal.
    private func tampered(_ item: CommitItem, _ stored: Stored?, _ nowMs: Int64) -> CommitItem {
        var item = item
        guard let stored else { return item }
        switch defect {
        case .compareLeftOut where item.mode == .compareAndSet:
            item.expected = max(item.expected, stored.shared.lastModified)
        case .holdNotChecked where stored.expiresAt.map({ $0 > nowMs }) ?? false:
            item.version.operatorAt = max(item.version.operatorAt, stored.shared.operatorAt + 1)
        case .repeatsAccepted where item.version.version < stored.shared.version:
            item.version.version.lastModified = stored.shared.lastModified + 1
            item.expected = stored.shared.lastModified
        case .compareLeftOut, .holdNotChecked, .repeatsAccepted, .staleReads, nil:
            break
        }
        return item
    }

    mutating func beat(_ request: BeatRequest, nowMs: Int64) -> (BeatReply, StoreMessage?) {
        primary.beat(request, freshGeneration: freshGeneration(), at: nowMs)
    }
}
