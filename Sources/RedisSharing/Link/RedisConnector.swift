import NIOCore
import NIOPosix
import NIOSSL
import StateSharing

/// Makes connections and sets them up (fleet protocol, section 7).
struct RedisConnector: Sendable {
    let configuration: RedisConfiguration
    let keys: RedisKeys
    private let tlsContext: NIOSSLContext?
    /// Of both links of a store: a reply and the announcement of the same commit, which a server sends one behind the
    /// other, then cost one wake-up of one thread.
    private let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// - Throws: a finding when certificates cannot be read.
    init(configuration: RedisConfiguration, keys: RedisKeys) throws(RedisConfigurationError) {
        self.configuration = configuration
        self.keys = keys
        tlsContext = try configuration.tls.map { tls throws(RedisConfigurationError) in try tls.context() }
    }

    /// Connects, and hands over a link that nothing was sent on yet.
    ///
    /// A cancelled caller returns at once; what is connected after that is closed.
    func open(_ subscription: RedisChannelHandler.Subscription?) async throws(StoreError) -> RedisLink {
        // By channel, because a name may have several addresses. Not looked up in the pipeline: a server that refuses a
        // client closes at once, and a closed channel has no handlers, though this one knows the server's last words.
        let made = NIOLoopBoundBox.makeBoxSendingValue(
            [ObjectIdentifier: RedisChannelHandler](),
            eventLoop: eventLoop
        )
        let connected = connect { channel in
            made.value[ObjectIdentifier(channel)] = try addHandlers(to: channel, subscription)
        }
        let opened = eventLoop.makePromise(of: RedisLink.self)
        connected
            .flatMapThrowing { channel in
                guard let handler = made.value[ObjectIdentifier(channel)] else { throw ChannelError.ioOnClosedChannel }
                return RedisLink(channel: channel, handler: handler, timeout: configuration.requestTimeout.timeAmount)
            }
            .cascade(to: opened)
        opened.futureResult.whenFailure { _ in connected.whenSuccess { $0.close(promise: nil) } }
        do {
            return try await withTaskCancellationHandler {
                try await opened.futureResult.get()
            } onCancel: {
                opened.fail(StoreError(.cancelled, "the caller was cancelled"))
            }
        } catch {
            throw RedisFailure.connection(error)
        }
    }

    private func connect(
        _ setUp: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(configuration.connectTimeout.timeAmount)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try setUp(channel) }
            }
        return switch configuration.address {
        case .tcp(let host, let port):
            bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
        case .unix(let path):
            bootstrap.connect(unixDomainSocketPath: path)
        }
    }

    private func addHandlers(
        to channel: any Channel,
        _ subscription: RedisChannelHandler.Subscription?
    ) throws -> RedisChannelHandler {
        let handler = try RedisChannelHandler(
            eventLoop: channel.eventLoop,
            slots: SlotCore(
                maximumSlots: configuration.maximumPendingCommands,
                maximumUnsentBytes: configuration.maximumUnsentBytes
            ),
            subscription: subscription,
            handshakeTimeout: tlsContext == nil ? nil : configuration.handshakeTimeout.timeAmount
        )
        do {
            if let tlsContext {
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLClientHandler(context: tlsContext, serverHostname: serverName)
                )
            }
            try channel.pipeline.syncOperations.addHandler(handler)
            return handler
        } catch {
            // Fulfils the handler's promises, which nobody else will.
            handler.close(reason: RedisFailure.connection(error))
            throw error
        }
    }

    /// The configured name, to be sent and to be checked.
    ///
    /// An IP literal may not be sent (RFC 6066, section 3); then the certificate is checked against the address.
    private var serverName: String? {
        guard case .tcp(let host, _) = configuration.address else { return nil }
        return (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }
}
