/// Where the fleet's Redis is and how this process talks to it.
///
/// ```swift
/// let configuration = try RedisConfiguration(url: "rediss://breakers:secret@redis.internal:6380", namespace: "prod") {
///     $0.tls?.trustRoots = .file("/etc/ssl/internal-ca.pem")
/// }
/// let store = try RedisStore(configuration: configuration)
/// ```
///
/// The defaults and their reasons: fleet protocol, section 7.
public struct RedisConfiguration: Sendable {
    /// A server's address.
    public enum Address: Sendable, Hashable, CustomStringConvertible {
        /// A host name or an IP literal, and a port.
        case tcp(host: String, port: Int)
        /// A unix socket's path.
        case unix(path: String)

        /// `<host>:<port>` or the path.
        public var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): path
            }
        }
    }

    /// Where the server is; `127.0.0.1:6379` by default.
    ///
    /// Resolved anew at each connect.
    public var address = Address.tcp(host: "127.0.0.1", port: 6379)
    /// Who shares: `[A-Za-z0-9._-]{1,64}`, part of every key and of the channel; `default` by default.
    public var namespace = "default"
    /// Fixed user name and password; none by default.
    ///
    /// ``credentialsProvider`` has precedence.
    public var credentials: RedisCredentials?
    /// Asked at each connect, for passwords that rotate; `nil` from it connects without.
    ///
    /// What it throws counts as wrong credentials: the next try is 30 to 60 s later.
    public var credentialsProvider: (@Sendable () async throws -> RedisCredentials?)?
    /// Encryption; none by default, default options with a `rediss` URL.
    public var tls: RedisTLS?
    /// What `CLIENT LIST` shows, 1…128 printable bytes without space; `sm1:<host>:<pid>` by default.
    ///
    /// The connections of a running store have `:<writer>` behind it, as the journal and the members do.
    public var clientName = HostProcess.clientName

    /// Until a connection stands, name look-up included; 1 s by default, 10 ms…1 min.
    public var connectTimeout = Duration.seconds(1)
    /// Until the TLS handshake is done; 3 s by default, 10 ms…1 min.
    public var handshakeTimeout = Duration.seconds(3)
    /// How long the oldest request may wait for its answer before the connection is given up; 1 s by default, 10 ms…1 min.
    public var requestTimeout = Duration.seconds(1)
    /// How long the subscription may be silent before it is asked for a sign of life; 5 s by default, 10 ms…10 min.
    public var subscriptionSilence = Duration.seconds(5)
    /// How long that sign may take; 2 s by default, 10 ms…1 min.
    public var pongTimeout = Duration.seconds(2)
    /// The first wait before a new connection; a random part of it is waited, and it doubles with each failure.
    ///
    /// 100 ms by default, 1 ms…1 min.
    public var reconnectDelay = Duration.milliseconds(100)
    /// The longest wait before a new connection; 5 s by default (30 s in fleets of more than 1 000 members), at least
    /// ``reconnectDelay``, at most 10 min.
    public var maximumReconnectDelay = Duration.seconds(5)
    /// A connection that lived so long starts again with the first wait; 10 s by default, 0…1 h.
    public var stableAfter = Duration.seconds(10)
    /// The wait after wrong credentials or missing rights, up to twice as long; 30 s by default, 10 ms…1 h.
    public var deniedDelay = Duration.seconds(30)

    /// Requests on their way, counted by command; 1 024 by default, 64…65 536.
    ///
    /// Beyond: `overloaded`.
    public var maximumPendingCommands = 1024
    /// Bytes not yet taken by the network; 4 MiB by default, 64 KiB…64 MiB.
    ///
    /// Beyond: `overloaded`.
    public var maximumUnsentBytes = 4 * 1024 * 1024
    /// Messages that wait to be taken; 4 096 by default, 64…65 536.
    ///
    /// Beyond they are dropped, and `overflow` tells.
    public var maximumWaitingMessages = 4096
    /// Entries of the journal, about 250 bytes each; 10 000 by default, 0 (no journal)…1 000 000.
    public var journalLength = 10_000
    /// How far ahead of the server's time a version may be stamped; 10 min by default, 1 s…7 days.
    public var maximumSkew = Duration.seconds(600)

    /// Creates the default configuration: the local server, not encrypted.
    public init() {}
}

extension RedisConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Address and namespace; no secrets.
    public var description: String {
        "redis \(address)\(tls == nil ? "" : " with TLS"), namespace \(namespace)"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Without children, so that `dump` prints no password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
