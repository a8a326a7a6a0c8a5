/// The channel: versions, the chain that shows what was missed, heartbeats (fleet protocol, sections 5 and 9).
extension SharingCore {
    /// A message arrived.
    ///
    /// Its versions are merged in every case; the chain is looked at before.
    mutating func message(_ message: StoreMessage, at now: Int64) {
        switch message {
        case .update(let position, let previous, let versions):
            let isNew = follow(position, previous: previous)
            for version in versions { take(version, at: now) }
            if isNew { lastSeen = (position.generation, position.sequence) }
        case .beat(let position, let members):
            _ = follow(position, previous: position.sequence)
            lastSeen = (position.generation, position.sequence)
            beat.heard(members: members, at: now, interval: heartbeatUs, using: &random)
        case .unknown:
            note(.malformed("verb of a later release"))
        }
        tick(at: now)
    }

    /// Something unreadable arrived; it never reaches a merge.
    mutating func malformed(_ reason: String, at now: Int64) {
        note(.malformed(reason))
        askForSync()
        tick(at: now)
    }

    /// Messages were dropped on their way here.
    mutating func overflow(at now: Int64) {
        note(.gap)
        sync.isFullDue = true
        tick(at: now)
    }

    /// Holds a message against the last one seen.
    ///
    /// - Returns: whether the chain goes on from it; `false` for a message that was said before.
    private mutating func follow(_ position: StorePosition, previous: Int64) -> Bool {
        guard let seen = lastSeen else { return true }
        if seen.generation != position.generation {
            if !seen.generation.isEmpty { note(.newLineage) }
            sync.isFullDue = true
        } else if previous < seen.sequence {
            if position.sequence <= seen.sequence, previous != position.sequence { return false }
            note(.gap)
            sync.isFullDue = true  // rolled back: the store stands before what has been seen
        } else if previous > seen.sequence {
            note(.gap)
            isGapDue(after: seen.sequence)
        }
        return true
    }

    private mutating func take(_ version: SharedVersion, at now: Int64) {
        guard let index = index(of: version.resource) else { return }  // somebody else's
        let isFuture = version.lastModified > clock.serverMs(at: now) + Self.futureLimitMs
        if configuration.verifiesBeforeApplying {
            check(index, at: now + herdDelay())
        } else if isFuture {
            check(index, at: now)
        } else {
            merge(index, version, fromStore: false, at: now)
        }
    }
}
