import NIOCore
import StateSharing
import Synchronization

/// A connection, from any task.
///
/// Nothing of the event loop leaves it but values.
final class RedisLink: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<RedisChannelHandler>
    private let handshake: EventLoopFuture<Void>
    private let closeReason: EventLoopFuture<StoreError>
    private let timeout: TimeAmount
    private let nextID = Atomic<UInt64>(RedisRequest.pingID + 1)

    /// On the channel's event loop.
    init(channel: any Channel, handler: RedisChannelHandler, timeout: TimeAmount) {
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        self.timeout = timeout
        handshake = handler.handshake.futureResult
        closeReason = handler.closed.futureResult
    }

    /// Waits for the handshake; cancelling closes the connection.
    func waitForHandshake() async throws(StoreError) {
        let result: Result<Void, StoreError> = await withTaskCancellationHandler {
            do {
                try await handshake.get()
                return .success(())
            } catch {
                return .failure(RedisFailure.connection(error))
            }
        } onCancel: {
            close(reason: StoreError(.cancelled, "the caller was cancelled"))
        }
        try result.get()
    }

    /// Sends commands in one go and waits for all their replies, at most the request time-out.
    ///
    /// A cancelled caller returns at once; the connection stays, and the replies are dropped when they come.
    func send(_ commands: [RedisCommand]) async throws(StoreError) -> [RedisValue] {
        guard !Task.isCancelled else { throw StoreError(.cancelled, "the caller was cancelled") }
        let bytes = try RESPEncoder.encode(commands)
        let id = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
        let result: Result<[RedisValue], StoreError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let request = RedisRequest(id: id, bytes: bytes, commands: commands.count, timeout: timeout) {
                    continuation.resume(returning: $0)
                }
                channel.eventLoop.execute { [handler] in handler.value.send(request) }
            }
        } onCancel: {
            channel.eventLoop.execute { [handler] in handler.value.abandon(id: id) }
        }
        return try result.get()
    }

    /// Sends a command that is built on the event loop, so that the caller pays for one hand-over and nothing else.
    ///
    /// `complete` is called once, on the event loop.
    func send(
        _ command: @escaping @Sendable () throws(StoreError) -> RedisCommand,
        complete: @escaping @Sendable (Result<[RedisValue], StoreError>) -> Void
    ) {
        let id = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
        channel.eventLoop.execute { [handler, timeout] in
            do throws(StoreError) {
                let bytes = try RESPEncoder.encode([try command()])
                handler.value.send(
                    RedisRequest(id: id, bytes: bytes, commands: 1, timeout: timeout, complete: complete)
                )
            } catch {
                complete(.failure(error))
            }
        }
    }

    /// Sends one command; an error reply is thrown.
    func send(_ command: RedisCommand) async throws(StoreError) -> RedisValue {
        let replies = try await send([command])
        guard let reply = replies.first else { throw StoreError(.protocolViolation, "no reply") }
        if case .error(let text) = reply { throw RedisFailure.reply(text) }
        return reply
    }

    /// Starts to watch whether the subscription lives.
    func watch() {
        channel.eventLoop.execute { [handler] in handler.value.watch() }
    }

    /// Gives the connection up; requests that wait fail with the reason.
    func close(reason: StoreError) {
        channel.eventLoop.execute { [handler] in handler.value.close(reason: reason) }
    }

    /// Waits until the connection is closed, and closes it when cancelled.
    /// - Returns: why it was closed.
    func waitForClose() async -> StoreError {
        await withTaskCancellationHandler {
            // The future of a channel's end never fails.
            _ = try? await channel.closeFuture.get()
            return (try? await closeReason.get()) ?? StoreError(.unreachable, "the connection was closed")
        } onCancel: {
            close(reason: StoreError(.cancelled, "the store was stopped"))
        }
    }
}
