import Foundation

/// A program that a test starts, with what it prints in files, so that nobody has to read along.
final class ChildProcess: Sendable {
    /// What a finished program left behind.
    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String
        var duration: Duration
    }

    let identifier: Int32
    private let outputFile: URL
    private let errorFile: URL
    private let started = ContinuousClock.now
    private let exits: AsyncStream<Int32>
    private let process: Process

    init(
        _ executable: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        folder: URL
    ) throws {
        process = Process()
        let name = "\(executable.lastPathComponent)-\(UUID().uuidString)"
        outputFile = folder.appendingPathComponent(name + ".out")
        errorFile = folder.appendingPathComponent(name + ".err")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        let (exits, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        self.exits = exits
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TZ", "USER"].contains($0.key) }
        process.executableURL = executable
        process.arguments = arguments
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        process.terminationHandler = { ended in
            continuation.yield(ended.terminationReason == .exit ? ended.terminationStatus : -ended.terminationStatus)
            continuation.finish()
        }
        try process.run()
        identifier = process.processIdentifier
    }

    /// What it has printed so far.
    var output: String { Self.text(outputFile) }
    /// What it has said so far.
    var errors: String { Self.text(errorFile) }
    var isRunning: Bool { process.isRunning }

    /// Waits for its end; once.
    func end() async -> Result {
        var status: Int32 = .min
        for await exit in exits { status = exit }
        return Result(status: status, output: output, errors: errors, duration: started.duration(to: .now))
    }

    func send(_ signal: Int32) {
        if isRunning { kill(identifier, signal) }
    }

    private static func text(_ file: URL) -> String {
        (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension ChildProcess {
    /// Where the programs that the package builds are: beside the tests.
    static func built(_ name: String) throws -> URL {
        var places = [Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()].compactMap(\.self)
        places += Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        places.append(URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent())
        for place in places {
            let file = place.appendingPathComponent(name)
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        throw TookTooLong(description: "no \(name) beside the tests in \(places.map(\.path))")
    }

    /// A program of the system; `nil` when it is not installed.
    static func installed(_ name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (folders + ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]).map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
            .map { URL(fileURLWithPath: $0) }
    }
}
