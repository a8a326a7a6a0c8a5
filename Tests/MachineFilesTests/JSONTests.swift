import Foundation
import ResilienceTestKit
import StateMachines
import Testing

@testable import MachineFiles

/// JSON that is YAML, and JSON that is not.
@Suite struct JSONTests {
    private static let small = "{machine: a, initial: a, states: {a: }}"

    @Test(arguments: [
        "{\"machine\"\n:\n\"a\"\n,\"initial\":\"a\",\"states\":{\"a\":{}}}\n",
        "\t{\t\"machine\":\"\\u0061\",\"initial\":\"\\u0061\",\r\n\"states\":{\"a\":{}},\"events\":[]}",
    ])
    func `JSON that YAML would not take is read`(_ text: String) throws {
        #expect(try MachineFile(text).checked() == MachineFile(Self.small).checked())
    }

    @Test(arguments: [
        FileCase("a surrogate pair", #"{"machine":"\ud83d\uDE00","initial":"a","states":{"a":{}}}"#, "SM005 1:2"),
        FileCase("a control", "{\"machine\":\"\u{7F}\",\"initial\":\"a\",\"states\":{\"a\":{}}}", "SM005 1:2"),
        FileCase("escapes", #"{"machine":"\b\f\n\r\t\"\\\/","initial":"a","states":{"a":{}}}"#, "SM005 1:2"),
        FileCase(
            "a long key",
            "{\"machine\":\"a\",\"initial\":\"a\",\"states\":{\"a\":{}},\"\(String(repeating: "é", count: 2000))\":1,\"y\":2}",
            "SM002 1:48",
            "SM002 1:2053"
        ),
        FileCase("null is a text", #"{"machine":"a","initial":"a","states":{"a":null}}"#, "SM005 1:40"),
        FileCase("a key twice", #"{"machine":"a","machine":"a"}"#, "SM003 1:2"),
        FileCase("an escaped key twice", #"{"machine":"a","m\u0061chine":"a"}"#, "SM003 1:2"),
        FileCase("a version", #"{"version":1e2,"machine":"a","initial":"a","states":{"a":{}}}"#, "SM005 1:2"),
        FileCase("half a surrogate pair", #"{"machine":"\ud83d"}"#, "SM001 1:15"),
        FileCase("a comment", "{\"machine\":\"a\", # no JSON\n\"initial\":\"a\",\"states\":{\"a\":{}},}"),
        FileCase("two objects", "{}\n{}", "SM001 2:1"),
        FileCase("no end", "{\"machine\":{", "SM001 1:13"),
    ])
    func `findings in JSON`(_ file: FileCase) { file.check() }

    @Test(arguments: ["-0", "0", "10", "-1.5", "1e5", "1E-5", "0.0e+0", "true", "false", "null"])
    func `a number is read as text`(_ word: String) throws {
        let items = try #require(JSONReader.items("{\"a\":\(word)}".utf8))
        guard case .text(let text) = items[2].event else {
            Issue.record("no text")
            return
        }
        #expect(text == word)
    }

    @Test(arguments: [
        "01", "+1", "1.", ".5", "1e", "--1", "0x1", "True", "", "nul", "{\"a\":1,}", "[1,]", "\"\\x\"", "\"\\u12G4\"",
        "\"\\ud800\\u0041\"", "\"a", "\"\t\"", "1 2", "}", "[1}", "'a'", "1:2",
    ])
    func `what is no JSON is not taken for it`(_ value: String) {
        #expect(JSONReader.items("{\"a\":\(value)}".utf8) == nil)
    }

    /// What JSON and YAML both read they read alike, places included.
    @Test func `JSON is read as YAML reads it`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var maker = RandomDefinition(random: SeededGenerator(seed: seed))
        for _ in 0..<100 {
            let text = MachineFile.write(maker.definition(), as: .json)
            let items = try #require(JSONReader.items(text.utf8))
            var stream = try YAMLEventStream(Array(text.utf8))
            _ = try stream.next()
            for item in items {
                let other = try stream.next()
                #expect("\(item.event)" == "\(other.event)")
                #expect(item.offset == other.offset)
            }
        }
    }

    /// Whatever Foundation takes for an object we do, too, and the other way round.
    @Test func `JSON is what others take for JSON`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let samples = Sample.all.compactMap { MachineFile(bytes: $0.bytes).definition }
            .map { Array(MachineFile.write($0, as: .json).utf8) }
        var fine = 0
        for _ in 0..<1500 {
            let bytes = MutationTests.damaged(samples.randomElement(using: &random) ?? [], samples, &random)
            // Foundation repairs what is not UTF-8, and takes a byte order mark and a comma too many.
            guard let text = try? DocumentReader.decoded(bytes), text.count == bytes.count else { continue }
            guard !String(decoding: bytes, as: UTF8.self).contains(/,\s*[}\]]/) else { continue }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes))) is [String: Any]
            let ours = JSONReader.items(bytes) != nil
            #expect(ours == theirs, "seed \(seed)\n\(String(decoding: bytes, as: UTF8.self))")
            fine += ours ? 1 : 0
        }
        #expect(fine > 100)
    }
}
