import Foundation
import Synchronization

/// A redis-server process of a test's own, on a unix socket in a folder of its own, gone with the test.
package final class RedisServer: Sendable {
    /// Its folder: socket, log, data.
    package let directory: TemporaryDirectory
    /// Its socket.
    package let socket: String
    /// For `redis-cli` where a password is needed.
    private let authentication: [String]
    private let arguments: [String]
    private let running = Mutex<Running?>(nil)

    private struct Running {
        var shell: Process
        /// Closing it ends the server, and so does this process's death: nothing stays behind a crashed test.
        var lifeline: FileHandle
    }

    /// Prepares a server; ``whileRunning(_:)`` starts it.
    ///
    /// - Parameters:
    ///   - arguments: added to its options.
    ///   - configuration: a file of options, for everything but address and folder.
    ///   - directory: the folder, a new one by default.
    ///   - authentication: options for `redis-cli`.
    /// - Throws: when there is no folder.
    package init(
        _ arguments: [String] = [],
        configuration: String? = nil,
        directory: TemporaryDirectory? = nil,
        authentication: [String] = []
    ) throws {
        self.directory = try directory ?? TemporaryDirectory()
        self.authentication = authentication
        socket = self.directory.file("redis.sock")
        let durability = configuration == nil ? ["--save", "", "--appendonly", "no"] : []
        self.arguments =
            [configuration].compactMap(\.self) + [
                "--port", "0", "--unixsocket", socket, "--dir", self.directory.path, "--pidfile",
                self.directory.file("redis.pid"), "--logfile", self.directory.file("redis.log"),
            ] + durability + arguments
    }

    /// The URL of its socket.
    package var url: String { "redis+unix://\(socket)" }

    /// Runs `body` with a server of its own.
    package static func with<Value>(
        _ arguments: [String] = [],
        _ body: (RedisServer) async throws -> Value
    ) async throws -> Value {
        let server = try RedisServer(arguments)
        return try await server.whileRunning { try await body(server) }
    }

    /// Starts the server, runs `body`, and removes everything.
    package func whileRunning<Value>(_ body: () async throws -> Value) async throws -> Value {
        guard !ServerSlots.hasPlace else { return try await run(body) }
        await ServerSlots.shared.enter()
        let result: Result<Value, any Error>
        do {
            result = .success(try await ServerSlots.$hasPlace.withValue(true) { try await run(body) })
        } catch {
            result = .failure(error)
        }
        await ServerSlots.shared.leave()
        return try result.get()
    }

    private func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        let result: Result<Value, any Error>
        do {
            if running.withLock({ $0 }) == nil { try await start() }
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        await kill()
        directory.remove()
        return try result.get()
    }

    /// Starts the server, again after ``kill()``: then with what it had saved, which is nothing by default.
    package func start() async throws {
        guard let program = Tool.path("redis-server") else {
            throw Tool.Failure(description: "redis-server is not installed")
        }
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        // `cat` ends when the lifeline is closed, by us or by our end.
        let script = #""$@" </dev/null & pid=$!; cat >/dev/null; kill -9 $pid; wait $pid"#
        shell.arguments = ["-c", script, "sh", program] + arguments
        let lifeline = Pipe()
        shell.standardInput = lifeline
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        running.withLock { $0 = Running(shell: shell, lifeline: lifeline.fileHandleForWriting) }
        try await wait(for: "the server to start") {
            guard let reply = try? cli("PING") else { return false }
            return reply == "PONG" || reply.contains("NOAUTH") || reply.contains("NOPERM")
        }
    }

    /// Kills the server (SIGKILL), and waits until it is gone.
    package func kill() async {
        guard
            let ended = running.withLock({ running in
                defer { running = nil }
                return running
            })
        else { return }
        try? ended.lifeline.close()
        try? await wait(for: "the server to end") { !ended.shell.isRunning }
    }

    /// The server's process, for signals.
    package var processID: Int32? {
        (try? String(contentsOfFile: directory.file("redis.pid"), encoding: .utf8))
            .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Stops the process (SIGSTOP); the kernel goes on taking connections and bytes for it.
    /// - Returns: what ``resume(_:)`` takes.
    package func suspend() throws -> Int32 {
        guard let id = processID else { throw Tool.Failure(description: "no process") }
        _ = Foundation.kill(id, SIGSTOP)
        return id
    }

    /// Lets a stopped process go on (SIGCONT).
    package func resume(_ id: Int32) throws {
        _ = Foundation.kill(id, SIGCONT)
    }

    /// Asks the server something with `redis-cli`: a client that shares nothing with the code under test.
    @discardableResult
    package func cli(_ words: String...) throws -> String {
        try Tool.run("redis-cli", ["-s", socket] + authentication + words)
    }

    /// Looks again every few milliseconds, at most 20 s.
    package func wait(for what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Tool.Failure(description: "waited in vain for \(what)")
    }
}
