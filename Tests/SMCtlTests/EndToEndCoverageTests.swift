import Foundation
import Testing

/// `smctl machine run --coverage` and `render --coverage`, as a program.
@Suite struct EndToEndCoverageTests {
    private static let machine = """
        machine: door
        version: 2
        initial: shut
        states:
          shut: { timeout: { after: 1s, fires: push }, on: { push: { to: open, if: free } } }
          open: { on: { pull: shut, push: { stay: true } } }
        """

    /// A folder with the machine, and with what the commands leave.
    private struct Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("coverage-\(UUID().uuidString)")

        init() throws {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try write(machine, to: "m.yaml")
        }

        func remove() { try? FileManager.default.removeItem(at: url) }

        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: url.appendingPathComponent(name))
        }

        func text(_ name: String) -> String? {
            try? String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
        }

        func smctl(_ arguments: String..., environment: [String: String] = [:]) async throws -> ChildProcess.Result {
            let paths = arguments.map { $0.contains(".") ? url.appendingPathComponent($0).path : $0 }
            let smctl = try ChildProcess.built("smctl")
            let child = try ChildProcess(smctl, ["machine"] + paths, environment: environment, folder: url)
            var result = await child.end()
            result.errors = result.errors.replacingOccurrences(of: url.path + "/", with: "")
            return result
        }

        func run(_ events: String, environment: [String: String] = [:]) async throws -> ChildProcess.Result {
            try write(events, to: "e.jsonl")
            return try await smctl(
                "run",
                "m.yaml",
                "--events",
                "e.jsonl",
                "--coverage",
                "c.json",
                environment: environment
            )
        }
    }

    @Test func `runs add up, and the renderings show them`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let first = try await folder.run("{\"fire\":\"push\"}\n")
        #expect(first.status == 0 && first.errors == "")
        let shut =
            #"{"always":[],"false":[],"machine":"door","pairs":{"shut":["push"]},"timeouts":[],"true":["free"],"version":2}"#
        #expect(folder.text("c.json") == shut + "\n")
        let second = try await folder.run("{\"guard\":\"free\",\"value\":false}\n{\"advance\":\"1s\"}\n")
        #expect(second.status == 0)
        #expect(
            folder.text("c.json")
                == #"{"always":[],"false":["free"],"machine":"door","pairs":{"shut":["push"]},"timeouts":["shut"],"#
                + "\"true\":[\"free\"],\"version\":2}\n"
        )
        let table = try await folder.smctl("render", "m.yaml", "--as", "table", "--coverage", "c.json")
        #expect(
            table.output == """
                | state \\ event | push | pull | *timeout* | *taken* |
                | --- | --- | --- | --- | --- |
                | shut | open if free ✓ | — | push after 1s ✓ | 2 of 2 |
                | open | stay ✗ | shut ✗ |  | 0 of 2 |

                pairs taken: 2 of 4
                guards seen both ways: 1 of 1
                never taken: open push, open pull

                """
        )
        let json = try await folder.smctl("render", "m.yaml", "--as", "json", "--coverage", "c.json")
        #expect(
            json.output == #"{"guards":{"taken":1,"total":1},"neverFalse":[],"neverTaken":[{"event":"push","#
                + #""kind":"event","state":"open"},{"event":"pull","kind":"event","state":"open"}],"neverTrue":[],"#
                + "\"pairs\":{\"taken\":2,\"total\":4}}\n"
        )
        let dot = try await folder.smctl("render", "m.yaml", "--as", "dot", "--coverage", "c.json")
        #expect(dot.output.contains("penwidth=2"))
        let mermaid = try await folder.smctl("render", "m.yaml", "--coverage", "c.json")
        #expect(mermaid.output.contains("class open noneTaken"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count { $0.hasPrefix("c.json") } == 1
        )
    }

    @Test func `runs that end at once lose nothing`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("{\"fire\":\"push\"}\n", to: "push.jsonl")
        try folder.write("{\"fire\":\"push\"}\n{\"fire\":\"pull\"}\n", to: "pull.jsonl")
        try folder.write("{\"fire\":\"push\"}\n{\"fire\":\"push\"}\n", to: "twice.jsonl")
        try await withThrowingTaskGroup { group in
            for events in ["push.jsonl", "pull.jsonl", "twice.jsonl"] {
                group.addTask {
                    let result = try await folder.smctl("run", "m.yaml", "--events", events, "--coverage", "c.json")
                    #expect(result.status == 0, "\(result.errors)")
                }
            }
            try await group.waitForAll()
        }
        #expect(folder.text("c.json")?.contains(#""pairs":{"open":["pull","push"],"shut":["push"]}"#) == true)
    }

    @Test(arguments: [
        #"{"always":[],"false":[],"machine":"gate","pairs":{},"timeouts":[],"true":[],"version":2}"#,
        #"{"always":[],"false":[],"machine":"door","pairs":{},"timeouts":[],"true":[],"version":3}"#,
        #"{"always":[],"false":[],"machine":"door","pairs":{"open":["kick"]},"timeouts":[],"true":[],"version":2}"#,
        #"{"machine":"door","machine":"door"}"#, "\u{1B}[31m", "", "[]",
    ])
    func `a file of another machine, or none at all, is one line and 65, and stays as it is`(text: String) async throws
    {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write(text, to: "c.json")
        let run = try await folder.run("{\"fire\":\"push\"}\n")
        let render = try await folder.smctl("render", "m.yaml", "--coverage", "c.json")
        for result in [run, render] {
            #expect(result.status == 65)
            #expect(result.output == "")
            #expect(result.errors.hasPrefix("smctl: c.json: ") && result.errors.count { $0 == "\n" } == 1)
            #expect(!result.errors.contains("\u{1B}"))
        }
        #expect(folder.text("c.json") == text)
        let missing = try await folder.smctl("render", "m.yaml", "--coverage", "none.json")
        #expect(missing.status == 65)
    }

    @Test(
        arguments: [
            #"{"N":1}"#, #"{"N":1,"N":1}"#, #"{"machine":"N","version":2,R,"pairs":{}}"#,
            #"{"machine":"door","version":2,R,"pairs":{"N":[]}}"#, #"{"machine":"door","version":2,R,"pairs":{"N":1}}"#,
            #"{"machine":"door","version":2,R,"pairs":{"N":[1]}}"#,
            #"{"machine":"door","version":2,R,"pairs":{"shut":["N","N"]}}"#,
            #"{"machine":"door","version":2,R,"pairs":{"shut":["N"]}}"#,
            #"{"machine":"door","version":2,R,"pairs":{},"N":[]}"#,
            #"{"machine":"door","version":2,"pairs":{},"always":["N"],"timeouts":[],"true":[],"false":[]}"#,
            #"{"machine":"door","version":2,"pairs":{},"always":[],"timeouts":["N"],"true":[],"false":[]}"#,
            #"{"machine":"door","version":2,"pairs":{},"always":[],"timeouts":[],"true":["N"],"false":[]}"#,
        ]
    )
    func `names in a coverage are cut and escaped in errors`(text: String) async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let name = String(repeating: "n", count: 10_000) + #"\u001b[2J\u202eend"#
        let rest = #""always":[],"timeouts":[],"true":[],"false":[]"#
        try folder.write(
            text.replacingOccurrences(of: "R", with: rest).replacingOccurrences(of: "N", with: name),
            to: "c.json"
        )
        for result in [
            try await folder.run("{\"fire\":\"push\"}\n"),
            try await folder.smctl("render", "m.yaml", "--coverage", "c.json"),
        ] {
            #expect(result.status == 65)
            #expect(result.errors.hasPrefix("smctl: c.json:"))
            #expect(result.errors.count < 400)
            #expect(!result.errors.unicodeScalars.contains { ["\u{1B}", "\u{202E}"].contains($0) })
            #expect(result.errors.count { $0 == "\n" } == 1)
        }
    }

    @Test func `a coverage behind a link is added to where it is, and stays as private as it was`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let (link, real) = (folder.url.appendingPathComponent("c.json"), folder.url.appendingPathComponent("real.json"))
        try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "real.json")
        for mode in [nil, 0o600] {
            if let mode {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: real.path)
            }
            let run = try await folder.run("{\"fire\":\"push\"}\n")
            #expect(run.status == 0 && run.errors == "")
            #expect(folder.text("real.json")?.contains(#""pairs":{"shut":["push"]}"#) == true)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == "real.json")
        }
        #expect(try FileManager.default.attributesOfItem(atPath: real.path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func `what cannot be marked is printed all the same`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("{\"fire\":\"push\"}\n", to: "e.jsonl")
        let lost = try await folder.smctl("run", "m.yaml", "--events", "e.jsonl", "--coverage", "gone/c.json")
        #expect(lost.status == 65)
        #expect(lost.errors == "smctl: gone/c.json: cannot be written\n")
        #expect(lost.output.contains("\"outcome\":\"moved\""))
    }

    @Test func `a pipe is no coverage to add to, and nobody waits for it`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try #require(unsafe mkfifo(folder.url.appendingPathComponent("c.json").path, 0o600) == 0)
        let run = try await folder.run("{\"fire\":\"push\"}\n")
        #expect(run.status == 65 && run.output == "")
        #expect(run.errors == "smctl: c.json: it is no file that can be added to\n")
    }

    @Test func `DEBUG_EVENT_TRACE writes a line a step to standard error`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let script = "{\"fire\":\"push\",\"token\":\"a b\"}\n{\"fire\":\"pull\"}\n{\"advance\":\"1s\"}\n"
        let traced = try await folder.run(script, environment: ["DEBUG_EVENT_TRACE": "true"])
        let lines = traced.errors.split(separator: "\n").map { $0.split(separator: " duration=")[0] }
        #expect(
            lines == [
                "machine=door id=- sequence=0 cause=start event=- token=- guards=- from=shut to=shut outcome=stayed",
                "machine=door id=- sequence=1 cause=event event=push token=\"a b\" guards=free:true from=shut to=open "
                    + "outcome=moved",
                "machine=door id=- sequence=2 cause=event event=pull token=- guards=- from=open to=shut outcome=moved",
                "machine=door id=- sequence=3 cause=timeout event=push token=- guards=free:true from=shut to=open "
                    + "outcome=moved",
            ]
        )
        let quiet = try await folder.run(script, environment: ["DEBUG_EVENT_TRACE": "1"])
        #expect(quiet.errors == "")
        #expect(quiet.output == traced.output)
    }
}
