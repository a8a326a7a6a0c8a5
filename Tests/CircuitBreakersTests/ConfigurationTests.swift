import CircuitBreakers
import Testing

struct ConfigurationTests {
    typealias Configuration = CircuitBreaker.Configuration

    static func changed(_ change: (inout Configuration) -> Void) -> Configuration {
        var configuration = Configuration()
        change(&configuration)
        return configuration
    }

    /// A change, and the properties that it makes wrong.
    static let wrong: [(Configuration, [String])] = [
        (changed { $0.window = .count(size: 0) }, ["window.size"]),
        (changed { $0.window = .count(size: 1_048_577) }, ["window.size"]),
        (changed { $0.window = .time(milliseconds: 10, buckets: 0) }, ["window.buckets"]),
        (changed { $0.window = .time(milliseconds: 2050, buckets: 1025) }, ["window.buckets"]),
        (changed { $0.window = .time(milliseconds: 9, buckets: 10) }, ["window.ms"]),
        (changed { $0.window = .time(milliseconds: 101, buckets: 10) }, ["window.ms"]),
        (changed { $0.window = .time(milliseconds: 1_000_000_000_001, buckets: 1) }, ["window.ms"]),
        (changed { $0.minimumCalls = 0 }, ["minimumCalls"]),
        (changed { $0.minimumCalls = 1_000_000_001 }, ["minimumCalls"]),
        (Configuration(window: .count(size: 4), minimumCalls: 5), ["minimumCalls"]),
        (changed { $0.failureRateBp = 0 }, ["failureRateBp"]),
        (changed { $0.failureRateBp = 10_001 }, ["failureRateBp"]),
        (changed { $0.slowCallMs = -1 }, ["slowCallMs"]),
        (changed { $0.slowRateBp = 5000 }, ["slowRateBp"]),
        (Configuration(slowCallMs: 1, slowRateBp: 0), ["slowRateBp"]),
        (changed { $0.consecutiveFailures = 0 }, ["consecutiveFailures"]),
        (changed { $0.openMs = -1 }, ["openMs"]),
        (changed { $0.openMs = 1_000_000_000_001 }, ["openMs"]),
        (changed { $0.backoffFactor = 999 }, ["backoffFactor"]),
        (changed { $0.backoffFactor = 10_001 }, ["backoffFactor"]),
        (changed { $0.maxOpenMs = 4999 }, ["maxOpenMs"]),
        (changed { $0.jitterBp = 5001 }, ["jitterBp"]),
        (changed { $0.jitterBp = -1 }, ["jitterBp"]),
        (changed { $0.probes = 0 }, ["probes"]),
        (changed { $0.probes = 10_001 }, ["probes"]),
        (changed { $0.concurrentProbes = 6 }, ["concurrentProbes"]),
        (changed { $0.concurrentProbes = 0 }, ["concurrentProbes"]),
        (changed { $0.halfOpenMs = 0 }, ["halfOpenMs"]),
        (changed { $0.initial = .open }, ["initial"]),
        (changed { $0.initial = .halfOpen }, ["initial"]),
        (
            Configuration(failureRateBp: 0, slowRateBp: 0, openMs: -1, probes: 0, initial: .open),
            ["failureRateBp", "slowRateBp", "slowRateBp", "openMs", "probes", "initial"]
        ),
    ]

    @Test(arguments: wrong)
    func `section 1: a wrong configuration is refused with every finding at once`(
        _ configuration: Configuration,
        _ properties: [String]
    ) {
        #expect(configuration.findings.map(\.property) == properties)
        #expect(throws: BreakerConfigurationError(breaker: "a", findings: configuration.findings)) {
            try CircuitBreaker("a", configuration: configuration)
        }
    }

    @Test(arguments: [
        Configuration(),
        Configuration(window: .count(size: 1)),
        Configuration(window: .count(size: 1_048_576), minimumCalls: 1_048_576),
        Configuration(window: .time(milliseconds: 1024, buckets: 1024), minimumCalls: 1_000_000_000),
        Configuration(window: .time(milliseconds: 1_000_000_000_000, buckets: 1)),
        Configuration(failureRateBp: 1, slowCallMs: 0, slowRateBp: 1, consecutiveFailures: 1, openMs: 0, maxOpenMs: 0),
        Configuration(openMs: 1_000_000_000_000, backoffFactor: 10_000, jitterBp: 5000, probes: 10_000),
        Configuration(slowCallMs: 1_000_000_000_000, halfOpenMs: 1, initial: .forcedOpen),
    ])
    func `section 1: the ends of the ranges are accepted`(_ configuration: Configuration) throws {
        _ = try CircuitBreaker("a", configuration: configuration)
    }

    @Test func `a name has 1 to 1024 bytes, and its finding stands with the others`() throws {
        _ = try CircuitBreaker(String(repeating: "é", count: 512))
        for name in ["", String(repeating: "é", count: 512) + "a"] {
            let error = #expect(throws: BreakerConfigurationError.self) {
                try CircuitBreaker(name, configuration: Configuration(probes: 0))
            }
            #expect(error?.findings.map(\.code) == [.badName, .outOfRange])
        }
    }

    @Test func `an error says everything in one line`() {
        let error = #expect(throws: BreakerConfigurationError.self) {
            try CircuitBreaker("a", configuration: Configuration(failureRateBp: 0, probes: 0))
        }
        #expect(
            error?.description == "circuit breaker \"a\" refused: failureRateBp: 0 is not in 1…10000 [outOfRange]; "
                + "probes: 0 is not in 1…10000 [outOfRange]"
        )
    }

    @Test func `rates and durations can be given as fractions and durations`() {
        var configuration = Configuration(window: .time(.seconds(30), buckets: 3))
        configuration.failureRate = 0.255
        configuration.slowCallDuration = .milliseconds(1500)
        configuration.slowRate = 1
        configuration.openDuration = .seconds(7)
        #expect(configuration.window == .time(milliseconds: 30_000, buckets: 3))
        #expect(configuration.failureRateBp == 2550)
        #expect(configuration.slowCallMs == 1500)
        #expect(configuration.slowRateBp == 10_000)
        #expect(configuration.openMs == 7000)
        configuration.failureRate = .nan
        #expect(configuration.findings.map(\.property) == ["failureRateBp"])
    }
}
