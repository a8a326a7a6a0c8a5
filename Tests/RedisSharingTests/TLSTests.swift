import FleetTestSupport
import Foundation
import StateSharing
import Testing

@testable import RedisSharing

@Suite(.enabled(if: TLSServer.isAvailable))
struct TLSTests {
    private func episode(
        _ url: String,
        _ adjust: (inout RedisTLS) -> Void
    ) async throws -> (String, String) {
        let configuration = try RedisConfiguration(url: url) { configuration in
            if var tls = configuration.tls {
                adjust(&tls)
                configuration.tls = tls
            }
        }
        return try await StoreProbe.with(configuration) { probe in
            try await probe.wait("for an end") { !probe.episodes.isEmpty }
            guard case .down(let error) = probe.signals[0] else { return (probe.episodes[0], "") }
            return (probe.episodes[0], error.message)
        }
    }

    @Test func `the right name under the right authority is believed, anything else is not`() async throws {
        try await TLSServer.with { port, folder in
            let ca = RedisTLS.TrustRoots.file(folder.file("ca.pem"))
            let right = try await episode("rediss://localhost:\(port)") { $0.trustRoots = ca }
            #expect(right.0 == "up")
            let address = try await episode("rediss://127.0.0.1:\(port)") { $0.trustRoots = ca }
            #expect(address.0 == "up", "an address in the certificate, \(address.1)")
            let pem = try Array(Data(contentsOf: URL(fileURLWithPath: folder.file("ca.pem"))))
            let bytes = try await episode("rediss://localhost:\(port)") { $0.trustRoots = .pem(pem) }
            #expect(bytes.0 == "up")
            let noAuthority = try await episode("rediss://localhost:\(port)") { _ in }
            #expect(noAuthority.0 == "down unreachable")
            #expect(noAuthority.1.contains("CERTIFICATE_VERIFY_FAILED"), "\(noAuthority.1)")
            let unchecked = try await episode("rediss://localhost:\(port)") { $0.verifiesServer = false }
            #expect(unchecked.0 == "up")
            let plain = try await episode("redis://127.0.0.1:\(port)") { _ in }
            #expect(plain.0 == "down unreachable" || plain.0 == "down protocolViolation")
        }
    }

    @Test func `a name that the certificate does not carry is refused`() async throws {
        try await TLSServer.with(names: "DNS:other.example,IP:127.0.0.9") { port, folder in
            for host in ["localhost", "127.0.0.1"] {
                let (episode, message) = try await episode("rediss://\(host):\(port)") {
                    $0.trustRoots = .file(folder.file("ca.pem"))
                }
                #expect(episode == "down unreachable", "\(host): \(message)")
            }
        }
    }

    @Test func `a server that asks for a certificate gets one`() async throws {
        try await TLSServer.with(clientCertificates: true) { port, folder in
            let without = try await episode("rediss://localhost:\(port)") {
                $0.trustRoots = .file(folder.file("ca.pem"))
            }
            #expect(without.0 == "down unreachable")
            let with = try await episode("rediss://localhost:\(port)") {
                $0.trustRoots = .file(folder.file("ca.pem"))
                $0.identity = .init(
                    certificateChainFile: folder.file("client.pem"),
                    privateKeyFile: folder.file("client.key")
                )
            }
            #expect(with.0 == "up", "\(with.1)")
        }
    }

    @Test func `a server that hangs holds up neither the news of it nor a stop`() async throws {
        try await TLSServer.with { port, folder in
            let text = try String(contentsOfFile: folder.file("redis.pid"), encoding: .utf8)
            let id = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            let configuration = try RedisConfiguration(url: "rediss://localhost:\(port)") {
                $0.tls?.trustRoots = .file(folder.file("ca.pem"))
                $0.requestTimeout = .seconds(1)
                $0.reconnectDelay = .seconds(60)
                $0.maximumReconnectDelay = .seconds(60)
            }
            defer { kill(id, SIGCONT) }
            var start = ContinuousClock.now
            try await StoreProbe.up(configuration) { probe in
                kill(id, SIGSTOP)
                start = ContinuousClock.now
                await #expect(throws: StoreError.self) { try await probe.store.read([]) }
                try await probe.wait(forEpisodes: ["up", "down timedOut"])
                #expect(ContinuousClock.now - start < .seconds(5), "the news")
                start = ContinuousClock.now
            }
            #expect(ContinuousClock.now - start < .seconds(4), "the stop")
        }
    }

    @Test func `a server that never shakes hands is given up in time`() async throws {
        try await FakeServer.with { server in
            let configuration = try RedisConfiguration(url: "rediss://127.0.0.1:\(server.port)") {
                $0.handshakeTimeout = .milliseconds(50)
            }
            try await StoreProbe.with(configuration) { probe in
                try await probe.wait(forEpisodes: ["down unreachable"])
                guard case .down(let error) = probe.signals.first else { return }
                #expect(error.message.contains("handshake"))
            }
        }
    }
}
