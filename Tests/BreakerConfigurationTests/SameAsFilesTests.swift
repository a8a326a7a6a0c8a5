import BreakerConfiguration
import BreakerFiles
import CircuitBreakers
import Configuration
import ResilienceTestKit
import SchemaTestSupport
import Testing

struct SameAsFilesTests {
    /// The scalars of a document by their keys.
    private static func values(_ json: JSON, below key: [String] = []) -> [AbsoluteConfigKey: ConfigValue] {
        let content: ConfigContent
        switch json {
        case .object(let members):
            return members.reduce(into: [:]) { $0.merge(values($1.value, below: key + [$1.key])) { $1 } }
        case .number(let number): content = Int(exactly: number).map { .int($0) } ?? .double(number)
        case .string(let text): content = .string(text)
        case .null, .bool, .array: return [:]
        }
        return [AbsoluteConfigKey(key): ConfigValue(content, isSecret: false)]
    }

    @Test func `settings and a file with the same values are the same configuration`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var maker = RandomConfiguration(random: SeededGenerator(seed: seed))
        for _ in 0..<100 {
            let (configuration, text) = maker.next()
            let document =
                "{\"configurations\": {\"n\": \(text), \"m\": {\"extends\": \"n\"}}, "
                + "\"breakers\": {\"a\": {\"configuration\": \"m\"}}}"
            let reader = ConfigReader(provider: InMemoryProvider(values: Self.values(try JSON(document))))
            let read = try BreakerRegistry.Configuration(snapshot: reader.snapshot(), breakers: ["a"])
            #expect(try read == BreakerFile(document).checked(), "seed \(seed) \(document)")
            #expect(try read.resolved(breaker: "a") == configuration, "seed \(seed) \(document)")
            let alone = try CircuitBreaker.Configuration(reader: reader.scoped(to: "configurations.n"))
            #expect(alone == configuration, "seed \(seed) \(document)")
        }
    }
}
