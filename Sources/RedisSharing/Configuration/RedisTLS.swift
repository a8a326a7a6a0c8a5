/// How a connection is encrypted.
///
/// TLS 1.2 or later, always.
///
/// The certificate must carry the *configured* host: its DNS name, or its address where the URL has an IP literal (then
/// no server name is sent either).
public struct RedisTLS: Sendable, Hashable {
    /// Which authorities are believed.
    public enum TrustRoots: Sendable, Hashable {
        /// Those of the operating system.
        case system
        /// Those in a PEM file.
        case file(String)
        /// Those in PEM bytes.
        case pem([UInt8])
    }

    /// A client certificate, for servers that ask for one.
    public struct Identity: Sendable, Hashable {
        /// A PEM file with the certificate and its intermediates.
        public var certificateChainFile: String
        /// A PEM file with the private key, not encrypted.
        public var privateKeyFile: String

        /// Creates an identity from two files.
        public init(certificateChainFile: String, privateKeyFile: String) {
            self.certificateChainFile = certificateChainFile
            self.privateKeyFile = privateKeyFile
        }
    }

    /// Which authorities are believed; ``TrustRoots/system`` by default.
    public var trustRoots: TrustRoots
    /// Whether the server's certificate and host are checked; `true` by default.
    ///
    /// Without it anyone on the path can answer in the server's place and open every breaker.
    public var verifiesServer: Bool
    /// The client's certificate; none by default.
    ///
    /// `tls-auth-clients yes`, the server's default, asks for one.
    public var identity: Identity?

    /// Creates TLS options.
    public init(trustRoots: TrustRoots = .system, verifiesServer: Bool = true, identity: Identity? = nil) {
        self.trustRoots = trustRoots
        self.verifiesServer = verifiesServer
        self.identity = identity
    }
}
