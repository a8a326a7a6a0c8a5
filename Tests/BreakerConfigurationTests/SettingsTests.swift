import BreakerConfiguration
import CircuitBreakers
import Configuration
import Testing

struct SettingsTests {
    private static func reader(_ values: [AbsoluteConfigKey: ConfigValue]) -> ConfigReader {
        ConfigReader(provider: InMemoryProvider(values: values))
    }

    @Test func `every key is read, and one that is not there comes from the base`() throws {
        let reader = Self.reader([
            "b.window.kind": "count", "b.window.size": 40, "b.minimumCalls": 30, "b.failureRateBp": 1,
            "b.slowCallMs": 2,
            "b.slowRateBp": 3, "b.consecutiveFailures": 4, "b.openMs": 5, "b.backoffFactor": 1.234, "b.maxOpenMs": 6,
            "b.jitterBp": 7, "b.probes": 8, "b.concurrentProbes": 4, "b.halfOpenMs": 9, "b.initial": "FORCED_OPEN",
        ])
        let expected = CircuitBreaker.Configuration(
            window: .count(size: 40),
            minimumCalls: 30,
            failureRateBp: 1,
            slowCallMs: 2,
            slowRateBp: 3,
            consecutiveFailures: 4,
            openMs: 5,
            backoffFactor: 1234,
            maxOpenMs: 6,
            jitterBp: 7,
            probes: 8,
            concurrentProbes: 4,
            halfOpenMs: 9,
            initial: .forcedOpen
        )
        #expect(try CircuitBreaker.Configuration(reader: reader.scoped(to: "b")) == expected)
        #expect(try CircuitBreaker.Configuration(reader: reader.scoped(to: "c"), over: expected) == expected)
        #expect(try CircuitBreaker.Configuration(reader: reader.scoped(to: "c")) == .init())
    }

    @Test func `every finding comes at once, with its absolute key`() throws {
        let reader = Self.reader([
            "b.window.kind": "time", "b.window.ms": "10", "b.window.size": 4, "b.probes": 0, "b.openMs": "5s",
            "b.backoffFactor": 1.00001, "b.initial": "OPENED", "b.jitterBp": true,
        ])
        let error = #expect(throws: BreakerConfigurationError.self) {
            try CircuitBreaker.Configuration(reader: reader.scoped(to: "b"))
        }
        #expect(error?.breaker == "b")
        #expect(
            error?.findings.map { "\($0.property) \($0.code)" } == [
                "b.window.buckets wrongKeys", "b.window.size wrongKeys", "b.window.ms malformed", "b.openMs malformed",
                "b.backoffFactor malformed", "b.jitterBp malformed", "b.initial malformed", "b.probes outOfRange",
            ]
        )
        let window = #expect(throws: BreakerConfigurationError.self) {
            try CircuitBreaker.Configuration(reader: Self.reader(["window": "big"]))
        }
        #expect(window?.findings.map(\.property) == ["window"])
    }

    @Test func `what cannot be read brings no finding about what must fit it, and takes none away`() throws {
        let reader = Self.reader([
            "openMs": "5s", "maxOpenMs": 3, "window.kind": "count", "window.size": 5, "window.ms": 5, "minimumCalls": 6,
            "slowRateBp": 1,
        ])
        let error = #expect(throws: BreakerConfigurationError.self) {
            try CircuitBreaker.Configuration(reader: reader)
        }
        #expect(
            error?.findings.map { "\($0.property) \($0.code)" } == [
                "window.ms wrongKeys", "openMs malformed", "minimumCalls outOfRange", "slowRateBp incomplete",
            ]
        )
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, 1.0001])
    func `a factor that is no decimal is refused`(_ value: Double) {
        let reader = Self.reader(["backoffFactor": ConfigValue(.double(value), isSecret: false)])
        #expect(throws: BreakerConfigurationError.self) { try CircuitBreaker.Configuration(reader: reader) }
    }

    @Test func `variables of the environment do`() throws {
        let reader = ConfigReader(
            provider: EnvironmentVariablesProvider(environmentVariables: [
                "PAYMENTS_OPEN_MS": "250", "PAYMENTS_BACKOFF_FACTOR": "1.5", "PAYMENTS_WINDOW_KIND": "count",
                "PAYMENTS_WINDOW_SIZE": "7", "WRONG_OPEN_MS": "1e3", "HUGE_OPEN_MS": "99999999999999999999",
            ])
        )
        #expect(
            try CircuitBreaker.Configuration(reader: reader.scoped(to: "payments"))
                == .init(window: .count(size: 7), openMs: 250, backoffFactor: 1500)
        )
        for scope in ["wrong", "huge"] {
            let error = #expect(throws: BreakerConfigurationError.self) {
                try CircuitBreaker.Configuration(reader: reader.scoped(to: ConfigKey(scope)))
            }
            #expect(error?.findings.map(\.property) == ["\(scope).openMs"])
        }
    }

    @Test func `a registry's settings have the shape of a file`() throws {
        let snapshot =
            Self.reader([
                "r.defaults.openMs": 6, "r.configurations.remote.probes": 2, "r.configurations.pay.extends": "remote",
                "r.configurations.pay.jitterBp": 3,
                AbsoluteConfigKey(["r", "breakers", "a:b.c", "configuration"]): "pay",
                AbsoluteConfigKey(["r", "breakers", "a:b.c", "minimumCalls"]): 4,
            ])
            .scoped(to: "r").snapshot()
        let read = try BreakerRegistry.Configuration(snapshot: snapshot, breakers: ["a:b.c", "other"])
        #expect(try read.resolved(breaker: "a:b.c") == .init(minimumCalls: 4, openMs: 6, jitterBp: 3, probes: 2))
        #expect(Array(read.breakers.keys) == ["a:b.c"])
        let bad = Self.reader([
            "defaults.probes": 0, "breakers.a.configuration": "gone", "breakers.b.openMs": -1,
            "configurations.n.extends": "n", "breakers.c.configuration": "n",
        ])
        let error = #expect(throws: BreakerConfigurationError.self) {
            try BreakerRegistry.Configuration(snapshot: bad.snapshot(), breakers: ["a", "b", "c"])
        }
        #expect(
            error?.findings.map { "\($0.property) \($0.code)" } == [
                "defaults.probes outOfRange", "configurations.n.extends unknownConfiguration",
                "breakers.a.configuration unknownConfiguration", "breakers.b.openMs outOfRange",
                "breakers.c.configuration unknownConfiguration",
            ]
        )
    }

    @Test func `a registry's findings come at once, too`() {
        let bad = Self.reader([
            "defaults.openMs": "5s", "breakers.a.configuration": "gone", "breakers.b.probes": 0,
            "breakers.b.maxOpenMs": 1,
        ])
        let error = #expect(throws: BreakerConfigurationError.self) {
            try BreakerRegistry.Configuration(snapshot: bad.snapshot(), breakers: ["a", "b"])
        }
        #expect(
            error?.findings.map { "\($0.property) \($0.code)" } == [
                "defaults.openMs malformed", "breakers.a.configuration unknownConfiguration",
                "breakers.b.probes outOfRange",
            ]
        )
    }
}
