import Foundation
import Testing

/// `smctl machine run`, as a program.
@Suite struct EndToEndRunTests {
    private static let machine = """
        machine: door
        initial: shut
        states:
          shut: { timeout: { after: 1s, fires: push }, on: { push: { to: open, if: free } } }
          open: { on: { pull: shut } }
        """

    /// Runs a script through a machine.
    private func run(_ machine: String, _ events: String) async throws -> ChildProcess.Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(machine.utf8).write(to: folder.appendingPathComponent("m.yaml"))
        try Data(events.utf8).write(to: folder.appendingPathComponent("e.jsonl"))
        let path = { (name: String) in folder.appendingPathComponent(name).path }
        var result = try await ChildProcess(
            try ChildProcess.built("smctl"),
            ["machine", "run", path("m.yaml"), "--events", path("e.jsonl")],
            folder: folder
        )
        .end()
        result.errors = result.errors.replacingOccurrences(of: folder.path + "/", with: "")
        return result
    }

    @Test func `prints a line for each event`() async throws {
        let result = try await run(
            Self.machine,
            "{\"guard\":\"free\",\"value\":false}\n\n{\"fire\":\"push\"}\n{\"advance\":\"1s\"}\n"
        )
        #expect(result.errors == "")
        #expect(
            result.output == """
                {"life":"running","sequence":0,"state":"shut","trace":["enter:shut","arm:push@1s"]}
                {"outcome":"rejected","sequence":0,"state":"shut","trace":["guard:free=false"]}
                {"outcome":"rejected","sequence":0,"state":"shut","trace":["timeout:push","guard:free=false"]}

                """
        )
        #expect(result.status == 0)
    }

    @Test func `a wrong line ends with 65 before anything runs`() async throws {
        let result = try await run(Self.machine, "{\"fire\":\"push\"}\n{\"fire\":\"kick\"}\n{\"advance\":1}\n")
        #expect(result.output == "")
        #expect(
            result.errors == """
                e.jsonl:2: fire: there is no event "kick"
                e.jsonl:3: advance: a number is not a string

                """
        )
        #expect(result.status == 65)
    }

    @Test(
        arguments: [
            #"{"fire":"N"}"#, #"{"guard":"N","value":true}"#, #"{"fail":"N"}"#, #"{"heal":"N"}"#, #"{"advance":"N"}"#,
            #"{"drain":"N"}"#, #"{"fire":"push","N":1}"#, #"{"N":1,"N":2}"#, #"{"N":1}"#,
        ]
    )
    func `names in a script are cut and escaped in errors`(line: String) async throws {
        let name = "begin" + String(repeating: "n", count: 10_000) + #"\u001b[2J\u202eend"#
        let result = try await run(Self.machine, line.replacingOccurrences(of: "N", with: name))
        #expect(result.status == 65)
        #expect(result.errors.hasPrefix("e.jsonl:1:"))
        #expect(result.errors.count < 400)
        #expect(!result.errors.unicodeScalars.contains { ["\u{1B}", "\u{202E}"].contains($0) })
        if !line.hasPrefix(#"{"N":1}"#) { #expect(result.errors.contains(#"n\u{1B}[2J\u{202E}end""#)) }
    }

    @Test func `of very many wrong lines the first are told and the others counted`() async throws {
        let result = try await run(Self.machine, String(repeating: "x\n", count: 1500))
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 1001)
        #expect(lines.last == "e.jsonl: and 500 more")
        #expect(result.status == 65)
    }

    @Test func `a machine with errors ends with 1 and its findings on standard error`() async throws {
        let result = try await run("machine: m\ninitial: b\nstates: {a: }\n", "{\"fire\":\"kick\"}\n")
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("m.yaml:2:10: error: "))
        #expect(result.errors.hasSuffix(" [SM007]\n"))
        #expect(result.status == 1)
        let unreadable = try await run("machine: [", "")
        #expect(unreadable.errors.hasPrefix("m.yaml:1:"))
        #expect(unreadable.status == 65)
    }

    @Test func `a timer of a millisecond fires each millisecond`() async throws {
        let machine =
            "machine: m\ninitial: a\nstates: {a: {timeout: {after: 1ms, fires: t}, on: {t: {reenter: true}}}}\n"
        let result = try await run(machine, "{\"advance\":\"20s\"}\n")
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == 20_001)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func `output that cannot be written is said, and ends with 74`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("smctl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let machine = folder.appendingPathComponent("m.yaml")
        try Data("{machine: a, initial: b, states: {b: {}}}".utf8).write(to: machine)
        let arguments = ["-c", "exec \"$0\" machine render \"$1\" > /dev/full", try ChildProcess.built("smctl").path]
        let shell = try ChildProcess(URL(fileURLWithPath: "/bin/sh"), arguments + [machine.path], folder: folder)
        let result = await shell.end()
        #expect(result.status == 74)
        #expect(result.errors == "smctl: standard output cannot be written: No space left on device\n")
    }
}
