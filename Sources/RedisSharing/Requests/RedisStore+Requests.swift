import StateSharing
import StateMachines

extension RedisStore {
    /// Sends commands in one go; error replies are the caller's to look at.
    func send(_ commands: [RedisCommand]) async throws(StoreError) -> [RedisValue] {
        let (link, absence) = state.withLock { ($0.commands, $0.absence) }
        guard let link else { throw absence }
        return try await link.send(commands)
    }

    /// Sends commands in one go; the first error reply is thrown.
    func ask(_ commands: [RedisCommand]) async throws(StoreError) -> [RedisValue] {
        let replies = try await send(commands)
        for reply in replies { try check(reply) }
        return replies
    }

    /// Runs a script: by its digest, and once with its text when the server has forgotten it.
    func run(_ script: Script, keys: [String], arguments: [String]) async throws(StoreError) -> RedisValue {
        try await run { byDigest in
            script.call(byDigest: byDigest).appending(contentsOf: [String(keys.count)] + keys + arguments)
        }
    }

    /// Runs a script that `command` calls: by its digest, and once with its text when the server has forgotten it.
    func run(_ command: (_ byDigest: Bool) -> RedisCommand) async throws(StoreError) -> RedisValue {
        var replies = try await send([command(true)])
        if RedisFailure.isNoScript(replies[0]) { replies = try await send([command(false)]) }
        try check(replies[0])
        return replies[0]
    }

    /// The same without a task; `complete` is called once, on the event loop or at once.
    func run(
        _ command: @escaping @Sendable (_ byDigest: Bool) throws(StoreError) -> RedisCommand,
        byDigest: Bool = true,
        complete: @escaping @Sendable (Result<RedisValue, StoreError>) -> Void
    ) {
        let (link, absence) = state.withLock { ($0.commands, $0.absence) }
        guard let link else { return complete(.failure(absence)) }
        link.send { () throws(StoreError) in
            try command(byDigest)
        } complete: { replies in
            guard case .success(let replies) = replies else { return complete(replies.map { $0[0] }) }
            if byDigest, RedisFailure.isNoScript(replies[0]) {
                return self.run(command, byDigest: false, complete: complete)
            }
            complete(
                Result { () throws(StoreError) in
                    try self.check(replies[0])
                    return replies[0]
                }
            )
        }
    }

    /// Throws an error reply, and does what it says about the links (fleet protocol, section 11).
    func check(_ reply: RedisValue) throws(StoreError) {
        guard case .error(let text) = reply else {
            state.withLock { $0.loadingInARow = 0 }
            return
        }
        let error = RedisFailure.reply(text)
        let links: [RedisLink?] = state.withLock { state in
            state.loadingInARow = error.code == .loading ? state.loadingInARow + 1 : 0
            switch error.code {
            case .readOnly, .unsupported: return [state.commands, state.subscription]
            case .loading where state.loadingInARow >= 3: return [state.commands, state.subscription]
            // Fresh credentials come with a new connection.
            case .denied: return [state.commands]
            default: return []
            }
        }
        for link in links { link?.close(reason: error) }
        throw error
    }

    /// Remembers how large the fleet is.
    func noted(members: Int) {
        state.withLock { $0.members = members }
    }
}

extension StoreError {
    /// A reply that is not what the command promises.
    static func unexpected(_ command: String, _ reply: RedisValue?) -> StoreError {
        StoreError(.protocolViolation, "\(command) answered with \(reply.map { "a \($0.kind)" } ?? "nothing")")
    }
}

extension RedisValue {
    /// A decimal number in a string, or an integer, of 0…2⁵³−1.
    var number: Int64? {
        if case .integer(let value) = self { return (0...WireFormat.maximumInteger).contains(value) ? value : nil }
        return bytes.flatMap { WireFormat.integer($0) }
    }
}
