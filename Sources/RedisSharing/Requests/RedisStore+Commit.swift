public import StateSharing

extension RedisStore {
    /// Proposes versions, by script: all of them in one round trip.
    public func commit(_ items: [CommitItem]) async throws(StoreError) -> CommitReply {
        try CommitItem.check(items)
        let reply = try await run(
            .commit,
            keys: [keys.meta, keys.index, keys.journal] + items.map { keys.snapshot($0.version.resource) },
            arguments: [
                keys.channel, "PUBLISH", WriterID.random().description, String(configuration.maximumSkew.milliseconds),
                String(configuration.journalLength), String(items.count),
            ] + items.flatMap(Self.arguments)
        )
        guard let words = reply.elements, words.count == 6, let position = Self.position(words),
            let publishError = words[3].text, let journalError = words[4].text, let outcomes = words[5].elements,
            outcomes.count == 2 * items.count
        else { throw .unexpected("COMMIT", reply) }
        var results: [CommitResult] = []
        for (i, item) in items.enumerated() {
            guard let code = outcomes[2 * i].text.flatMap({ CommitCode(rawValue: $0) }),
                let line = outcomes[2 * i + 1].bytes
            else { throw .unexpected("COMMIT", outcomes[2 * i]) }
            results.append(CommitResult(code: code, stored: Self.version(line, of: item.version.resource)))
        }
        return CommitReply(
            results: results,
            position: position,
            publishError: RedisFailure.printable(publishError),
            journalError: RedisFailure.printable(journalError)
        )
    }

    /// The 22 words of a proposal, in the order of the script's header.
    private static func arguments(_ item: CommitItem) -> [String] {
        let version = item.version
        let hold =
            switch version.hold {
            case .none: ""
            case .forever: "never"
            case .remaining(let ms): String(ms)
            }
        return [
            item.mode.rawValue, version.resource.kind, version.resource.id, item.name, String(item.expected),
            version.state, String(version.version.rank), WireFormat.rateText(version.failureRateBp) ?? "",
            String(version.lastModified), String(version.operatorAt), version.version.writer.description,
            String(version.epoch), String(version.attempts), version.remainingMs.map { String($0) } ?? "",
            String(version.durationMs), hold, version.reason, version.actor, version.definition,
            String(item.timeToLiveMs), item.event, item.detail,
        ]
    }

    /// Generation, sequence and time, the first three words of a script's reply.
    static func position(_ words: [RedisValue]) -> StorePosition? {
        guard words.count >= 3, let generation = words[0].text, let sequence = words[1].number,
            let now = words[2].number, generation.isEmpty || WriterID(generation) != nil
        else { return nil }
        return StorePosition(generation: generation, sequence: sequence, nowMs: now)
    }

    /// What a line says; `nil` for nothing, for garbage, and for somebody else's.
    static func version(_ line: [UInt8], of resource: ResourceID) -> SharedVersion? {
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self),
            let version = try? WireFormat.parseLine(text), version.resource == resource
        else { return nil }
        return version
    }
}
