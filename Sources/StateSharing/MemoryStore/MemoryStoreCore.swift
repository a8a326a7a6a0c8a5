/// The rules of the fleet's scripts over dictionaries (fleet protocol, sections 1, 4, 5 and 9).
///
/// Everything that decides takes the time in milliseconds since 1970, as the server would have it.
struct MemoryStoreCore {
    /// A snapshot as a hash holds it: deadlines absolute.
    private struct Entry {
        var name: String
        var version: SharedVersion
        /// 0 = no deadline.
        var openUntil: Int64
        var expires: Expiry
        /// When the snapshot itself goes.
        var goesAt: Int64

        enum Expiry: Equatable {
            case none
            case never
            case at(Int64)
        }

        func isHeld(at now: Int64) -> Bool {
            switch expires {
            case .none: false
            case .never: true
            case .at(let time): time > now
            }
        }

        /// With what is left of its deadlines.
        func version(at now: Int64) -> SharedVersion {
            var version = version
            version.remainingMs = openUntil == 0 ? nil : max(0, openUntil - now)
            version.hold =
                switch expires {
                case .none: .none
                case .never: .forever
                case .at(let time): .remaining(ms: max(0, time - now))
                }
            return version
        }
    }

    private var generation = ""
    private var sequence: Int64 = 0
    private var beatAt: Int64 = 0
    private var entries: [ResourceID: Entry] = [:]
    private var index: [ResourceID: Int64] = [:]
    private var known: [ResourceID: Int64] = [:]
    private var members: [String: Int64] = [:]

    /// A stamp so far ahead that only a broken clock makes it; the protocol's 7 days for re-seeding.
    private static let mergeSkewMs: Int64 = 604_800_000
    private static let registrationMs: Int64 = 24 * 3600 * 1000
    private static let dayOf30: Int64 = 30 * 24 * 3600 * 1000

    func position(at now: Int64) -> StorePosition {
        StorePosition(generation: generation, sequence: sequence, nowMs: now)
    }

    /// What is stored, unless its life is over.
    private func entry(_ resource: ResourceID, at now: Int64) -> Entry? {
        entries[resource].flatMap { $0.goesAt > now ? $0 : nil }
    }

    // MARK: Compare-and-set

    /// Decides a checked batch.
    ///
    /// - Parameters:
    ///   - items: the proposals.
    ///   - maximumSkewMs: how far ahead of the time a version may be stamped.
    ///   - freshGeneration: the lineage's name if there is none.
    ///   - now: milliseconds since 1970.
    /// - Returns: the answer, and what subscribers are told, `nil` when nothing was stored.
    mutating func commit(
        _ items: [CommitItem],
        maximumSkewMs: Int64,
        freshGeneration: String,
        at now: Int64
    ) -> (reply: CommitReply, announcement: StoreMessage?) {
        let previous = sequence
        var results: [CommitResult] = []
        var stored: [SharedVersion] = []
        for item in items {
            let current = entry(item.version.resource, at: now)
            let code = Self.decide(item, current: current, maximumSkewMs: maximumSkewMs, at: now)
            if code == .accepted {
                if generation.isEmpty { generation = freshGeneration }
                // Built on the time, so that a number is not issued again after the data was lost.
                sequence = max(sequence + 1, now * 1000)
                let entry = Self.entry(item, sequence: sequence, at: now)
                entries[item.version.resource] = entry
                index[item.version.resource] = sequence
                stored.append(entry.version(at: now))
                results.append(CommitResult(code: code, stored: entry.version(at: now)))
            } else {
                results.append(CommitResult(code: code, stored: current?.version(at: now)))
            }
        }
        let position = position(at: now)
        let announcement: StoreMessage? =
            stored.isEmpty ? nil : .update(position: position, previousSequence: previous, versions: stored)
        return (CommitReply(results: results, position: position), announcement)
    }

