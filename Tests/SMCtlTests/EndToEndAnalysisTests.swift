import Foundation
import Testing

/// `smctl machine explain`, `paths`, `generate` and `render`, as a program.
@Suite struct EndToEndAnalysisTests {
    private static let machine = """
        machine: door
        initial: shut
        states:
          house: { entry: light, on: { fault: shut } }
          shut: { exit: creak, on: { push: { to: open, if: { all: [free, { not: stuck }] }, do: swing } }, reject: pull }
          open: { parent: house, on: { pull: shut, push: { stay: true } } }
        """

    private func smctl(_ command: String, _ rest: String..., machine: String = machine) async throws
        -> ChildProcess.Result
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("analyse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("m.yaml")
        try Data(machine.utf8).write(to: file)
        var result = try await ChildProcess(
            try ChildProcess.built("smctl"),
            ["machine", command, file.path] + rest,
            folder: folder
        )
        .end()
        result.errors = result.errors.replacingOccurrences(of: folder.path + "/", with: "")
        return result
    }

    @Test func `explains a pair in words and as JSON`() async throws {
        let words = try await smctl("explain", "shut", "push")
        #expect(
            words.output == """
                shut, on push:
                1. shut if free and not stuck: moves to open
                   - leaves shut: runs creak
                   - runs swing
                   - commits open
                   - enters house: runs light
                   - enters open
                If none of them answers: the event is rejected.

                """
        )
        let json = try await smctl("explain", "shut", "pull", "--format", "json")
        #expect(
            json.output == """
                {"answers":[{"do":[],"enters":[],"exits":[],"if":null,"kind":"reject","owner":"shut","raise":[],\
                "timers":[],"to":"shut"}],"event":"pull","otherwise":null,"state":"shut","then":[]}

                """
        )
    }

    @Test func `a state or an event that is not there ends with 2`() async throws {
        let state = try await smctl("explain", "ajar", "push")
        #expect(state.status == 2)
        #expect(state.errors == "smctl: door has no state ajar; it has house, shut, open\n")
        let event = try await smctl("explain", "shut", "kick")
        #expect(event.status == 2)
        #expect(event.errors == "smctl: door has no event kick; it has push, pull\n")
    }

    @Test func `a long name that is not there is cut and escaped`() async throws {
        let name = String(repeating: "n", count: 10_000) + "\u{1B}[2J\u{202E}end"
        for arguments in [[name, "push"], ["shut", name]] {
            let result = try await smctl("explain", arguments[0], arguments[1])
            #expect(result.status == 2)
            #expect(result.errors.count < 300)
            #expect(result.errors.contains(#"n\u{1B}[2J\u{202E}end; it has"#))
        }
    }

    @Test func `finds paths and a tour`() async throws {
        let result = try await smctl("paths", "--all-transitions")
        #expect(
            result.output == """
                shut: (start)
                open: (start) → push [free, not stuck]
                house: never current
                run 1: (start) → push [free, not stuck] → push → pull

                """
        )
        #expect(result.status == 0)
    }

    @Test func `writes source, and refuses a machine that needs a loop`() async throws {
        let result = try await smctl("generate", "--type", "Gate")
        #expect(result.status == 0)
        #expect(result.output.contains("\nstruct Gate {\n"))
        let late = "machine: m\ninitial: a\nstates: {a: {timeout: {after: 1s, fires: t}, on: {t: {stay: true}}}}\n"
        let refused = try await smctl("generate", machine: late)
        #expect(refused.status == 1)
        #expect(refused.errors == "smctl: m.yaml: a has a timeout: that needs a loop, and the source has none\n")
        #expect(try await smctl("generate", "--type", "1", machine: late).status == 64)
    }

    @Test(arguments: ["mermaid", "dot", "table", "json"]) func `renders each form`(form: String) async throws {
        let result = try await smctl("render", "--as", form)
        #expect(result.status == 0)
        for name in ["house", "shut", "open"] { #expect(result.output.contains(name)) }
        #expect(try await smctl("render", "--as", form, machine: "machine: m\n").status == 1)
    }
}
