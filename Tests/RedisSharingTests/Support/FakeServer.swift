import NIOCore
import NIOPosix
import StateSharing
import Synchronization

@testable import RedisSharing

/// A server that answers the set-up as a real one does, and anything after that as a test wants.
final class FakeServer: Sendable {
    private let channel: any Channel
    private let counts: CommandCounts

    private init(channel: any Channel, counts: CommandCounts) {
        self.channel = channel
        self.counts = counts
    }

    /// How often a command came.
    func count(of command: String) -> Int { counts.count(of: command) }

    var port: Int { channel.localAddress?.port ?? 0 }

    /// Runs `body` with a server on a port of the loopback that answers some commands as told and the others as a real
    /// server would, in pieces of some bytes.
    static func with<Value>(
        pieces: Int = .max,
        _ answers: [String: String] = [:],
        _ body: (FakeServer) async throws -> Value
    ) async throws -> Value {
        let counts = CommandCounts()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        FakeServerHandler(pieces: pieces, answers: answers, counts: counts)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(FakeServer(channel: channel, counts: counts)))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    func configuration(_ adjust: (inout RedisConfiguration) -> Void = { _ in }) throws -> RedisConfiguration {
        try RedisConfiguration(url: "redis://127.0.0.1:\(port)", namespace: "test") {
            // One connection is what a test looks at.
            $0.reconnectDelay = .seconds(60)
            $0.maximumReconnectDelay = .seconds(60)
            $0.requestTimeout = .seconds(5)
            adjust(&$0)
        }
    }
}

private final class CommandCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func add(_ command: String) {
        counts.withLock { $0[command, default: 0] += 1 }
    }

    func count(of command: String) -> Int {
        counts.withLock { $0[command] ?? 0 }
    }
}

private final class FakeServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let pieces: Int
    private let answers: [String: String]
    private let counts: CommandCounts
    private var decoder: RESPDecoder

    init(pieces: Int, answers: [String: String], counts: CommandCounts) throws {
        self.pieces = pieces
        self.answers = answers
        self.counts = counts
        decoder = try RESPDecoder()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        while let bytes = buffer.readSlice(length: min(buffer.readableBytes, RESPDecoder.feedLength)),
            bytes.readableBytes > 0
        {
            let commands = unsafe bytes.withUnsafeReadableBytes { bytes in
                (try? Result { () throws(StoreError) in try unsafe decoder.feed(bytes) }.get()) ?? []
            }
            for command in commands {
                let words = command.elements?.map { $0.text ?? "?" } ?? []
                counts.add(words.first ?? "")
                var reply = Array((answers[words.first ?? ""] ?? Self.standard(words)).utf8)
                while !reply.isEmpty {
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply.prefix(pieces))), promise: nil)
                    reply.removeFirst(min(pieces, reply.count))
                }
            }
        }
    }

    private static func standard(_ words: [String]) -> String {
        switch (words.first, words.dropFirst().first) {
        case ("HELLO", _):
            "*4\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n"
        case ("ROLE", _): "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"
        case ("TIME", _): "*2\r\n$10\r\n1795449600\r\n$6\r\n123456\r\n"
        case ("SCRIPT", _):
            (Script.all.first { String(decoding: $0.source, as: UTF8.self) == words.last }?.sha)
                .map {
                    "$40\r\n\($0)\r\n"
                } ?? "-ERR what\r\n"
        case ("HSETNX", _): ":1\r\n"
        case ("HMGET", let key?) where key.hasSuffix(":meta"):
            words.count == 3 ? "*1\r\n$1\r\n1\r\n" : "*2\r\n$-1\r\n$-1\r\n"
        case ("ZCARD", _): ":0\r\n"
        case ("SUBSCRIBE", let channel?): "*3\r\n$9\r\nsubscribe\r\n$\(channel.utf8.count)\r\n\(channel)\r\n:1\r\n"
        case ("PING", let nonce?): "*2\r\n$4\r\npong\r\n$\(nonce.utf8.count)\r\n\(nonce)\r\n"
        default: "+OK\r\n"
        }
    }
}