    /// The order of the questions is part of the protocol: a retry is a duplicate whatever else is true.
    private static func decide(
        _ item: CommitItem,
        current: Entry?,
        maximumSkewMs: Int64,
        at now: Int64
    ) -> CommitCode {
        let new = item.version
        let old = current?.version
        if let old, old.lastModified == new.lastModified, old.state == new.state,
            old.version.writer == new.version.writer
        {
            return .duplicate
        }
        let skew = item.mode == .compareAndSet ? maximumSkewMs : mergeSkewMs
        if new.lastModified > max(now + skew, (old?.lastModified ?? 0) + 1, item.expected + 1) { return .skew }
        guard let current, let old else { return .accepted }
        if new.version <= old.version { return .conflict }
        if item.mode == .compareAndSet, old.lastModified > item.expected { return .conflict }
        // A hold in force yields to a later decision, or to a copy of the same one.
        let isLater = new.operatorAt > old.operatorAt
        let isCopy = new.operatorAt == old.operatorAt && new.isOperators
        return current.isHeld(at: now) && !isLater && !isCopy ? .held : .accepted
    }

    private static func entry(_ item: CommitItem, sequence: Int64, at now: Int64) -> Entry {
        var version = item.version
        version.parent = item.expected
        version.sequence = sequence
        let left = version.remainingMs
        // The longest of what is asked for and what the content needs.
        var life = max(item.timeToLiveMs, 2 * (left ?? 0) + 60_000)
        let expires: Entry.Expiry
        switch version.hold {
        case .none: expires = .none
        case .forever:
            expires = .never
            life = max(life, dayOf30)
        case .remaining(let ms):
            // A hold of 0 at the beginning of time would read as none; no clock is there.
            expires = .at(now + ms)
            life = max(life, ms + 60_000)
        }
        return Entry(
            name: item.name,
            version: version,
            openUntil: left.map { now + $0 } ?? 0,
            expires: expires,
            goesAt: now + life
        )
    }

    // MARK: Reading

    func read(_ resources: [ResourceID], at now: Int64) -> ReadReply {
        let snapshots = resources.map { resource in
            entry(resource, at: now).map { StoredSnapshot(name: $0.name, version: $0.version(at: now)) }
        }
        return ReadReply(snapshots: snapshots, position: position(at: now), members: members.count)
    }

    func changes(after sequence: Int64, limit: Int) -> ChangesReply {
        let later = index.filter { $0.value > sequence }.sorted { $0.value < $1.value }
        let page = later.prefix(limit)
        return ChangesReply(
            resources: page.map(\.key),
            through: page.last?.value ?? sequence,
            hasMore: page.count == limit
        )
    }

    func list(kind: String, at now: Int64) -> [ListedResource] {
        let registered = known.filter { $0.key.kind == kind && $0.value > now && index[$0.key] == nil }
        let stored = index.filter { $0.key.kind == kind }
        return
            (registered.map { ListedResource(resource: $0.key, isStored: false) }
            + stored.map { ListedResource(resource: $0.key, isStored: true) })
            .sorted { $0.resource < $1.resource }
    }

    // MARK: Upkeep

    mutating func register(_ resources: [ResourceID], at now: Int64) {
        for resource in resources {
            known[resource] = max(known[resource] ?? 0, now + Self.registrationMs)
        }
    }

    mutating func extend(_ resources: [ResourceID], timeToLiveMs: Int64, at now: Int64) {
        for resource in resources {
            guard let entry = entry(resource, at: now) else { continue }
            entries[resource]?.goesAt = max(entry.goesAt, now + timeToLiveMs)
        }
    }

    mutating func prune(_ resources: [ResourceID], at now: Int64) -> Int {
        var count = 0
        for resource in resources where entry(resource, at: now) == nil {
            entries[resource] = nil
            if index.removeValue(forKey: resource) != nil { count += 1 }
        }
        let expired = known.filter { $0.value <= now }
        for resource in expired.keys { known[resource] = nil }
        return count + expired.count
    }

    mutating func leave(member: String) {
        members[member] = nil
    }

    /// Decides a checked heartbeat.
    mutating func beat(
        _ request: BeatRequest,
        freshGeneration: String,
        at now: Int64
    ) -> (reply: BeatReply, announcement: StoreMessage?) {
        if generation.isEmpty {
            generation = freshGeneration
            sequence = 0
        }
        if !request.member.isEmpty, request.memberForMs > 0 { members[request.member] = now + request.memberForMs }
        // A heartbeat from the future means that the clock stepped back, and counts for nothing.
        let isRecent = beatAt <= now && now - beatAt < request.intervalMs
        if !isRecent {
            beatAt = now
            members = members.filter { $0.value > now }
        }
        let position = position(at: now)
        return (
            BeatReply(sent: !isRecent, position: position, members: members.count),
            isRecent ? nil : .beat(position: position, members: members.count)
        )
    }
}
