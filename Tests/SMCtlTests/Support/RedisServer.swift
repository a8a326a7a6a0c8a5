import Foundation

/// A redis-server of a test's own: on a unix socket in a temporary folder, without a port, gone with the test.
final class RedisServer: Sendable {
    /// Why tests that need one are skipped here; in CI they are not, and fail.
    static var isAvailable: Bool {
        ChildProcess.installed("redis-server") != nil && ChildProcess.installed("redis-cli") != nil
            || ProcessInfo.processInfo.environment["CI"] != nil
    }

    let folder: URL
    private let server: ChildProcess
    private let cli: URL
    private let smctl: URL

    var url: String { "redis+unix://\(socket)" }
    var socket: String { folder.appendingPathComponent("r.sock").path }

    private init(options: [String]) throws {
        let name = "smctl-" + UUID().uuidString.prefix(8)
        // Not the user's temporary folder, whose path may be too long for a socket.
        folder = URL(fileURLWithPath: "/tmp").appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        guard let executable = ChildProcess.installed("redis-server"), let cli = ChildProcess.installed("redis-cli")
        else { throw TookTooLong(description: "redis-server is not installed") }
        self.cli = cli
        smctl = try ChildProcess.built("smctl")
        let arguments = [
            "--port", "0", "--unixsocket", folder.appendingPathComponent("r.sock").path, "--save", "",
            "--appendonly", "no", "--dir", folder.path, "--daemonize", "no",
        ]
        server = try ChildProcess(executable, arguments + options, folder: folder)
    }

    /// Runs the body with a fresh server.
    static func with<Result>(
        options: [String] = [],
        _ body: (RedisServer) async throws -> Result
    ) async throws -> Result {
        let server = try RedisServer(options: options)
        do {
            try await eventually("redis-server's start") {
                let reply = try await server.redis("PING").output
                return reply.hasPrefix("PONG") || reply.hasPrefix("NOAUTH")
            }
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    private func stop() async {
        server.send(SIGCONT)
        server.send(SIGKILL)
        _ = await server.end()
        try? FileManager.default.removeItem(at: folder)
    }

    func pause() { server.send(SIGSTOP) }

    /// Asks with the server's own client: the oracle for what is stored.
    @discardableResult
    func redis(_ words: String...) async throws -> ChildProcess.Result {
        try await ChildProcess(cli, ["-s", socket] + words, folder: folder).end()
    }

    /// Runs `smctl` to its end.
    func smctl(_ words: String..., environment: [String: String] = [:]) async throws -> ChildProcess.Result {
        try await smctl(words, environment: environment)
    }

    func smctl(_ words: [String], environment: [String: String] = [:]) async throws -> ChildProcess.Result {
        try await start(words, environment: environment).end()
    }

    /// Starts `smctl`, with time enough for a busy machine unless the test is about time.
    func start(_ words: [String], environment: [String: String] = [:]) throws -> ChildProcess {
        let common = ["SMCTL_REDIS_URL": url, "SMCTL_NAMESPACE": "test", "TZ": "UTC"]
        let patience = words.contains("--timeout") || words.contains("--help") ? [] : ["--timeout", "20s"]
        return try ChildProcess(
            smctl,
            words + patience,
            environment: common.merging(environment) { $1 },
            folder: folder
        )
    }

    /// The hash of a breaker as it is stored.
    func hash(_ id: String) async throws -> [String: String] {
        let lines = try await redis("HGETALL", "sm1:{test:0}:breaker:\(id)").output
            .split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
        return Dictionary(
            uniqueKeysWithValues: stride(from: 0, to: lines.count - 1, by: 2)
                .map {
                    (String(lines[$0]), String(lines[$0 + 1]))
                }
        )
    }

    /// Puts a snapshot there, field by field as the protocol has them, and the name on the lists.
    func plant(_ id: String, name: String? = nil, _ fields: [String: String]) async throws {
        var hash = [
            "schema": "1", "kind": "breaker", "resourceId": name ?? id, "state": "CLOSED", "rank": "1",
            "failureRate": "", "lastModified": "1795449600123", "parent": "0", "operatorAt": "0",
            "writer": "9f3a61c2b7d04e55", "epoch": "0", "attempts": "0", "openUntil": "0", "openMs": "0",
            "halfOpenUntil": "0", "halfOpenMs": "0", "probes": "0", "reason": "", "actor": "", "expiresAt": "",
            "definition": "breaker-1", "sequence": "1",
        ]
        hash.merge(fields) { $1 }
        let words = ["HSET", "sm1:{test:0}:breaker:\(id)"] + hash.flatMap { [$0.key, $0.value] }
        _ = try await ChildProcess(cli, ["-s", socket] + words, folder: folder).end()
        try await redis("ZADD", "sm1:{test:0}:index", hash["sequence"] ?? "1", "breaker:\(id)")
        try await register(id)
    }

    /// Puts a name on the list of what processes have registered.
    func register(_ id: String) async throws {
        try await redis("ZADD", "sm1:{test:0}:known", "9999999999999", "breaker:\(id)")
    }

    /// Everything that is stored, as one text to compare.
    func everything() async throws -> String {
        var text = ""
        let keys = try await redis("KEYS", "*").output.split(separator: "\n").sorted()
        for key in keys {
            text += "\(key) " + (try await redis("DUMP", String(key)).output) + "\n"
        }
        return text
    }
}
