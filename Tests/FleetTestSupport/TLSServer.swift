/// A redis-server that speaks TLS on a port of 127.0.0.1, with an authority and certificates of its own.
package enum TLSServer {
    /// The programs that it takes.
    package static let isAvailable = Tool.areAvailable("redis-server", "redis-cli", "openssl")

    /// Runs `body` with such a server.
    ///
    /// - Parameters:
    ///   - names: what the server's certificate is for, as OpenSSL's `subjectAltName`.
    ///   - clientCertificates: whether clients must show a certificate.
    ///   - body: gets the port, and the folder with `ca.pem`, `client.pem`, `client.key` and the socket.
    /// - Throws: what `body` throws, or that there is no such server.
    package static func with(
        names: String = "DNS:localhost,IP:127.0.0.1",
        clientCertificates: Bool = false,
        _ body: (_ port: Int, _ folder: TemporaryDirectory) async throws -> Void
    ) async throws {
        let folder = try certificates(names: names)
        // Ports cannot be handed over; another process may take one in between, so a few are tried.
        var failure: (any Error)?
        for _ in 0..<5 {
            let port = Int.random(in: 20_000..<30_000)
            let server = try RedisServer(
                [
                    "--tls-port", "\(port)", "--tls-cert-file", folder.file("server.pem"), "--tls-key-file",
                    folder.file("server.key"), "--tls-ca-cert-file", folder.file("ca.pem"), "--tls-auth-clients",
                    clientCertificates ? "yes" : "no", "--bind", "127.0.0.1",
                ],
                directory: folder
            )
            do {
                try await server.start()
            } catch {
                failure = error
                await server.kill()
                continue
            }
            return try await server.whileRunning { try await body(port, folder) }
        }
        throw failure ?? Tool.Failure(description: "no port")
    }

    /// A folder with an authority, and certificates for the given names.
    private static func certificates(names: String) throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        func openssl(_ arguments: String...) throws { try Tool.run("openssl", arguments) }
        func key(_ name: String) throws {
            try openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", folder.file(name))
        }
        try key("ca.key")
        try openssl(
            "req",
            "-x509",
            "-new",
            "-key",
            folder.file("ca.key"),
            "-days",
            "2",
            "-subj",
            "/CN=Test Authority",
            "-out",
            folder.file("ca.pem")
        )
        try folder.write("subjectAltName=\(names)\n", to: "server.ext")
        for name in ["server", "client"] {
            try key(name + ".key")
            try openssl(
                "req",
                "-new",
                "-key",
                folder.file(name + ".key"),
                "-subj",
                "/CN=\(name)",
                "-out",
                folder.file(name + ".csr")
            )
            try openssl(
                "x509",
                "-req",
                "-in",
                folder.file(name + ".csr"),
                "-CA",
                folder.file("ca.pem"),
                "-CAkey",
                folder.file("ca.key"),
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                folder.file("server.ext"),
                "-out",
                folder.file(name + ".pem")
            )
        }
        return folder
    }
}
