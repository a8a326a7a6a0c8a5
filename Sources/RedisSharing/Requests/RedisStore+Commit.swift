public import StateSharing

extension RedisStore: ImmediateStore {
    /// Proposes versions, by script: all of them in one round trip.
    public func commit(_ items: [CommitItem]) async throws(StoreError) -> CommitReply {
        try CommitItem.check(items)
        return try Self.reply(try await run { command(items, byDigest: $0) }, to: items)
    }

    /// The same without a task: built and written on the event loop, and answered there.
    package func commit(
        _ items: [CommitItem],
        complete: @escaping @Sendable (Result<CommitReply, StoreError>) -> Void
    ) {
        run { byDigest throws(StoreError) in
            try CommitItem.check(items)
            return self.command(items, byDigest: byDigest)
        } complete: { result in
            complete(Result { () throws(StoreError) in try Self.reply(try result.get(), to: items) })
        }
    }

    /// The call of the script, written into one run of bytes.
    private func command(_ items: [CommitItem], byDigest: Bool) -> RedisCommand {
        var command = RedisCommand(words: 12 + 23 * items.count, bytes: 512 + 512 * items.count)
        if byDigest {
            command.append("EVALSHA")
            command.append(Script.commit.sha)
        } else {
            command.append("EVAL")
            command.append(Script.commit.source)
        }
        command.append(Int64(items.count + 3))
        command.append(keys.meta)
        command.append(keys.index)
        command.append(keys.journal)
        for item in items { command.append(keys.snapshot(item.version.resource)) }
        command.append(keys.channel)
        command.append("PUBLISH")
        // Only where there is no generation yet, but that is not known here.
        command.append(WriterID.random().description)
        command.append(configuration.maximumSkew.milliseconds)
        command.append(Int64(configuration.journalLength))
        command.append(Int64(items.count))
        for item in items { Self.append(item, to: &command) }
        return command
    }

    /// The 22 words of a proposal, in the order of the script's header.
    private static func append(_ item: CommitItem, to command: inout RedisCommand) {
        let version = item.version
        command.append(item.mode.rawValue)
        command.append(version.resource.kind)
        command.append(version.resource.id)
        command.append(item.name)
        command.append(item.expected)
        command.append(version.state)
        command.append(Int64(version.version.rank))
        command.append(WireFormat.rateText(version.failureRateBp) ?? "")
        command.append(version.lastModified)
        command.append(version.operatorAt)
        command.append(version.version.writer.description)
        command.append(version.epoch)
        command.append(version.attempts)
        command.append(version.remainingMs.map { String($0) } ?? "")
        command.append(version.durationMs)
        switch version.hold {
        case .none: command.append("")
        case .forever: command.append("never")
        case .remaining(let ms): command.append(ms)
        }
        command.append(version.reason)
        command.append(version.actor)
        command.append(version.definition)
        command.append(item.timeToLiveMs)
        command.append(item.event)
        command.append(item.detail)
    }

    // MARK: The answer

    private static func reply(_ reply: RedisValue, to items: [CommitItem]) throws(StoreError) -> CommitReply {
        guard let words = reply.elements, words.count == 6, let position = Self.position(words),
            let publishError = words[3].text, let journalError = words[4].text, let outcomes = words[5].elements,
            outcomes.count == 2 * items.count
        else { throw .unexpected("COMMIT", reply) }
        var results: [CommitResult] = []
        results.reserveCapacity(items.count)
        for (i, item) in items.enumerated() {
            guard let code = outcomes[2 * i].text.flatMap({ CommitCode(rawValue: $0) }),
                let line = outcomes[2 * i + 1].bytes
            else { throw .unexpected("COMMIT", outcomes[2 * i]) }
            results.append(CommitResult(code: code, stored: Self.version(line, of: item.version.resource)))
        }
        return CommitReply(
            results: results,
            position: position,
            publishError: publishError.isEmpty ? "" : RedisFailure.printable(publishError),
            journalError: journalError.isEmpty ? "" : RedisFailure.printable(journalError)
        )
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
        guard !line.isEmpty, let version = try? WireFormat.parseLine(line[...]), version.resource == resource
        else { return nil }
        return version
    }
}
