import ResilienceTestKit
import SchemaTestSupport
import StateMachines
import Testing

@testable import MachineFiles

@Suite struct SchemaTests {
    private let check: SchemaCheck

    init() throws {
        check = SchemaCheck(root: try JSON(MachineFile.schema))
    }

    @Test func `the schema knows the vocabulary, no more and no less`() throws {
        let top = try #require(check.root.members)
        let definitions = try #require(top["$defs"]?.members)
        func keys(_ schema: JSON?) -> [String] { schema?.members?["properties"]?.members?.keys.sorted() ?? [] }
        func part(_ name: String) -> JSON? { definitions[name]?.members?["oneOf"]?.items?.last }
        #expect(top["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
        #expect(keys(check.root) == Vocabulary.machine.sorted())
        #expect(keys(part("state")) == Vocabulary.state.sorted())
        #expect(keys(part("rule")) == Vocabulary.rule.sorted())
        #expect(keys(part("condition")) == Vocabulary.condition.sorted())
        #expect(keys(definitions["migration"]) == Vocabulary.migration.sorted())
        let timeout = part("state")?.members?["properties"]?.members?["timeout"]
        #expect(keys(timeout) == Vocabulary.timeout.sorted())
    }

    @Test func `what is written fits the schema`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var maker = RandomDefinition(random: SeededGenerator(seed: seed))
        for _ in 0..<80 {
            let text = MachineFile.write(maker.definition(), as: .json)
            #expect(try check.accepts(JSON(text)), "seed \(seed)\n\(text)")
        }
    }

    @Test func `the schema and the loader refuse the same forms`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let samples = Sample.all.map(\.bytes)
        var counts = [true: 0, false: 0]
        for number in 0..<800 {
            let source = number < samples.count ? samples[number] : samples.randomElement(using: &random) ?? []
            let bytes = number < samples.count ? source : MutationTests.damaged(source, samples, &random)
            guard let root = try? DocumentReader.read(DocumentReader.decoded(bytes)), root.repeatedKeys.isEmpty,
                let value = JSON(root)
            else { continue }
            var decoder = MachineDecoder()
            _ = decoder.machine(root)
            let unknownToSchema = ["time of a timeout", "both mapped"]
            guard
                !decoder.problems.contains(where: { problem in unknownToSchema.contains { problem.message.contains($0) }
                })
            else { continue }
            let isFine = decoder.problems.isEmpty
            counts[isFine, default: 0] += 1
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(try check.accepts(value) == isFine, "seed \(seed)\n\(text)\n\(decoder.problems)")
        }
        print("fine and not: \(counts)")
        #expect(counts[true, default: 0] > 100)
        #expect(counts[false, default: 0] > 100)
    }

    @Test(arguments: [
        (#"{"machine":"m","initial":"a","states":{"a":{"rank":255,"final":true}},"version":65535}"#, true),
        (#"{"machine":"m","initial":"a","states":{"a":{"rank":256}}}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":{"rank":1.5}}}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":{"final":1}}}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":null},"version":-1}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":null},"version":65536}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":null},"version":"65536"}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":null},"version":"65535"}"#, true),
        (#"{"machine":"m","initial":"a","states":{"a":{"on":{"x":{"stay":true,"to":"a"}}}}}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":{"on":{"x":{"stay":false}}}}}"#, false),
        (#"{"machine":"m","initial":"a","states":{"a":{"on":{"x":{"stay":true}}}}}"#, true),
        (#"{"machine":"m","initial":"a","states":{"a":{"on":{"x":[]}}}}"#, false),
        (#"{"machine":"m","initial":"a","states":{}}"#, false),
        (#"{"machine":"m","initial":"a"}"#, false),
    ])
    func `numbers and truth values may stand as they are`(_ text: String, _ isFine: Bool) throws {
        #expect(try check.accepts(JSON(text)) == isFine)
        guard !text.contains("null") else { return }
        #expect((MachineFile(text).definition != nil) == isFine)
    }
}
