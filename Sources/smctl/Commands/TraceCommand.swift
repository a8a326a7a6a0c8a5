import ArgumentParser
import ResilienceTestKit

/// `smctl trace …`.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Replay calls against a breaker, on a virtual clock.",
        subcommands: [TraceRunCommand.self]
    )
}

/// `smctl trace run`: replays each file and says whether all went as it expects.
struct TraceRunCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Replays traces: one line a file, and how many passed.",
        discussion: "Ends with 0 when all passed, 1 when one failed, 65 when a file is no trace."
    )

    @Argument(help: ArgumentHelp("JSON files, one trace each.", valueName: "file"))
    var files: [String]

    func execute() async throws {
        var (passed, failed, unreadable) = (0, 0, 0)
        for file in files {
            guard let result = replay(file) else {
                unreadable += 1
                continue
            }
            if result.hasPassed { passed += 1 } else { failed += 1 }
            try Console.print(Self.safe(result.description))
        }
        try Console.print("\(passed) passed, \(failed) failed")
        guard unreadable == 0 else { throw ExitStatus.dataError.exitCode }
        guard failed == 0 else { throw ExitStatus.checkFailed.exitCode }
    }

    /// `nil` for a file that is no trace, once that was said.
    private func replay(_ file: String) -> TraceRunner.Result? {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try InputFile(path: file, kind: "trace", limit: 64 << 20).bytes()
        } catch {
            Console.note(error.message)
            return nil
        }
        do {
            return try TraceRunner.run(Trace(json: bytes))
        } catch {
            let place = error.line.map { ":\($0):\(error.column ?? 1)" } ?? ""
            Console.note("\(file)\(place): \(error)")
            return nil
        }
    }

    /// A line of text from a file, with what could steer a terminal escaped and everything else as it is.
    private static func safe(_ line: String) -> String {
        line.unicodeScalars.map { Printable.mustEscape($0) ? Printable.escaped(String($0)) : String($0) }.joined()
    }
}
