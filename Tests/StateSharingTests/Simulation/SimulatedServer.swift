@testable import StateSharing

/// The store's side in one value: the rules of `commit.lua` on absolute server time, with replication that lags.
struct SimulatedServer {
    struct Stored: Hashable {
        var shared: SharedVersion
        /// Server milliseconds; 0 = none.
        var openUntil: Int64
        /// Server milliseconds; `nil` = none, `.max` = never.
        var expiresAt: Int64?
    }

    struct Contents {
        var generation = ""
        var sequence: Int64 = 0
        var stored: [ResourceID: Stored] = [:]
    }

    var primary = Contents()
    var replica = Contents()
    var generations: UInt64 = 0
    /// Versions accepted, for the checks: (resource, version, what it replaced, expected, mode).
    var accepted: [(resource: ResourceID, new: Stored, old: Stored?, expected: Int64, mode: CommitItem.Mode)] = []
    /// A rule to leave out, to see that the simulation notices.
    var defect: SimulationDefect?

    mutating func replicate() { replica = primary }
    mutating func failOver() { primary = replica }

    mutating func restartEmpty() {
        primary = Contents()
        replica = primary
    }

    func position(_ nowMs: Int64) -> StorePosition {
        StorePosition(generation: primary.generation, sequence: primary.sequence, nowMs: nowMs)
    }

    func line(_ stored: Stored, _ nowMs: Int64) -> SharedVersion {
        var shared = stored.shared
        shared.remainingMs = stored.openUntil == 0 ? nil : max(0, stored.openUntil - nowMs)
        shared.hold =
            switch stored.expiresAt {
            case nil: .none
            case .max?: .forever
            case let at?: .remaining(ms: max(0, at - nowMs))
            }
        return shared
    }

    mutating func commit(_ items: [CommitItem], nowMs: Int64) -> (CommitReply, StoreMessage?) {
        let previous = primary.sequence
        var results: [CommitResult] = []
        var lines: [SharedVersion] = []
        for item in items {
            let id = item.version.resource
            let current = primary.stored[id]
            let code = decide(item, current, nowMs)
            if code == .accepted {
                if primary.generation.isEmpty {
                    generations += 1
                    primary.generation = WriterID(bits: generations).description
                }
                primary.sequence = max(primary.sequence + 1, nowMs * 1000)
                var shared = item.version
                shared.parent = item.expected
                shared.sequence = primary.sequence
                let stored = Stored(
                    shared: shared,
                    openUntil: item.version.remainingMs.map { nowMs + $0 } ?? 0,
                    expiresAt: {
                        switch item.version.hold {
                        case .none: nil
                        case .forever: .max
                        case .remaining(let ms): nowMs + ms
                        }
                    }()
                )
                primary.stored[id] = stored
                accepted.append((id, stored, current, item.expected, item.mode))
                lines.append(line(stored, nowMs))
            }
            results.append(CommitResult(code: code, stored: primary.stored[id].map { line($0, nowMs) }))
        }
        let message: StoreMessage? =
            lines.isEmpty
            ? nil : .update(position: position(nowMs), previousSequence: previous, versions: lines)
        return (CommitReply(results: results, position: position(nowMs)), message)
    }

    private func decide(_ item: CommitItem, _ current: Stored?, _ nowMs: Int64) -> CommitCode {
        let new = item.version
        if let current, current.shared.version == new.version, current.shared.state == new.state { return .duplicate }
        let ahead = item.mode == .compareAndSet ? nowMs + 600_000 : nowMs + 604_800_000
        if new.lastModified > max(ahead, (current?.shared.lastModified ?? 0) + 1, item.expected + 1) { return .skew }
        guard let current else { return .accepted }
        if new.version < current.shared.version { return .conflict }
        if defect != .compareLeftOut, item.mode == .compareAndSet, current.shared.lastModified > item.expected {
            return .conflict
        }
        if defect != .holdNotChecked, let expiresAt = current.expiresAt, expiresAt > nowMs,
            new.operatorAt < current.shared.operatorAt
                || (new.operatorAt == current.shared.operatorAt
                    && new.actor.isEmpty)
        {
            return .held
        }
        return .accepted
    }

    func read(_ resources: [(ResourceID, String)], nowMs: Int64) -> ReadReply {
        let snapshots = resources.map { id, name in
            primary.stored[id].map { StoredSnapshot(name: name, version: line($0, nowMs)) }
        }
        return ReadReply(snapshots: snapshots, position: position(nowMs))
    }

    func changes(after sequence: Int64) -> ChangesReply {
        let changed = primary.stored.filter { $0.value.shared.sequence > sequence }
            .sorted { $0.value.shared.sequence < $1.value.shared.sequence }
        return ChangesReply(
            resources: changed.map(\.key),
            through: changed.last?.value.shared.sequence ?? sequence,
            hasMore: false
        )
    }
}
