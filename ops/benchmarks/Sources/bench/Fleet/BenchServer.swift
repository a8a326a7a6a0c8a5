import Foundation

/// A redis-server of the benchmark's own, on a unix socket in a temporary folder.
struct BenchServer {
    let socket: String
    private let folder: URL
    private let process: Process

    var url: String { "redis+unix://\(socket)" }

    struct NotAvailable: Error, CustomStringConvertible {
        let description: String
    }

    static func start() async throws -> BenchServer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "smr-bench-" + String(UInt64.random(in: .min ... .max), radix: 36)
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let socket = folder.appendingPathComponent("redis.sock").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "redis-server", "--port", "0", "--unixsocket", socket, "--dir", folder.path, "--save", "", "--appendonly",
            "no", "--logfile", folder.appendingPathComponent("log").path,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<200 {
            if FileManager.default.fileExists(atPath: socket) {
                return BenchServer(socket: socket, folder: folder, process: process)
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(25))
        }
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(at: folder)
        throw NotAvailable(description: "redis-server did not start: is it installed?")
    }

    /// What the server itself says of its commands: one line for each that took part, with microseconds a call.
    func commandTimes() throws -> [String] {
        let client = Process()
        let output = Pipe()
        client.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        client.arguments = ["redis-cli", "-s", socket, "INFO", "commandstats"]
        client.standardOutput = output
        try client.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        client.waitUntilExit()
        return text.split(whereSeparator: \.isNewline).map(String.init)
            .filter { $0.hasPrefix("cmdstat_evalsha:") || $0.hasPrefix("cmdstat_publish:") }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
