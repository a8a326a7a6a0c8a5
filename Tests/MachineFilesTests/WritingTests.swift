@testable import MachineFiles
import ResilienceTestKit
import StateMachines
import Testing

@Suite struct WritingTests {
    @Test func `YAML is written with the outer mappings over several lines`() throws {
        let text = """
            machine: lamp
            version: 2
            initial: off
            events: [press, later, tick]
            guards: dark
            actions: [click, note]
            invariants: [whole]
            unhandled: ignore
            states:
              off:
                on:
                  press: on
              on:
                parent: lit
                timeout:
                  after: 90s
                  fires: tick
                on:
                  press: [{ to: off, if: { all: [dark, { not: dark }] }, do: click, raise: later }, { stay: true }]
                  tick: { reenter: true, do: [click, note] }
                always: { to: off, if: dark }
                ignore: later
              lit: {}
            migrate:
              from: 1
              states:
                dim: on
              unmappable: [x, y]

            """
        let document =
            text.replacing("    always: { to: off, if: dark }\n", with: "    always:\n      to: off\n      if: dark\n")
            .replacing("[whole]", with: "whole")
        let definition = try #require(decoded(text))
        #expect(MachineFile.write(definition) == document)
        #expect(decoded(document) == definition)
    }

    @Test func `JSON is JSON`() throws {
        let definition = try #require(
            decoded("{machine: m, initial: a, states: {a: {rank: 7, final: true, ignore: [x, y]}, b: }}")
        )
        #expect(
            MachineFile.write(definition, as: .json) == """
                {
                  "machine": "m",
                  "version": 1,
                  "initial": "a",
                  "events": ["x", "y"],
                  "states": {
                    "a": {
                      "rank": 7,
                      "final": true,
                      "ignore": ["x", "y"]
                    },
                    "b": {}
                  }
                }

                """
        )
    }

    @Test(arguments: Sample.all, MachineFile.Format.allCases)
    func `a sample survives being written`(_ sample: Sample, _ format: MachineFile.Format) throws {
        guard let definition = MachineFile(bytes: sample.bytes).definition else { return }
        let text = MachineFile.write(definition, as: format)
        #expect(try MachineFile(text).checked() == definition, "\(text)")
        #expect(try definition.matches(text))
    }

    @Test(arguments: MachineFile.Format.allCases)
    func `any definition of the right form survives being written`(_ format: MachineFile.Format) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var maker = RandomDefinition(random: SeededGenerator(seed: seed))
        for _ in 0..<150 {
            let sound = maker.soundDefinition()
            let soundText = MachineFile.write(sound, as: format)
            #expect(MachineFile(soundText).definition == sound, "seed \(seed)\n\(soundText)")
            let any = maker.definition()
            let text = MachineFile.write(any, as: format)
            #expect(decoded(text) == any, "seed \(seed)\n\(text)")
            let file = MachineFile(text)
            #expect(file.definition == nil || file.definition == any, "seed \(seed)\n\(text)")
            #expect(file.findings.allSatisfy { $0.code.rawValue > "SM011" }, "seed \(seed)\n\(text)\n\(file.findings)")
            #expect(file.findings.map(\.code.rawValue).sorted() == any.findings.map(\.code.rawValue).sorted())
        }
    }

    @Test(arguments: MachineFile.Format.allCases)
    func `names that are none are quoted, and refused when read`(_ format: MachineFile.Format) {
        for name in ["", " ", "a: b", "\"\\", "- x", "\u{1}\u{7F}\u{85}\u{2028}\u{FEFF}", "#", "😀", "a\nb", "\r\t"] {
            let definition = MachineDefinition(
                name: name,
                initial: "a",
                events: [],
                states: [StateDefinition(name: "a")]
            )
            let file = MachineFile(MachineFile.write(definition, as: format))
            #expect(file.findings.map { "\($0.code) \($0.position.line)" } == ["SM005 \(format == .json ? 2 : 1)"])
        }
    }

    @Test func `documents match whatever the order of keys and states`() throws {
        let definition = try MachineFile(
            """
            machine: m
            initial: a
            states:
              a: { on: { x: [ { to: b, if: g, do: [p, q] }, b ], y: b }, ignore: [v, w] }
              b: { on: { z: a } }
            migrate: [ { from: 1, states: { o: a, p: b } }, { from: 2 } ]
            """
        )
        .checked()
        let other = """
            {"migrate": [{"from": 2}, {"states": {"p": "b", "o": "a"}, "from": 1}],
             "events": ["z", "y", "x", "w", "v"], "actions": ["q", "p"], "guards": "g", "version": 1,
             "states": {"b": {"on": {"z": {"to": "a"}}},
                        "a": {"ignore": ["w", "v"], "on": {"y": "b", "x": [{"do": ["p", "q"], "if": "g", "to": "b"}, "b"]}}},
             "initial": "a", "machine": "m"}
            """
        #expect(try definition.matches(other))
        #expect(try !definition.matches(other.replacing("\"p\", \"q\"", with: "\"q\", \"p\"")))
        #expect(try !definition.matches(other.replacing("\"version\": 1", with: "\"version\": 2")))
        #expect(try !definition.matches(other.replacing("\"initial\": \"a\"", with: "\"initial\": \"b\"")))
        #expect(try !definition.matches(other.replacing("\"y\": \"b\", ", with: "")))
        #expect(throws: MachineFileError.self) { try definition.matches("machine: m") }
    }

    @Test func `the order of rules matters`() throws {
        let text = "machine: m\ninitial: a\nstates: {a: {on: {x: [{to: b, if: g}, {stay: true, if: {not: g}}]}}, b: }"
        let turned = "machine: m\ninitial: a\nstates: {a: {on: {x: [{stay: true, if: {not: g}}, {to: b, if: g}]}}, b: }"
        #expect(try !MachineFile(text).checked().matches(turned))
    }

    /// What a document of the right form becomes, whatever it means.
    private func decoded(_ text: String) -> MachineDefinition? {
        guard let root = try? DocumentReader.read(Array(text.utf8)) else { return nil }
        var decoder = MachineDecoder()
        let definition = decoder.machine(root)
        return decoder.problems.isEmpty ? definition : nil
    }
}
