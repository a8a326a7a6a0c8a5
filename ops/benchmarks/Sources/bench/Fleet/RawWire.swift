import NIOCore
import NIOPosix

/// Two raw connections to Redis without any library of ours: one publishes, one hears.
struct RawWire {
    private let publisher: any Channel
    private let subscriber: any Channel
    private let heard: Heard

    init(path: String) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(16))
        let loops = MultiThreadedEventLoopGroup.singleton
        publisher = try await ClientBootstrap(group: loops).connect(unixDomainSocketPath: path).get()
        subscriber = try await ClientBootstrap(group: loops)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Ear(continuation: continuation))
                }
            }
            .connect(unixDomainSocketPath: path).get()
        heard = Heard(stream: stream)
        try await subscriber.writeAndFlush(ByteBuffer(string: "SUBSCRIBE bench\r\n"))
        _ = await heard.next()
    }

    func close() async throws {
        try await publisher.close()
        try await subscriber.close()
    }

    /// Publishes a message as long as one of ours and waits until it has been heard.
    func publishAndHear() async -> Bool {
        publisher.writeAndFlush(ByteBuffer(string: "PUBLISH bench " + Self.text + "\r\n"), promise: nil)
        return await heard.next()
    }

    private static let text = String(repeating: "x", count: 230)

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
