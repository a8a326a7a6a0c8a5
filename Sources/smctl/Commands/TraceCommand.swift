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
        discussion: """
            One line a trace: ok ID, or FAILED ID step N: FIELD expected X, got Y. With --format json or jsonl an object a \
            trace. Ends with 0 when all passed, 1 when one failed, 65 when a file is no trace.
            """
    )

    @Argument(help: ArgumentHelp("JSON files, one trace each.", valueName: "file"))
    var files: [String]

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func execute() async throws {
        let color = output.usesColor(Terminal.standardOutput())
        var (passed, failed, unreadable) = (0, 0, 0)
        var objects: [JSONValue] = []
        for file in files {
            guard let result = replay(file) else {
                unreadable += 1
                continue
            }
            if result.hasPassed { passed += 1 } else { failed += 1 }
            switch output.format {
            case .table: try Console.print(Self.line(result, color: color))
            case .jsonl: try Console.print(Self.object(result, file).text)
            case .json: objects.append(Self.object(result, file))
            }
        }
        switch output.format {
        case .json: try Console.print(JSONValue.array(objects).text)
        case .jsonl: break
        case .table: if !output.quiet { try Console.print("\(passed) passed, \(failed) failed") }
        }
        guard unreadable == 0 else { throw ExitStatus.dataError.exitCode }
        guard failed == 0 else { throw ExitStatus.checkFailed.exitCode }
    }

    /// `nil` for a file that is no trace, once that was said.
    private func replay(_ file: String) -> TraceRunner.Result? {
        do {
            // Read in one expression: the bytes are gone when the trace is replayed.
            let trace = try Trace(json: InputFile(path: file, kind: "trace", limit: 64 << 20).bytes())
            return try TraceRunner.run(trace)
        } catch let error as Failure {
            Console.note(error.message)
        } catch let error as TraceError {
            for finding in error.findings { Console.note("\(file.shownPath):\(finding)") }
            if error.omitted > 0 { Console.note("\(file.shownPath): and \(error.omitted) more") }
        } catch {
            Console.note("\(file.shownPath): \(error)")
        }
        return nil
    }

    /// `ok ID` or `FAILED ID …`, with what could steer a terminal escaped and everything else as it is.
    private static func line(_ result: TraceRunner.Result, color: Bool) -> String {
        let description = result.description
        var line = ""
        for scalar in description.unicodeScalars {
            if Printable.mustEscape(scalar) {
                line += Printable.escaped(String(scalar))
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return color && !result.hasPassed ? "\u{1B}[31m\(line)\u{1B}[0m" : line
    }

    /// What a line says, as an object; without a mismatch `step` and what belongs to it are `null`.
    private static func object(_ result: TraceRunner.Result, _ file: String) -> JSONValue {
        let mismatch = result.mismatch
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return .object([
            "expected": text(mismatch?.expected), "field": text(mismatch?.field), "file": .string(file),
            "got": text(mismatch?.got), "id": .string(result.id), "passed": .bool(result.hasPassed),
            "step": .optional(mismatch.map { Int64($0.step) }),
        ])
    }
}
