import NIOCore
import NIOSSL

extension RedisTLS {
    /// Reads all certificates and makes what connections need.
    ///
    /// - Throws: a finding for each file that cannot be used.
    func context() throws(RedisConfigurationError) -> NIOSSLContext {
        var findings: [RedisConfigurationError.Finding] = []
        var options = TLSConfiguration.makeClientConfiguration()
        options.minimumTLSVersion = .tlsv12
        // A server that hangs says no good-bye, and neither a stop nor the next connection waits for that.
        options.shutdownTimeout = .milliseconds(200)
        options.certificateVerification = verifiesServer ? .fullVerification : .none
        switch trustRoots {
        case .system:
            options.trustRoots = .default
        case .file(let path):
            let roots = Self.reading("the authorities in \(path)", &findings) {
                try NIOSSLCertificate.fromPEMFile(path)
            }
            options.trustRoots = roots.map { .certificates($0) }
        case .pem(let bytes):
            let roots = Self.reading("the authorities", &findings) { try NIOSSLCertificate.fromPEMBytes(bytes) }
            options.trustRoots = roots.map { .certificates($0) }
        }
        if let identity {
            let certificates = Self.reading("the certificate in \(identity.certificateChainFile)", &findings) {
                try NIOSSLCertificate.fromPEMFile(identity.certificateChainFile)
            }
            options.certificateChain = (certificates ?? []).map { .certificate($0) }
            options.privateKey = Self.reading("the key in \(identity.privateKeyFile)", &findings) {
                .privateKey(try NIOSSLPrivateKey(file: identity.privateKeyFile, format: .pem))
            }
        }
        guard findings.isEmpty else { throw RedisConfigurationError(findings: findings) }
        let context = Self.reading("certificate and key together", &findings) {
            try NIOSSLContext(configuration: options)
        }
        guard let context else { throw RedisConfigurationError(findings: findings) }
        return context
    }

    private static func reading<Value>(
        _ what: String,
        _ findings: inout [RedisConfigurationError.Finding],
        _ body: () throws -> Value
    ) -> Value? {
        do {
            return try body()
        } catch {
            let text = RedisFailure.printable("\(what): \(error)")
            findings.append(.init(.tls, "cannot be used: \(text)"))
            return nil
        }
    }
}
