import Foundation
import Testing

/// `smctl trace run`, as a program.
struct TraceRunTests {
    /// A folder with files, for as long as `body` runs.
    private static func run(
        _ files: [(name: String, text: String)],
        _ options: String...,
        environment: [String: String] = [:]
    ) async throws -> ChildProcess.Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("smctl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var paths: [String] = []
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            if !text.isEmpty { try Data(text.utf8).write(to: file) }
            paths.append(file.path)
        }
        let smctl = try ChildProcess.built("smctl")
        let arguments = ["trace", "run"] + options + paths
        var result = try await ChildProcess(smctl, arguments, environment: environment, folder: folder).end()
        result.output = result.output.replacingOccurrences(of: folder.path + "/", with: "")
        result.errors = result.errors.replacingOccurrences(of: folder.path + "/", with: "")
        return result
    }

    private static func trace(_ id: String, _ steps: String, _ more: String = "") -> (name: String, text: String) {
        let config = #"{"window": {"kind": "count", "size": 2}, "openMs": 1000}"#
        let text = #"{"id": "\#(id)", "about": "", "config": \#(config), \#(more) "steps": [\#(steps)]}"#
        return (id + ".json", text)
    }

    private static let good = trace("good", #"{"call": "failure", "times": 2}, {"expect": {"state": "OPEN"}}"#)
    private static let bad = trace("bad", #"{"call": "failure"}, {"expect": {"state": "OPEN"}}"#)

    @Test func `traces that pass end with 0`() async throws {
        let result = try await Self.run([Self.good, Self.trace("empty", "")])
        #expect(result.output == "ok good\nok empty\n2 passed, 0 failed\n")
        #expect(result.errors == "")
        #expect(result.status == 0)
    }

    @Test func `DEBUG_EVENT_TRACE tells of each transition which breaker made it`() async throws {
        let result = try await Self.run([Self.good], environment: ["DEBUG_EVENT_TRACE": "true"])
        #expect(result.output == "ok good\n1 passed, 0 failed\n")
        #expect(
            result.errors.hasPrefix(
                "machine=breaker id=trace sequence=1 cause=event event=trip token=- guards=- from=CLOSED to=OPEN "
                    + "outcome=moved duration="
            )
        )
        #expect(result.errors.count { $0 == "\n" } == 1)
    }

    @Test func `a trace that fails ends with 1, with its step and what it expected`() async throws {
        let result = try await Self.run([Self.bad, Self.good])
        #expect(
            result.output == "FAILED bad step 2: state expected OPEN, got CLOSED\nok good\n1 passed, 1 failed\n"
        )
        #expect(result.status == 1)
    }

    @Test func `a list of events that fails is printed as the file writes it`() async throws {
        let steps = #"{"events": [ {"event": "trip",  "to": "OPEN", "from": "CLOSED"} ]}"#
        let result = try await Self.run([Self.trace("list", steps)])
        #expect(
            result.output == """
                FAILED list step 1: events expected [{"event":"trip","to":"OPEN","from":"CLOSED"}], got []
                0 passed, 1 failed

                """
        )
    }

    @Test func `a file that is no trace ends with 65, is told with its place, and the others still run`() async throws {
        let cases = [
            ("{\n \"id\": \"x\",\n  nonsense}", "3:3: a key is missing"),
            (
                Self.trace("x", "\n{\"call\": \"maybe\"}").text,
                "2:10: steps[1].call: maybe is not success, failure or ignored"
            ),
            (
                Self.trace("x", "{\"poll\": true,\n \"ö\": 1}").text,
                "2:7: steps[1]: unknown key \"ö\": the known ones are poll"
            ),
            (
                #"{"id": 1, "about": "", "config": {}, "steps": []}"#,
                "1:8: trace.id: a number is not a string: write it in quotation marks"
            ),
            (#"{"about": "", "config": {}, "steps": []}"#, "1:1: trace: id is missing"),
        ]
        for (text, message) in cases {
            let result = try await Self.run([("x.json", text), Self.bad, Self.good])
            #expect(result.output.hasSuffix("ok good\n1 passed, 1 failed\n"))
            #expect(result.errors == "smctl: x.json:\(message)\n")
            #expect(result.status == 65)
        }
    }

    @Test func `all that is wrong with a file is told, a line each, each with its place`() async throws {
        let text = #"{"id": "x", "about": "", "config": {"openMs": "5s", "probes": 0}, "steps": [{"poll": 1}]}"#
        let result = try await Self.run([("x.json", text)])
        #expect(
            result.errors == """
                smctl: x.json:1:47: config.openMs: a string is not an integer: write its digits alone
                smctl: x.json:1:63: config.probes: 0 is not in 1…10000
                smctl: x.json:1:86: steps[1].poll: only true is a poll

                """
        )
        #expect(result.status == 65)
        #expect(result.output == "0 passed, 0 failed\n")
    }

    @Test func `--format json prints an array with an object a trace, keys sorted, and no summary`() async throws {
        let result = try await Self.run([Self.bad, Self.good, ("x.json", "7")], "--format", "json")
        #expect(
            result.output == """
                [{"expected":"OPEN","field":"state","file":"bad.json","got":"CLOSED","id":"bad","passed":false,"step":2},\
                {"expected":null,"field":null,"file":"good.json","got":null,"id":"good","passed":true,"step":null}]

                """
        )
        #expect(result.errors == "smctl: x.json:1:1: trace: a number is not an object: write {…}\n")
        #expect(result.status == 65)
        #expect(try await Self.run([("x.json", "7")], "--format", "json").output == "[]\n")
    }

    @Test func `--format jsonl prints an object a line`() async throws {
        let result = try await Self.run([Self.good, Self.bad], "--format", "jsonl")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains(#""id":"good","passed":true"#) == true)
        #expect(result.status == 1)
    }

    @Test func `--quiet leaves the summary out, and what is wrong in`() async throws {
        let result = try await Self.run([Self.good, Self.bad, ("x.json", "7")], "--quiet")
        #expect(result.output == "ok good\nFAILED bad step 2: state expected OPEN, got CLOSED\n")
        #expect(result.errors.hasPrefix("smctl: x.json:1:1: "))
        #expect(result.status == 65)
    }

    @Test func `colour is only where it is asked for`() async throws {
        let result = try await Self.run([Self.good, Self.bad], "--color", "always")
        #expect(
            result.output
                == "ok good\n\u{1B}[31mFAILED bad step 2: state expected OPEN, got CLOSED\u{1B}[0m\n1 passed, 1 failed\n"
        )
    }

    @Test func `a file that is not there ends with 65`() async throws {
        let result = try await Self.run([("gone.json", ""), Self.good])
        #expect(result.output == "ok good\n1 passed, 0 failed\n")
        #expect(result.errors.hasPrefix("smctl: gone.json: "))
        #expect(result.status == 65)
    }

    @Test func `no file at all is a wrong command line`() async throws {
        #expect(try await Self.run([]).status == 64)
    }

    @Test func `a wrong command line is quoted cut and escaped`() async throws {
        let name = String(repeating: "n", count: 10_000) + "\u{1B}[2J\u{202E}end"
        for options in [["--format", name], ["--" + name], ["--color=" + name]] {
            let smctl = try ChildProcess.built("smctl")
            let folder = FileManager.default.temporaryDirectory
            let result = try await ChildProcess(smctl, ["trace", "run", "x.json"] + options, folder: folder).end()
            #expect(result.status == 64)
            #expect(result.output == "")
            #expect(result.errors.hasPrefix("Error: "))
            #expect(result.errors.contains("\nUsage: smctl trace run "))
            #expect(result.errors.count < 3000)
            #expect(result.errors.contains(#"n\u{1B}[2J\u{202E}end"#))
            #expect(!result.errors.unicodeScalars.contains { ["\u{1B}", "\u{202E}"].contains($0) })
        }
    }

    @Test func `what a trace is called cannot steer the terminal`() async throws {
        let result = try await Self.run([("x.json", Self.trace(#"\u001b[2J\n"#, "").text)])
        #expect(result.output == "ok \\u{1B}[2J\\n\n1 passed, 0 failed\n")
    }

    @Test func `a file that is endless, a folder or missing is told as such, and the others still run`() async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let smctl = try ChildProcess.built("smctl")
        let files = ["/dev/zero", folder, "/nowhere.json"]
        let result = try await ChildProcess(smctl, ["trace", "run"] + files, folder: URL(fileURLWithPath: folder)).end()
        #expect(result.status == 65)
        #expect(result.output == "0 passed, 0 failed\n")
        #expect(
            result.errors == """
                smctl: /dev/zero: a trace has at most 64 MiB
                smctl: \(folder): cannot be read: Is a directory
                smctl: /nowhere.json: cannot be read: there is no such file

                """
        )
    }
}
