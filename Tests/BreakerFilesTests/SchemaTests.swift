import CircuitBreakers
import MachineFiles
import ResilienceTestKit
import SchemaTestSupport
import Testing

@testable import BreakerFiles

struct SchemaTests {
    private let check: SchemaCheck

    init() throws {
        check = SchemaCheck(root: try JSON(BreakerFile.schema))
    }

    @Test func `a random configuration reads as it was meant, and fits the schema`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var maker = RandomConfiguration(random: SeededGenerator(seed: seed))
        for _ in 0..<200 {
            let (configuration, text) = maker.next()
            #expect(configuration.findings.isEmpty, "seed \(seed) \(configuration)")
            let json = "{\"breakers\": {\"a\": \(text)}}"
            let yaml = "breakers:\n  a: \(text.replacing("\"", with: ""))\n"
            for document in [json, yaml] {
                let file = try BreakerFile(document).checked()
                #expect(try file.resolved(breaker: "a") == configuration, "seed \(seed) \(document)")
            }
            #expect(try check.accepts(JSON(json)), "seed \(seed) \(json)")
        }
    }

    @Test func `the schema knows the keys, no more and no less`() throws {
        let definitions = try #require(check.root.members?["$defs"]?.members)
        func keys(_ schema: JSON?) -> [String] { schema?.members?["properties"]?.members?.keys.sorted() ?? [] }
        func layer(_ name: String) -> [String] { keys(definitions[name]?.members?["oneOf"]?.items?.last) }
        let all = CircuitBreaker.Configuration.Changes.keys
        #expect(keys(check.root) == BreakerDecoder.keys.sorted())
        #expect(layer("defaults") == all.sorted())
        #expect(layer("configuration") == (all + ["extends"]).sorted())
        #expect(layer("breaker") == (all + ["configuration"]).sorted())
        let windows = definitions["windowKey"]?.members?["oneOf"]?.items ?? []
        #expect(Set(windows.flatMap(keys)) == Set(CircuitBreaker.Configuration.Changes.windowKeys))
    }

    /// What only the whole can say.
    private static let meaning: Set<String> = ["incomplete", "notDivisible", "unknownConfiguration"]

    @Test func `the schema and the loader refuse the same forms`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let keys = CircuitBreaker.Configuration.Changes.keys + ["extends", "configuration", "openSeconds"]
        let values = [
            "0", "1", "5", "-1", "-0", "05", "1.5", "1.2345", "10", "10.0", "10.001", "0.9", "5000", "5001", "10000",
            "10001",
            "1000000000", "1000000001", "1000000000000", "1000000000001", "1e3", "null", "x", "'5'", "''", "[1]", "{}",
            "CLOSED", "OPEN", "FORCED_OPEN", "{kind: count, size: 5}", "{kind: count, size: 0}", "{kind: count}",
            "{kind: count, size: 1048577}", "{kind: time, ms: 10, buckets: 5}", "{kind: time, ms: 10, buckets: 1025}",
            "{kind: time, ms: 10, buckets: 5, size: 5}", "{size: 5}", "{kind: rate, size: 5}", "99999999999999999999",
        ]
        var counts = [true: 0, false: 0]
        for _ in 0..<4000 {
            let part =
                ["defaults: ", "configurations: {a: {}, b: ", "breakers: {b: "].randomElement(using: &random) ?? ""
            let key = keys.randomElement(using: &random) ?? ""
            let value = values.randomElement(using: &random) ?? ""
            let text = "\(part){\(key): \(value)}\(part.contains("{") ? "}" : "")\n"
            // Only a value that has to fit another one, a default, is let through by the schema.
            let file = BreakerFile(text)
            let isRelative =
                file.findings.allSatisfy { finding in
                    Self.meaning.contains(finding.code.description)
                        || ["is less than", "is more than", "concurrentProbes: "]
                            .contains { finding.message.contains($0) }
                            && finding.code == .outOfRange && !finding.message.contains("concurrentProbes: 0")
                            && !finding.message.contains("concurrentProbes: 10001")
                            && !finding.message.contains("concurrentProbes: 100000")
                            && !finding.message.contains("concurrentProbes: -")
                }
            let root = try DocumentReader.read(DocumentReader.decoded(Array(text.utf8)))
            let document = try #require(JSON(root))
            counts[isRelative, default: 0] += 1
            #expect(try check.accepts(document) == isRelative, "seed \(seed) \(text) \(file.findings)")
        }
        print("fine and not: \(counts)")
        #expect(counts[true, default: 0] > 300)
        #expect(counts[false, default: 0] > 300)
    }
}
