import NIOCore
import NIOPosix

/// Raw connections to Redis without any library of ours: one sends commands, one hears a channel, and one may be
/// subscribed before it, as the sender itself is in a fleet.
struct RawWire {
    private let sender: any Channel
    private let first: any Channel
    private let subscriber: any Channel
    private let heard: Heard

    /// `sharesChannel`: somebody else is subscribed before the one that hears.
    init(path: String, channel: String, sharesChannel: Bool) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(16))
        let loops = MultiThreadedEventLoopGroup.singleton
        sender = try await ClientBootstrap(group: loops).connect(unixDomainSocketPath: path).get()
        first = try await ClientBootstrap(group: loops).connect(unixDomainSocketPath: path).get()
        if sharesChannel { try await first.writeAndFlush(ByteBuffer(string: "SUBSCRIBE \(channel)\r\n")) }
        subscriber = try await ClientBootstrap(group: loops)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Ear(continuation: continuation))
                }
            }
            .connect(unixDomainSocketPath: path).get()
        heard = Heard(stream: stream)
        try await subscriber.writeAndFlush(ByteBuffer(string: "SUBSCRIBE \(channel)\r\n"))
        _ = await heard.next()
    }

    func close() async throws {
        try await sender.close()
        try await first.close()
        try await subscriber.close()
    }

    /// Sends a command that publishes on the channel, and waits until that has been heard.
    func sendAndHear(_ command: ByteBuffer) async -> Bool {
        sender.writeAndFlush(command, promise: nil)
        return await heard.next()
    }

    /// Takes one message at a time; used by one task.
    private final class Heard: @unchecked Sendable {
        private var iterator: AsyncStream<Void>.Iterator

        init(stream: AsyncStream<Void>) {
            iterator = stream.makeAsyncIterator()
        }

        nonisolated(nonsending) func next() async -> Bool {
            await iterator.next() != nil
        }
    }

    /// Tells of each read on the subscriber's connection.
    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let continuation: AsyncStream<Void>.Continuation

        init(continuation: AsyncStream<Void>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield()
        }
    }
}
