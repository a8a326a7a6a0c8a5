import FleetTestSupport
import Foundation
import Testing

/// The program itself over TLS.
@Suite(.enabled(if: TLSServer.isAvailable, "redis-server or openssl is not installed"), .serialized)
struct EndToEndTLSTests {
    private func smctl(_ folder: TemporaryDirectory, _ arguments: String...) async throws -> ChildProcess.Result {
        try await ChildProcess(
            ChildProcess.built("smctl"),
            ["breaker"] + arguments,
            folder: URL(fileURLWithPath: folder.path)
        )
        .end()
    }

    @Test func `an authority of one's own is believed when it is named, and a wrong host is not`() async throws {
        try await TLSServer.with(names: "DNS:localhost") { port, folder in
            let url = "rediss://localhost:\(port)"
            let unknown = try await smctl(folder, "status", "--redis", url)
            #expect(unknown.status == 69)
            #expect(unknown.errors.contains("localhost:\(port)"))
            let known = try await smctl(folder, "status", "--redis", url, "--cacert", folder.file("ca.pem"))
            #expect(known.errors == "")
            #expect(known.status == 0)
            #expect(known.output.hasPrefix("No breakers"))
            let other = "rediss://127.0.0.1:\(port)"
            let wrong = try await smctl(folder, "status", "--redis", other, "--cacert", folder.file("ca.pem"))
            #expect(wrong.status == 69)
        }
    }

    @Test func `a server that asks for a certificate gets one`() async throws {
        try await TLSServer.with(clientCertificates: true) { port, folder in
            let common = ["--redis", "rediss://localhost:\(port)", "--cacert", folder.file("ca.pem")]
            let without = try await smctl(folder, "status", common[0], common[1], common[2], common[3])
            #expect(without.status == 69)
            let with = try await smctl(
                folder,
                "status",
                common[0],
                common[1],
                common[2],
                common[3],
                "--cert",
                folder.file("client.pem"),
                "--key",
                folder.file("client.key")
            )
            #expect(with.errors == "")
            #expect(with.status == 0)
        }
    }

    @Test func `certificates without TLS, and half a pair, are usage errors`() async throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let plain = try await smctl(folder, "status", "--redis", "redis://127.0.0.1:1", "--cacert", "ca.pem")
        #expect(plain.status == 64)
        #expect(plain.errors.contains("--cacert and --cert need a rediss:// URL"))
        let half = try await smctl(folder, "status", "--redis", "rediss://localhost:1", "--cert", "client.pem")
        #expect(half.status == 64)
        #expect(half.errors.contains("--cert and --key go together"))
        let missing = try await smctl(
            folder,
            "status",
            "--redis",
            "rediss://localhost:1",
            "--cacert",
            folder.file("none.pem")
        )
        #expect(missing.status == 64)
        #expect(missing.errors.contains("none.pem"))
    }
}
