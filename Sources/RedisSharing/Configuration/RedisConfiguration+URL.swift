extension RedisConfiguration {
    /// Takes the address from a URL, then the rest from the caller, then checks everything.
    ///
    /// - Parameters:
    ///   - url: `redis://[user:password@]host[:port]`, `rediss://…` with TLS, or `redis+unix://[user:password@]/path.sock`.
    ///     User, password and path are percent-decoded. Port 6379 unless it says another.
    ///   - namespace: `[A-Za-z0-9._-]{1,64}`.
    ///   - adjust: sets other properties before they are checked.
    /// - Throws: one error with all findings; it never shows user or password.
    public init(
        url: String,
        namespace: String = "default",
        _ adjust: (inout RedisConfiguration) -> Void = { _ in }
    ) throws(RedisConfigurationError) {
        self.init()
        self.namespace = namespace
        var findings: [RedisConfigurationError.Finding] = []
        apply(url: url, findings: &findings)
        adjust(&self)
        findings += self.findings
        guard findings.isEmpty else { throw RedisConfigurationError(findings: findings) }
    }

    private mutating func apply(url: String, findings: inout [RedisConfigurationError.Finding]) {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
            findings.append(.init(.url, "the URL must start with redis://, rediss:// or redis+unix://"))
            return
        }
        let scheme = url[..<colon].lowercased()
        var rest = url[url.index(colon, offsetBy: 3)...]
        if let query = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            findings.append(.init(.url, "the URL has no options: remove everything from ? or # on"))
            rest = rest[..<query]
        }
        // The authority ends at the first slash; a password may contain an @ only as %40, but be lenient: the last one.
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash]
        let path = rest[slash...]
        if let at = authority.lastIndex(of: "@") {
            apply(userInfo: authority[..<at], findings: &findings)
            authority = authority[authority.index(after: at)...]
        }
        switch scheme {
        case "redis", "rediss":
            if scheme == "rediss" { tls = RedisTLS() }
            if path != "", path != "/", path != "/0" {
                findings.append(.init(.url, "database numbers are not supported: use a namespace"))
            }
            apply(authority: authority, findings: &findings)
        case "redis+unix":
            guard let decoded = percentDecoded(path) else {
                findings.append(.init(.url, "the socket path has a broken % escape"))
                return
            }
            if !authority.isEmpty {
                findings.append(.init(.url, "a socket URL has no host: redis+unix:///path.sock"))
            }
            address = .unix(path: decoded)
        case "redis+sentinel", "redis+cluster":
            findings.append(.init(.unsupported, "\(scheme) is not supported in this release: name one server"))
        default:
            findings.append(.init(.url, "the URL must start with redis://, rediss:// or redis+unix://"))
        }
    }

    private mutating func apply(userInfo: Substring, findings: inout [RedisConfigurationError.Finding]) {
        let colon = userInfo.firstIndex(of: ":") ?? userInfo.endIndex
        let password = userInfo[colon...].dropFirst()
        guard colon < userInfo.endIndex else {
            findings.append(.init(.credentials, "the URL has a user but no password"))
            return
        }
        guard let user = percentDecoded(userInfo[..<colon]), let secret = percentDecoded(password) else {
            findings.append(.init(.credentials, "user or password has a broken % escape"))
            return
        }
        credentials = RedisCredentials(username: user.isEmpty ? nil : user, password: secret)
    }

    private mutating func apply(authority: Substring, findings: inout [RedisConfigurationError.Finding]) {
        var host = authority
        var port = Substring("6379")
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                findings.append(.init(.url, "an IPv6 address ends with ]"))
                return
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let tail = authority[authority.index(after: end)...]
            if tail.hasPrefix(":") {
                port = tail.dropFirst()
            } else if !tail.isEmpty {
                findings.append(.init(.url, "after an IPv6 address only a port may follow"))
            }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard port.utf8.count <= 5, port.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(port) else {
            findings.append(.init(.url, "the port must be a number; an IPv6 address stands in [ ]"))
            return
        }
        address = .tcp(host: String(host), port: number)
    }

    private func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next(), let low = rest.next(), high != UInt8(ascii: "+"), high != UInt8(ascii: "-"),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
