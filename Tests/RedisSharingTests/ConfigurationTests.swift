import RedisSharing
import Testing

@Suite struct ConfigurationTests {
    private func findings(_ url: String, namespace: String = "n") -> [RedisConfigurationError.Finding.Code] {
        do {
            _ = try RedisConfiguration(url: url, namespace: namespace)
            return []
        } catch {
            return error.findings.map(\.code)
        }
    }

    @Test func `reads addresses`() throws {
        #expect(try RedisConfiguration(url: "redis://h").address == .tcp(host: "h", port: 6379))
        #expect(try RedisConfiguration(url: "redis://h:1/").address == .tcp(host: "h", port: 1))
        #expect(try RedisConfiguration(url: "REDIS://h:65535/0").address == .tcp(host: "h", port: 65_535))
        #expect(try RedisConfiguration(url: "redis://[::1]").address == .tcp(host: "::1", port: 6379))
        #expect(try RedisConfiguration(url: "rediss://[fe80::1]:7").address == .tcp(host: "fe80::1", port: 7))
        #expect(try RedisConfiguration(url: "redis+unix:///a%20b/c.sock").address == .unix(path: "/a b/c.sock"))
        #expect(try RedisConfiguration(url: "redis://h").tls == nil)
        #expect(try RedisConfiguration(url: "rediss://h").tls == RedisTLS())
        #expect(RedisTLS().verifiesServer)
    }

    @Test func `reads user and password`() throws {
        #expect(try RedisConfiguration(url: "redis://h").credentials == nil)
        let password = try RedisConfiguration(url: "redis://:p%40%3A%2F@h").credentials
        #expect(password == RedisCredentials(password: "p@:/"))
        let both = try RedisConfiguration(url: "redis+unix://us%C3%A9r:p@/s.sock").credentials
        #expect(both == RedisCredentials(username: "usér", password: "p"))
    }

    @Test(arguments: [
        "", "h", "http://h", "redis:h", "redis://", "redis://:6379", "redis://h:", "redis://h:x", "redis://h:0",
        "redis://h:65536", "redis://h:123456", "redis://h/1", "redis://h?x=1", "redis://h#x", "redis://::1",
        "redis://[::1",
        "redis://[::1]x", "redis://a b", "redis+unix://h/s", "redis+unix://", "redis+unix:///%zz", "redis+unix:///%4",
        "redis+unix:///%+4", "redis+unix:///%00", "redis+unix:///" + String(repeating: "x", count: 110),
    ])
    func `refuses what is no address`(url: String) {
        #expect(findings(url) == [.url])
    }

    @Test(arguments: ["redis+sentinel://a:1,b:2/master", "redis+cluster://a:1"])
    func `says that a deployment is not supported`(url: String) {
        #expect(findings(url) == [.unsupported])
    }

    @Test(arguments: ["redis://user@h", "redis://user:@h", "redis://us%zz:p@h", "redis://a%20b:p@h"])
    func `refuses half credentials`(url: String) {
        #expect(findings(url) == [.credentials])
    }

    @Test(arguments: ["", "a b", "a{b}", "ä", "a:b", String(repeating: "x", count: 65)])
    func `refuses namespaces that could break out of a key`(namespace: String) {
        #expect(findings("redis://h", namespace: namespace) == [.namespace])
    }

    @Test func `tells everything that is wrong at once`() {
        let error = #expect(throws: RedisConfigurationError.self) {
            try RedisConfiguration(url: "redis://u@h:0/3?x", namespace: "a b") {
                $0.requestTimeout = .seconds(61)
                $0.reconnectDelay = .seconds(2)
                $0.maximumReconnectDelay = .seconds(1)
                $0.maximumPendingCommands = 1
                $0.journalLength = -1
                $0.clientName = "a b"
            }
        }
        #expect(
            error?.findings.map(\.code) == [
                .url, .credentials, .url, .url, .namespace, .clientName, .range, .range, .range, .range,
            ]
        )
        #expect(error?.description.contains("journalLength is -1, must be 0 to 1000000") == true)
    }

    @Test func `TLS and a socket do not go together`() {
        let error = #expect(throws: RedisConfigurationError.self) {
            try RedisConfiguration(url: "redis+unix:///s") { $0.tls = RedisTLS() }
        }
        #expect(error?.findings.map(\.code) == [.tls])
    }

    @Test func `unreadable certificates are a finding`() throws {
        let configuration = try RedisConfiguration(url: "rediss://h") { $0.tls?.trustRoots = .pem([1, 2, 3]) }
        let error = #expect(throws: RedisConfigurationError.self) { try RedisStore(configuration: configuration) }
        #expect(error?.findings.map(\.code) == [.tls])
    }

    @Test func `never prints secrets`() throws {
        let configuration = try RedisConfiguration(url: "redis://alice:s3cr3t@h")
        var dumped = ""
        dump(configuration, to: &dumped)
        dump(configuration.credentials, to: &dumped)
        let credentials = try #require(configuration.credentials)
        let texts = [
            dumped, "\(configuration)", String(reflecting: configuration), "\(credentials)",
            String(reflecting: credentials),
            "\(findings("redis://alice:s3cr3t@h:0"))",
        ]
        for text in texts { #expect(!text.contains("s3cr3t") && !text.contains("alice")) }
        #expect("\(configuration)" == "redis h:6379, namespace default")
        for url in ["redis://alice:s3cr3t%zz@h", "redis://alice:s3cr3t/x@h", "x://alice:s3cr3t@h"] {
            let error = #expect(throws: RedisConfigurationError.self) { try RedisConfiguration(url: url) }
            #expect(error?.description.contains("s3cr3t") == false)
        }
    }
}
