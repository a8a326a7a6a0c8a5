extension CommitItem {
    /// The most proposals in one batch.
    package static let maximumBatch = 32

    /// The largest number a store keeps exactly, and so the largest it takes.
    private static func isNumber(_ value: Int64) -> Bool {
        (0...WireFormat.maximumInteger).contains(value)
    }

    /// Stores add durations, doubled, to their time, and the sum must still be a number.
    private static func isDuration(_ value: Int64) -> Bool {
        (0...WireFormat.maximumInteger / 4).contains(value)
    }

    /// What the compare-and-set would refuse about this proposal; `nil` when nothing.
    ///
    /// The same rules as the script's, so that a mistake is found before it is sent and costs nobody else's proposal.
    package var refusal: String? {
        let remaining: Int64? = if case .remaining(let ms) = version.hold { ms } else { nil }
        switch true {
        case name.utf8.count > ResourceID.maximumNameLength: return "a name longer than 1024 bytes"
        case ResourceID(kind: version.resource.kind, name: name) != version.resource:
            return "a name that is not the resource's"
        case !WireFormat.isStateName(version.state, maximum: 128): return "state"
        case !WireFormat.isStateName(version.definition, maximum: 64): return "definition"
        case !WireFormat.isStateName(event, maximum: 64): return "event"
        case !Self.isNumber(expected): return "expected"
        case !Self.isNumber(version.lastModified), version.lastModified == 0: return "lastModified"
        case !Self.isNumber(version.operatorAt), version.operatorAt > version.lastModified: return "operatorAt"
        case !Self.isNumber(version.epoch): return "epoch"
        case !Self.isNumber(version.attempts): return "attempts"
        case !Self.isNumber(version.durationMs): return "duration"
        case !Self.isDuration(version.remainingMs ?? 0): return "time left"
        case !Self.isDuration(remaining ?? 0): return "hold"
        case version.hold != .none && version.actor.isEmpty: return "a hold without an actor"
        case !version.actor.isEmpty && version.operatorAt == 0: return "an actor without operatorAt"
        case version.reason.utf8.count > 200: return "a reason longer than 200 bytes"
        case version.actor.utf8.count > 100: return "an actor longer than 100 bytes"
        case detail.utf8.count > 300: return "a detail longer than 300 bytes"
        case timeToLiveMs < 1000 || !Self.isDuration(timeToLiveMs): return "a time to live under 1 s"
        default: return nil
        }
    }

    /// Checks a batch as a whole.
    package static func check(_ items: [CommitItem]) throws(StoreError) {
        guard (1...maximumBatch).contains(items.count) else {
            throw StoreError(.badArguments, "a batch of \(items.count) proposals, at most \(maximumBatch)")
        }
        for (number, item) in items.enumerated() {
            if let refusal = item.refusal { throw StoreError(.badArguments, "proposal \(number + 1): \(refusal)") }
        }
        guard Set(items.map(\.version.resource)).count == items.count else {
            throw StoreError(.badArguments, "two proposals for one resource")
        }
    }
}
