import NIOCore
import StateSharing

/// A connection that has been set up.
struct ReadyLink: Sendable {
    var link: RedisLink
    /// The server's major version; 0 when it does not tell.
    var serverMajor: Int
}

extension RedisConnector {
    /// The link for requests.
    ///
    /// For a writer, who takes part, scripts are loaded and the layout is written down.
    func commands(for writer: WriterID?) async throws(StoreError) -> ReadyLink {
        let shares = writer != nil
        let authentication = try await authentication()
        let link = try await open(nil)
        return try await setUp(link) { () throws(StoreError) in
            var extra: [RedisCommand] = [RedisCommand("TIME")]
            if shares { extra += Script.all.map(\.load) }
            let (major, replies) = try await greet(link, writer, authentication, then: extra)
            guard replies[0].elements?.count == 2 else { throw StoreError(.protocolViolation, "TIME without a time") }
            if shares {
                for (script, reply) in zip(Script.all, replies.dropFirst()) where reply.text != script.sha {
                    throw StoreError(.protocolViolation, "the server has another digest for a script")
                }
            }
            try await checkLayout(link, writes: shares)
            return ReadyLink(link: link, serverMajor: major)
        }
    }

    /// The link for messages, subscribed and acknowledged.
    func subscription(
        for writer: WriterID,
        _ receive: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(StoreError) -> ReadyLink {
        let authentication = try await authentication()
        let link = try await open(
            RedisChannelHandler.Subscription(
                channel: Array(keys.channel.utf8),
                silence: configuration.subscriptionSilence.timeAmount,
                pongTimeout: configuration.pongTimeout.timeAmount,
                receive: receive
            )
        )
        return try await setUp(link) { () throws(StoreError) in
            let (major, _) = try await greet(link, writer, authentication, then: [])
            let reply = try await link.send(RedisCommand("SUBSCRIBE", keys.channel))
            guard let words = reply.elements, words.count == 3, words[0].text == "subscribe",
                words[1].text == keys.channel
            else { throw StoreError(.protocolViolation, "SUBSCRIBE was not acknowledged") }
            link.watch()
            return ReadyLink(link: link, serverMajor: major)
        }
    }

    /// Closes the link, and waits for that, when a step fails.
    private func setUp(
        _ link: RedisLink,
        _ steps: () async throws(StoreError) -> ReadyLink
    ) async throws(StoreError) -> ReadyLink {
        do {
            try await link.waitForHandshake()
            return try await steps()
        } catch {
            link.close(reason: error)
            _ = await link.waitForClose()
            throw error
        }
    }

    private func authentication() async throws(StoreError) -> [RedisCommand] {
        var credentials = configuration.credentials
        if let provider = configuration.credentialsProvider {
            do {
                credentials = try await provider()
            } catch {
                // Its text may hold what it was asked for.
                throw StoreError(.denied, "the credentials provider failed with \(type(of: error))")
            }
        }
        guard let credentials else { return [] }
        return [
            RedisCommand("AUTH").appending(contentsOf: [credentials.username, credentials.password].compactMap(\.self))
        ]
    }

    /// One round trip: who we are, who it is, and what else there is to ask.
    ///
    /// It must be a lone primary.
    private func greet(
        _ link: RedisLink,
        _ writer: WriterID?,
        _ authentication: [RedisCommand],
        then extra: [RedisCommand]
    ) async throws(StoreError) -> (serverMajor: Int, replies: [RedisValue]) {
        let name = RedisCommand(
            "CLIENT",
            "SETNAME",
            configuration.clientName + (writer.map { ":\($0)" } ?? "")
        )
        // Without a number HELLO changes nothing; with 3 it would switch to what hiredis 0.14 cannot read.
        var replies =
            try await link.send(authentication + [name, RedisCommand("HELLO"), RedisCommand("ROLE")] + extra)[...]
        for reply in replies.prefix(authentication.count) { try Self.check(reply) }
        replies = replies.dropFirst(authentication.count + 1)  // A refused name is no reason not to share.
        let hello = replies.removeFirst()
        if case .error(let text) = hello, RedisFailure.reply(text).code == .denied, authentication.isEmpty {
            throw RedisFailure.reply(text)
        }
        let facts = Self.facts(hello)
        guard facts["mode"] != "cluster" else {
            throw StoreError(.unsupported, "the server runs in Cluster mode, which this release does not support")
        }
        try Self.checkRole(try Self.check(replies.removeFirst()))
        for reply in replies { try Self.check(reply) }
        let major = facts["version"]?.split(separator: ".").first.flatMap { Int($0) } ?? 0
        return (major, Array(replies))
    }

    private static func checkRole(_ role: RedisValue) throws(StoreError) {
        switch role.elements?.first?.text {
        case "master": return
        case "slave": throw StoreError(.readOnly, "the server is a replica")
        case "sentinel": throw StoreError(.unsupported, "the server is a sentinel: name the primary")
        default: throw StoreError(.protocolViolation, "ROLE without a role")
        }
    }

    /// Processes that spread resources over different numbers of shards would not find each other.
    private func checkLayout(_ link: RedisLink, writes: Bool) async throws(StoreError) {
        let ours = String(RedisKeys.shards)
        var commands = [RedisCommand("HMGET", keys.meta, "shards")]
        if writes { commands.insert(RedisCommand("HSETNX", keys.meta, "shards", ours), at: 0) }
        let replies = try await link.send(commands)
        if writes, case .error(let text) = replies[0] {
            let error = RedisFailure.reply(text)
            // A server that is full still has news for us, so listening goes on.
            guard error.code == .writesRefused else { throw error }
        }
        let stored = try Self.check(replies[replies.count - 1]).elements?.first
        guard let stored, stored != .null, stored.text != ours else { return }
        throw StoreError(
            .unsupported,
            "the namespace is laid out for \(RedisFailure.printable(stored.text ?? "?")) shards, this process for \(ours)"
        )
    }

    @discardableResult
    private static func check(_ reply: RedisValue) throws(StoreError) -> RedisValue {
        if case .error(let text) = reply { throw RedisFailure.reply(text) }
        return reply
    }

    /// A flat list of names and values.
    private static func facts(_ reply: RedisValue) -> [String: String] {
        guard let words = reply.elements else { return [:] }
        var facts: [String: String] = [:]
        for i in stride(from: 0, to: words.count - 1, by: 2) {
            if let name = words[i].text, let value = words[i + 1].text { facts[name] = value }
        }
        return facts
    }
}
