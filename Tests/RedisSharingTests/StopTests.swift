import NIOCore
import NIOPosix
import StateSharing
import Testing

@testable import RedisSharing

/// A stop takes no longer than it must, whatever the connections are waiting for.
@Suite struct StopTests {
    /// How long it takes to stop a store that waits for the server with time-outs of a minute.
    private func stop(
        _ configuration: RedisConfiguration,
        when isWaiting: (StoreProbe) async throws -> Void
    ) async throws -> Duration {
        var start = ContinuousClock.now
        try await StoreProbe.with(configuration) { probe in
            try await isWaiting(probe)
            start = ContinuousClock.now
        }
        return ContinuousClock.now - start
    }

    @Test(arguments: ["CLIENT", "HELLO", "ROLE", "TIME", "SCRIPT", "HSETNX", "SUBSCRIBE"])
    func `of a set-up that gets no answer`(command: String) async throws {
        try await FakeServer.with([command: ""]) { server in
            let configuration = try server.configuration { $0.requestTimeout = .seconds(60) }
            let time = try await stop(configuration) { probe in
                try await probe.wait("for the question") { server.count(of: command) > 0 }
            }
            #expect(time < .seconds(5))
        }
    }

    @Test func `of a request that gets no answer`() async throws {
        try await FakeServer.with(["ZCARD": ""]) { server in
            let configuration = try server.configuration { $0.requestTimeout = .seconds(60) }
            let time = try await stop(configuration) { probe in
                try await probe.wait(for: .up)
                probe.store.commit([.open("a")]) { _ in }
            }
            #expect(time < .seconds(5))
        }
    }

    @Test func `of a TLS handshake that gets no answer`() async throws {
        try await FakeServer.with { server in
            let (asked, ask) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let configuration = try RedisConfiguration(url: "rediss://127.0.0.1:\(server.port)") {
                $0.handshakeTimeout = .seconds(60)
                $0.credentialsProvider = {
                    ask.yield()
                    return nil
                }
            }
            let time = try await stop(configuration) { _ in for await _ in asked.prefix(1) {} }
            #expect(time < .seconds(5))
        }
    }

    @Test func `of a connection that does not come about`() async throws {
        // A listener that takes nobody in: what does not fit into its queue waits.
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let address = try #require(listener.localAddress)
        var waiting: [any Channel] = []
        for _ in 0..<16 {
            let next = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.milliseconds(200)).connect(to: address).get()
            guard let next else { break }
            waiting.append(next)
        }
        try #require(waiting.count < 16, "the queue is full")
        let (asked, ask) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let configuration = try RedisConfiguration(url: "redis://127.0.0.1:\(address.port ?? 0)") {
            $0.connectTimeout = .seconds(30)
            $0.credentialsProvider = {
                ask.yield()
                return nil
            }
        }
        let time = try await stop(configuration) { _ in for await _ in asked.prefix(1) {} }
        #expect(time < .seconds(5))
        for channel in waiting { try await channel.close() }
        try await listener.close()
    }
}
