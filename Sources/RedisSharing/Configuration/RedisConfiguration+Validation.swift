extension RedisConfiguration {
    /// Checks every property.
    /// - Throws: one error with all findings.
    public func validate() throws(RedisConfigurationError) {
        let findings = findings
        guard findings.isEmpty else { throw RedisConfigurationError(findings: findings) }
    }

    var findings: [RedisConfigurationError.Finding] {
        addressFindings + timeFindings + boundFindings
    }

    private var addressFindings: [RedisConfigurationError.Finding] {
        var findings: [RedisConfigurationError.Finding] = []
        switch address {
        case .tcp(let host, let port):
            if host.isEmpty || host.utf8.count > 255 || !host.utf8.allSatisfy({ (33...126).contains($0) }) {
                findings.append(.init(.url, "host must be 1 to 255 printable characters"))
            }
            if !(1...65_535).contains(port) { findings.append(.init(.url, "port \(port) must be 1 to 65535")) }
        case .unix(let path):
            // `sun_path` has 108 bytes on Linux and 104 elsewhere, the last one 0.
            if !path.hasPrefix("/") || path.utf8.count > 103 || path.utf8.contains(0) {
                findings.append(.init(.url, "socket path must be absolute and at most 103 bytes"))
            }
            if tls != nil { findings.append(.init(.tls, "TLS needs a host, not a unix socket")) }
        }
        if !(1...64).contains(namespace.utf8.count) || !namespace.utf8.allSatisfy(Self.isPlain) {
            findings.append(.init(.namespace, "namespace must be 1 to 64 of A-Z a-z 0-9 . _ -"))
        }
        if let credentials {
            if credentials.password.isEmpty { findings.append(.init(.credentials, "the password is empty")) }
            if let username = credentials.username, username.isEmpty || username.utf8.contains(where: { $0 <= 32 }) {
                findings.append(.init(.credentials, "the user name is empty or has spaces"))
            }
        }
        if !(1...128).contains(clientName.utf8.count) || !clientName.utf8.allSatisfy({ (33...126).contains($0) }) {
            findings.append(.init(.clientName, "clientName must be 1 to 128 printable characters without space"))
        }
        return findings
    }

    private var timeFindings: [RedisConfigurationError.Finding] {
        let short = Duration.milliseconds(10)
        let minute = Duration.seconds(60)
        let hour = Duration.seconds(3600)
        return [
            Self.check("connectTimeout", connectTimeout, short...minute),
            Self.check("handshakeTimeout", handshakeTimeout, short...minute),
            Self.check("requestTimeout", requestTimeout, short...minute),
            Self.check("subscriptionSilence", subscriptionSilence, short...Duration.seconds(600)),
            Self.check("pongTimeout", pongTimeout, short...minute),
            Self.check("reconnectDelay", reconnectDelay, Duration.milliseconds(1)...minute),
            Self.check(
                "maximumReconnectDelay",
                maximumReconnectDelay,
                min(reconnectDelay, minute)...Duration.seconds(600)
            ),
            Self.check("stableAfter", stableAfter, Duration.zero...hour),
            Self.check("deniedDelay", deniedDelay, short...hour),
            Self.check("maximumSkew", maximumSkew, Duration.seconds(1)...Duration.seconds(604_800)),
        ]
        .compactMap(\.self)
    }

    private var boundFindings: [RedisConfigurationError.Finding] {
        [
            Self.check("maximumPendingCommands", maximumPendingCommands, 64...65_536),
            Self.check("maximumUnsentBytes", maximumUnsentBytes, 64 * 1024...64 * 1024 * 1024),
            Self.check("maximumWaitingMessages", maximumWaitingMessages, 64...65_536),
            Self.check("journalLength", journalLength, 0...1_000_000),
        ]
        .compactMap(\.self)
    }

    private static func check<Value: Comparable>(
        _ property: String,
        _ value: Value,
        _ range: ClosedRange<Value>
    ) -> RedisConfigurationError.Finding? {
        guard !range.contains(value) else { return nil }
        return .init(.range, "\(property) is \(value), must be \(range.lowerBound) to \(range.upperBound)")
    }

    /// The characters of a namespace.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 65...90, 97...122, 48...57, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
