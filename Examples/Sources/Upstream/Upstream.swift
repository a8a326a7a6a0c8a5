import ArgumentParser
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// A service to call, whose health can be switched: `POST /fail` makes it answer 503, `POST /heal` 200 again.
@main
struct Upstream: AsyncParsableCommand {
    @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    func run() async throws {
        let server = UpstreamServer(port: port, health: Health())
        let logger = Logger(label: "upstream", factory: { StreamLogHandler.standardError(label: $0) })
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
    }
}

/// Whether it answers well.
final class Health: Sendable {
    private let isFailing = Mutex(false)

    func status(_ method: HTTPMethod, _ path: String) -> HTTPResponseStatus {
        switch (method, path) {
        case (.POST, "/fail"): isFailing.withLock { $0 = true }
        case (.POST, "/heal"): isFailing.withLock { $0 = false }
        default: return isFailing.withLock { $0 } ? .serviceUnavailable : .ok
        }
        return .ok
    }
}

/// A small HTTP/1 server on the loopback address.
struct UpstreamServer: Service {
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>

    let port: Int
    let health: Health

    func run() async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(PlainResponseEncoder())
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let line = "listening on 127.0.0.1:\(listener.channel.localAddress?.port ?? 0)\n"
        FileHandle.standardOutput.write(Data(line.utf8))
        // Cancelled is how it ends.
        try? await cancelWhenGracefulShutdown {
            try await listener.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask { await serve(connection) }
                    }
                }
            }
        }
    }

    private func serve(_ connection: Connection) async {
        // A caller that goes away in the middle of a request is no concern of the others.
        try? await connection.executeThenClose { requests, responses in
            var head: HTTPRequestHead?
            for try await part in requests {
                switch part {
                case .head(let received): head = received
                case .body: break
                case .end:
                    guard let request = head else { continue }
                    let headers: HTTPHeaders = ["content-length": "0"]
                    let status = health.status(request.method, request.uri)
                    try await responses.write(.head(.init(version: .http1_1, status: status, headers: headers)))
                    try await responses.write(.end(nil))
                }
            }
        }
    }
}

/// Lets answers be written as plain bytes: the server's own type has file regions in it, which stay on their event loop.
final class PlainResponseEncoder: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
    typealias OutboundOut = HTTPServerResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part: HTTPServerResponsePart =
            switch unwrapOutboundIn(data) {
            case .head(let head): .head(head)
            case .body(let bytes): .body(.byteBuffer(bytes))
            case .end(let trailers): .end(trailers)
            }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
