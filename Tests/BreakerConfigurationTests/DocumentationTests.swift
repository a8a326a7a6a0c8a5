import BreakerConfiguration
import CircuitBreakers
import Configuration
import Foundation
import Testing

struct DocumentationTests {
    /// A row of the page's table: a key, its name in the environment, and a value that is not the default.
    private struct Row {
        var key: String
        var variable: String
        var value: String
    }

    private static func rows() throws -> [Row] {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/BreakerConfiguration/Documentation.docc/BreakerConfiguration.md")
        return try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
            .compactMap { line in
                let words = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces.union(["`"])) }
                guard words.count == 3, words[1].hasPrefix("PAYMENTS_") else { return nil }
                return Row(key: words[0], variable: words[1], value: words[2])
            }
    }

    @Test func `the page's names in the environment are those that are read`() throws {
        let rows = try Self.rows()
        let environment = Dictionary(uniqueKeysWithValues: rows.map { ($0.variable, $0.value) })
        let settings = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
        let read = try CircuitBreaker.Configuration(reader: settings.scoped(to: "payments.breaker"))
        #expect(
            read
                == .init(
                    window: .time(milliseconds: 30_000, buckets: 15),
                    minimumCalls: 10,
                    failureRateBp: 4000,
                    slowCallMs: 800,
                    slowRateBp: 8000,
                    consecutiveFailures: 5,
                    openMs: 10_000,
                    backoffFactor: 1500,
                    maxOpenMs: 120_000,
                    jitterBp: 1000,
                    probes: 3,
                    concurrentProbes: 2,
                    halfOpenMs: 20_000,
                    initial: .metricsOnly
                )
        )
        for row in rows {
            let words = row.key.split(separator: ".").map { Self.upper($0) }
            #expect(row.variable == "PAYMENTS_BREAKER_\(words.joined(separator: "_"))")
        }
    }

    /// `openMs` → `OPEN_MS`.
    private static func upper(_ word: some StringProtocol) -> String {
        word.reduce(into: "") { text, letter in text += (letter.isUppercase ? "_" : "") + letter.uppercased() }
    }

    @Test func `a breaker is made from a program's settings`() async throws {
        let file = InMemoryProvider(values: ["payments.breaker.consecutiveFailures": 2])
        let settings = ConfigReader(providers: [EnvironmentVariablesProvider(), file])
        let breaker = try CircuitBreaker(
            "payments",
            configuration: .init(reader: settings.scoped(to: "payments.breaker"))
        )
        async let _: Void = breaker.follow(settings.scoped(to: "payments.breaker"))
        for _ in 0..<2 { breaker.tryAcquire()?.fail() }
        #expect(breaker.state == .open)
    }
}
