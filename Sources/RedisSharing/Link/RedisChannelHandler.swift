import NIOCore
import NIOTLS
import StateSharing

/// One connection's end: bytes in, replies to their slots, messages to the store.
///
/// Confined to its event loop.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a connection is for.
    struct Subscription: Sendable {
        /// The channel, as the server names it in messages.
        var channel: [UInt8]
        /// How long it may be silent.
        var silence: TimeAmount
        /// How long the sign of life may take.
        var pongTimeout: TimeAmount
        /// Takes each message's bytes, on the event loop.
        var receive: @Sendable ([UInt8]) -> Void
    }

    /// Fulfilled when the handshake is done, failed when it is not; at once without TLS.
    let handshake: EventLoopPromise<Void>
    /// Fulfilled with the reason when the connection is of no use any more.
    let closed: EventLoopPromise<StoreError>

    private let subscription: Subscription?
    private let handshakeTimeout: TimeAmount?
    private var slots: SlotCore
    private var decoder: RESPDecoder
    private var liveness: LivenessCore?
    private var requests: [UInt64: Waiting] = [:]
    private var context: ChannelHandlerContext?
    private var closeReason: StoreError?
    private var slotTimer: Scheduled<Void>?
    private var livenessTimer: Scheduled<Void>?
    private var handshakeTimer: Scheduled<Void>?

    private struct Waiting {
        var commands: Int
        var replies: [RedisValue]
        var complete: @Sendable (Result<[RedisValue], StoreError>) -> Void
    }

    /// `handshakeTimeout` is `nil` without TLS.
    init(
        eventLoop: any EventLoop,
        slots: SlotCore,
        subscription: Subscription?,
        handshakeTimeout: TimeAmount?
    ) throws(StoreError) {
        decoder = try RESPDecoder()
        self.slots = slots
        self.subscription = subscription
        self.handshakeTimeout = handshakeTimeout
        handshake = eventLoop.makePromise()
        closed = eventLoop.makePromise()
    }

    // MARK: Requests, on the event loop

    /// Writes a request, or completes it with the reason why not.
    func send(_ request: RedisRequest) {
        guard let context, closeReason == nil else {
            request.complete(.failure(closeReason ?? StoreError(.unreachable, "the connection is not open")))
            return
        }
        let count = request.bytes.readableBytes
        let deadline = (context.eventLoop.now + request.timeout).uptimeNanoseconds
        switch slots.send(request: request.id, commands: request.commands, bytes: count, deadline: deadline) {
        case .refuse(let error):
            request.complete(.failure(error))
        case .write:
            requests[request.id] = Waiting(commands: request.commands, replies: [], complete: request.complete)
            let promise = context.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenComplete { _ in self.slots.written(bytes: count) }
            context.writeAndFlush(wrapOutboundOut(request.bytes), promise: promise)
            armSlotTimer(context)
        }
    }

    /// The caller of a request is gone; its replies are dropped when they come.
    func abandon(id: UInt64) {
        guard slots.abandon(request: id) else { return }
        requests.removeValue(forKey: id)?.complete(.failure(StoreError(.cancelled, "the caller was cancelled")))
    }

    /// Starts to watch whether the subscription lives.
    func watch() {
        guard let context, let subscription, liveness == nil, closeReason == nil else { return }
        liveness = LivenessCore(
            silence: UInt64(subscription.silence.nanoseconds),
            answerTime: UInt64(subscription.pongTimeout.nanoseconds),
            at: context.eventLoop.now.uptimeNanoseconds
        )
        watchLiveness(context)
    }

    /// Gives the connection up.
    func close(reason: StoreError) {
        guard closeReason == nil else { return }
        closeReason = reason
        slotTimer?.cancel()
        livenessTimer?.cancel()
        handshakeTimer?.cancel()
        let context = context
        // The order of the slots, so that callers hear in the order they asked.
        let waiting = slots.close().compactMap { requests.removeValue(forKey: $0) }
        for request in waiting { request.complete(.failure(reason)) }
        handshake.fail(reason)
        closed.succeed(reason)
        context?.close(promise: nil)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        close(reason: StoreError(.unreachable, "the connection was closed"))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    private func start(_ context: ChannelHandlerContext) {
        guard let handshakeTimeout else { return handshake.succeed() }
        guard handshakeTimer == nil else { return }
        handshakeTimer = context.eventLoop.assumeIsolated()
            .scheduleTask(in: handshakeTimeout) {
                self.close(reason: StoreError(.unreachable, "TLS: no handshake in time"))
            }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            handshakeTimer?.cancel()
            handshake.succeed()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        close(reason: lastWords ?? StoreError(.unreachable, "the server closed the connection"))
        context.fireChannelInactive()
    }

    /// A server that refuses a client says why and closes: the error stands where the first reply was expected.
    private var lastWords: StoreError? {
        for waiting in requests.values {
            if case .error(let text) = waiting.replies.first { return RedisFailure.reply(text) }
        }
        return nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(reason: lastWords ?? RedisFailure.connection(error))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        liveness?.received(at: context.eventLoop.now.uptimeNanoseconds)
        while closeReason == nil, buffer.readableBytes > 0,
            let chunk = buffer.readSlice(length: min(buffer.readableBytes, RESPDecoder.feedLength))
        {
            // Unsafe: the decoder copies the bytes before the closure ends.
            let fed = unsafe chunk.withUnsafeReadableBytes { bytes in
                Result { () throws(StoreError) in try unsafe self.decoder.feed(bytes) }
            }
            switch fed {
            case .success(let replies):
                for reply in replies where closeReason == nil { take(reply, context) }
            case .failure(let error):
                close(reason: error)
            }
        }
    }

    private static let messageWord = Array("message".utf8)

    private func take(_ reply: RedisValue, _ context: ChannelHandlerContext) {
        if let subscription, let push = reply.elements, push.count == 3, push[0].bytes == Self.messageWord,
            push[1].bytes == subscription.channel, let payload = push[2].bytes
        {
            subscription.receive(payload)
            return
        }
        switch slots.reply() {
        case .drop: break
        case .close: close(reason: RedisFailure.unasked(reply))
        case .deliver(let id):
            guard var waiting = requests.removeValue(forKey: id) else { return }
            waiting.replies.append(reply)
            if waiting.replies.count == waiting.commands {
                waiting.complete(.success(waiting.replies))
            } else {
                requests[id] = waiting
            }
        }
    }

    // MARK: Timers

    private func armSlotTimer(_ context: ChannelHandlerContext) {
        guard slotTimer == nil else { return }
        switch slots.timer(at: context.eventLoop.now.uptimeNanoseconds) {
        case .none: break
        case .close:
            close(reason: StoreError(.timedOut, "no answer in time"))
        case .wait(let until):
            // Not moved with every reply: it fires at most once a time-out, and looks again.
            slotTimer = context.eventLoop.assumeIsolated()
                .scheduleTask(deadline: .uptimeNanoseconds(until)) {
                    self.slotTimer = nil
                    self.armSlotTimer(context)
                }
        }
    }

    private func watchLiveness(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now.uptimeNanoseconds
        switch liveness?.timer(nonce: .random(in: 1 ... .max), at: now) {
        case nil: break
        case .close: close(reason: StoreError(.timedOut, "the subscription gave no sign of life"))
        case .ask(let nonce, let until):
            ask(nonce: nonce, context)
            armLivenessTimer(until: until, context)
        case .wait(let until):
            armLivenessTimer(until: until, context)
        }
    }

    private func armLivenessTimer(until: UInt64, _ context: ChannelHandlerContext) {
        guard closeReason == nil else { return }
        livenessTimer = context.eventLoop.assumeIsolated()
            .scheduleTask(deadline: .uptimeNanoseconds(until)) { self.watchLiveness(context) }
    }

    private func ask(nonce: UInt64, _ context: ChannelHandlerContext) {
        guard let subscription else { return }
        let bytes: ByteBuffer
        do {
            bytes = try RESPEncoder.encode([RedisCommand("PING", String(nonce))])
        } catch {
            return close(reason: error)
        }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let timeout = subscription.pongTimeout
        send(
            RedisRequest(id: RedisRequest.pingID, bytes: bytes, commands: 1, timeout: timeout) { result in
                // A failure closed the connection already.
                if case .success(let replies) = result, let reply = replies.first { handler.value.answered(reply) }
            }
        )
    }

    private func answered(_ reply: RedisValue) {
        guard let context else { return }
        let nonce: UInt64?
        if case .error(let text) = reply {
            // Busy, loading, without primary: a living server says so.
            guard RedisFailure.provesLife(text) else { return close(reason: RedisFailure.reply(text)) }
            nonce = nil
        } else if let answer = reply.elements, answer.count == 2, answer[0].text == "pong",
            let number = answer[1].text.flatMap({ UInt64($0) })
        {
            nonce = number
        } else {
            // A plain PONG, for one: the server does not think that this is a subscription.
            return close(reason: StoreError(.protocolViolation, "a \(reply.kind) in place of a sign of life"))
        }
        if liveness?.answered(nonce: nonce, at: context.eventLoop.now.uptimeNanoseconds) == .close {
            return close(reason: StoreError(.protocolViolation, "a sign of life that was not asked for"))
        }
        // The timer stands at the end of the answer's time, which may be later than the next silence.
        livenessTimer?.cancel()
        watchLiveness(context)
    }
}
