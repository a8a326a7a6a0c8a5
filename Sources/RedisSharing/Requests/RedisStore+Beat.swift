public import StateSharing

extension RedisStore {
    /// Sends a heartbeat, by script.
    public func beat(_ request: BeatRequest) async throws(StoreError) -> BeatReply {
        try request.check()
        let reply = try await run(
            .beat,
            keys: [keys.meta, keys.members],
            arguments: [
                keys.channel, "PUBLISH", WriterID.random().description, String(request.intervalMs), request.member,
                String(request.memberForMs),
            ]
        )
        guard let words = reply.elements, words.count == 6, let word = words[0].text, ["SENT", "QUIET"].contains(word),
            let position = Self.position(Array(words[1...3])), let members = words[4].number,
            let publishError = words[5].text
        else { throw .unexpected("BEAT", reply) }
        noted(members: Int(members))
        return BeatReply(
            sent: word == "SENT",
            position: position,
            members: Int(members),
            publishError: RedisFailure.printable(publishError)
        )
    }

    /// Takes a member off the list.
    public func leave(member: String) async throws(StoreError) {
        _ = try await ask([RedisCommand("ZREM", keys.members, member)])
    }
}
