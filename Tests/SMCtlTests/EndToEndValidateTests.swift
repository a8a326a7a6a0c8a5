import Foundation
import Testing

/// `smctl machine validate`, as a program.
@Suite struct EndToEndValidateTests {
    private static let good = "machine: m\ninitial: a\nstates: {a: {on: {x: b}}, b: {on: {x: a}}}\n"
    private static let doubtful = "machine: m\ninitial: a\nstates:\n  a: {}\n  b: {}\n"
    private static let wrong = "machine: m\ninitial: b\nstates: {a: }\nextra: \"\\e[2J\"\n\"\\e[2J\": 1\n"
    private static let unreadable = "machine: [\n"

    /// Runs `smctl machine validate` in a folder with the files named.
    private func validate(_ arguments: String..., files: [String: String]) async throws -> ChildProcess.Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("validate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        let paths = arguments.map { files[$0] == nil ? $0 : folder.appendingPathComponent($0).path }
        var result = try await ChildProcess(
            try ChildProcess.built("smctl"),
            ["machine", "validate"] + paths,
            folder: folder
        )
        .end()
        result.output = result.output.replacingOccurrences(of: folder.path + "/", with: "")
        return result
    }

    @Test func `a file without findings ends with 0 and prints no data`() async throws {
        let result = try await validate("good.yaml", files: ["good.yaml": Self.good])
        #expect(result.status == 0)
        #expect(result.output == "")
        #expect(result.errors == "smctl: 0 errors, 0 warnings in 1 file\n")
        let quiet = try await validate("--quiet", "good.yaml", files: ["good.yaml": Self.good])
        #expect(quiet.errors == "")
    }

    @Test func `errors are printed as compilers do and end with 1`() async throws {
        let result = try await validate("bad.yaml", files: ["bad.yaml": Self.wrong])
        #expect(result.status == 1)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "bad.yaml:2:10: error: there is no state b: correct the name or add it to states [SM007]")
        #expect(lines[1].hasPrefix("bad.yaml:4:1: error: unknown key extra in a machine: "))
        #expect(lines[2].hasPrefix("bad.yaml:5:1: error: unknown key \"\\u{1B}[2J\" in a machine: "))
        #expect(!result.output.contains("\u{1B}"))
        #expect(result.errors == "smctl: 3 errors, 0 warnings in 1 file\n")
    }

    @Test func `a warning ends with 0, and with 1 under --strict`() async throws {
        let result = try await validate("b.yaml", files: ["b.yaml": Self.doubtful])
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("b.yaml:5:3: warning: "))
        #expect(result.output.hasSuffix(" [SM101]\n"))
        #expect(try await validate("--strict", "b.yaml", files: ["b.yaml": Self.doubtful]).status == 1)
        #expect(try await validate("--strict", "g.yaml", files: ["g.yaml": Self.good]).status == 0)
    }

    @Test func `an unreadable file ends with 65, whatever the others say`() async throws {
        let files = ["a.yaml": Self.wrong, "b.yaml": Self.unreadable, "c.yaml": Self.good]
        let result = try await validate("a.yaml", "b.yaml", "c.yaml", files: files)
        #expect(result.status == 65)
        #expect(result.output.contains("\nb.yaml:2:1: error: "))
        #expect(result.output.hasSuffix(" [SM001]\n"))
        let missing = try await validate("nowhere.yaml", files: [:])
        #expect(missing.status == 65)
        #expect(missing.output.hasPrefix("nowhere.yaml:1:1: error: the file cannot be read: "))
        #expect(try await validate("/dev/zero", files: [:]).status == 65)
    }

    @Test func `findings come as JSON in the order of the files`() async throws {
        let files = ["a.yaml": "- x", "b.json": "{\"machine\":\"m\",\"initial\":\"\u{1F600}\",\"states\":{\"a\":{}}}"]
        let lines = try await validate("b.json", "a.yaml", "--format", "jsonl", files: files)
        #expect(lines.status == 65)
        let start = #"{"code":"SM005","column":16,"file":"b.json","line":1,"message":"\"😀\" is not a name"#
        #expect(lines.output.hasPrefix(start), "\(lines.output)")
        let parts = lines.output.split(separator: "\n")
        #expect(parts.count == 2)
        #expect(parts[1].hasPrefix(#"{"code":"SM001","column":1,"file":"a.yaml","line":1,"message":""#))
        #expect(parts[1].hasSuffix(#"","severity":"error"}"#))
        let array = try await validate("b.json", "a.yaml", "--format", "json", files: files)
        #expect(array.output == "[" + parts.joined(separator: ",") + "]\n")
        #expect(array.errors == "")
        #expect(try await validate("g.yaml", "--format", "json", files: ["g.yaml": Self.good]).output == "[]\n")
        #expect(try await validate("g.yaml", "--format", "jsonl", files: ["g.yaml": Self.good]).output == "")
    }

    @Test func `colour is only where it is asked for`() async throws {
        let result = try await validate("b.yaml", "--color", "always", files: ["b.yaml": Self.doubtful])
        #expect(result.output.contains(": \u{1B}[33mwarning\u{1B}[0m: "))
    }

    @Test func `no file is a wrong command line`() async throws {
        #expect(try await validate(files: [:]).status == 64)
    }
}
