import ResilienceTestKit
import Testing

@testable import CircuitBreakers

struct RegistryTests {
    private static func registry(_ bound: Int = 100) throws -> BreakerRegistry {
        try BreakerRegistry(configuration: .init(maximumBreakers: bound), logger: CircuitBreaker.silentLogger)
    }

    @Test func `the same name gives the same breaker, under many threads too`() throws {
        let registry = try Self.registry()
        let seen = SharedList<ObjectIdentifier>()
        let observed = SharedList<String>()
        registry.observeBreakers { observed.append($0.name) }
        onThreads(4) { _ in
            for index in 0..<50 {
                guard let breaker = try? registry.breaker("b\(index)") else { continue }
                seen.append(ObjectIdentifier(breaker))
            }
        }
        #expect(seen.all.count == 200)
        #expect(Set(seen.all).count == 50)
        #expect(observed.all.count == 50)
        #expect(Set(observed.all).count == 50)
    }

    @Test func `all breakers are sorted by name`() throws {
        let registry = try Self.registry()
        for name in ["c", "a", "b"] { _ = try registry.breaker(name) }
        #expect(registry.all.map(\.name) == ["a", "b", "c"])
        #expect(registry.existing("a") === registry.all[0])
        #expect(registry.existing("d") == nil)
    }

    @Test func `a full registry refuses a new name and keeps the old ones`() throws {
        let registry = try Self.registry(2)
        let first = try registry.breaker("a")
        _ = try registry.breaker("b")
        let error = #expect(throws: BreakerConfigurationError.self) { try registry.breaker("c") }
        #expect(error?.findings.map(\.code) == [.registryFull])
        #expect(error?.breaker == "c")
        #expect(try registry.breaker("a") === first)
        #expect(registry.all.count == 2)
    }

    @Test func `a breaker is built with the registry's configuration or its own`() throws {
        let registry = try BreakerRegistry(
            configuration: .init(breaker: .init(initial: .disabled)),
            logger: CircuitBreaker.silentLogger
        )
        #expect(try registry.breaker("a").state == .disabled)
        #expect(try registry.breaker("b", configuration: .init(initial: .metricsOnly)).state == .metricsOnly)
        #expect(throws: BreakerConfigurationError.self) { try registry.breaker("c", configuration: .init(probes: 0)) }
        #expect(throws: BreakerConfigurationError.self) { try registry.breaker("") }
        #expect(registry.all.count == 2)
    }

    @Test func `an observer gets the present breakers and those to come, once each, outside the lock`() throws {
        let registry = try Self.registry()
        _ = try registry.breaker("b")
        _ = try registry.breaker("a")
        let observed = SharedList<String>()
        registry.observeBreakers { breaker in
            // Would deadlock under the lock.
            #expect(registry.existing(breaker.name) === breaker)
            observed.append(breaker.name)
        }
        _ = try registry.breaker("c")
        _ = try registry.breaker("a")
        #expect(observed.all == ["a", "b", "c"])
    }

    @Test func `a named configuration changes what it is based on`() throws {
        let configuration = BreakerRegistry.Configuration(
            breaker: .init(window: .count(size: 9), slowCallMs: 500, openMs: 10),
            named: [
                "remote": .init(changes: .init(openMs: 20, probes: 1)),
                "payments": .init(basedOn: "remote", changes: .init(slowCallMs: .some(nil), openMs: 30)),
            ]
        )
        #expect(configuration.findings.isEmpty)
        let payments = try configuration.resolved("payments")
        #expect(payments == .init(window: .count(size: 9), openMs: 30, probes: 1))
        let registry = try BreakerRegistry(configuration: configuration, logger: CircuitBreaker.silentLogger)
        let breaker = try registry.breaker("p", using: "payments")
        breaker.open()
        #expect((25...30).contains(breaker.snapshot().retryAfterMs ?? 0))
        #expect(try registry.breaker("p") === breaker)
    }

    @Test func `a named configuration that there is not, or that goes in a circle, is refused`() throws {
        let configuration = BreakerRegistry.Configuration(named: [
            "a": .init(basedOn: "b"), "b": .init(basedOn: "a"), "c": .init(basedOn: "gone"),
            "d": .init(changes: .init(probes: 0)), "e": .init(basedOn: "e"),
        ])
        for name in ["a", "b", "c", "e", "gone"] {
            let error = #expect(throws: BreakerConfigurationError.self) { try configuration.resolved(name, for: "x") }
            #expect(error?.findings.map(\.code) == [.unknownConfiguration])
            #expect(error?.breaker == "x")
        }
        let registry = try Self.registry()
        let error = #expect(throws: BreakerConfigurationError.self) { try registry.breaker("x", using: "gone") }
        #expect(error?.findings.map(\.code) == [.unknownConfiguration])
        #expect(registry.existing("x") == nil)
        #expect(
            configuration.findings.map(\.code.description) == [
                "unknownConfiguration", "unknownConfiguration", "unknownConfiguration", "outOfRange",
                "unknownConfiguration",
            ]
        )
    }

    @Test func `a breaker is found while the registry grows`() throws {
        let registry = try Self.registry(5000)
        let wrong = SharedList<String>()
        onThreads(4) { thread in
            for index in 0..<1000 {
                let name = "\(thread)-\(index)"
                guard let made = try? registry.breaker(name) else { return wrong.append(name) }
                let earlier = "\(thread)-\(index / 2)"
                if registry.existing(name) !== made || registry.existing(earlier)?.name != earlier {
                    wrong.append(name)
                }
            }
        }
        #expect(wrong.all.isEmpty)
        #expect(registry.all.count == 4000)
        for breaker in registry.all { #expect(registry.existing(breaker.name) === breaker) }
    }

    @Test(arguments: [
        (BreakerRegistry.Configuration(maximumBreakers: -5), "maximumBreakers"),
        (.init(maximumBreakers: 0), "maximumBreakers"),
        (.init(maximumBreakers: .max), "maximumBreakers"),
        (.init(breaker: .init(probes: 0)), "probes"),
        (.init(named: ["n": .init(changes: .init(probes: 0))]), "n.probes"),
        (.init(named: ["n": .init(basedOn: "gone")]), "configuration"),
        (.init(breakers: ["b": .init(changes: .init(probes: 0))]), "breakers.b.probes"),
    ])
    func `section 1: a wrong configuration is refused when the registry is made, never at the first look-up`(
        _ configuration: BreakerRegistry.Configuration,
        _ property: String
    ) throws {
        #expect(configuration.findings.map(\.property) == [property])
        let expected = BreakerConfigurationError(breaker: "*", findings: configuration.findings)
        #expect(throws: expected) { try BreakerRegistry(configuration: configuration) }
        let registry = try Self.registry()
        #expect(throws: expected) { try registry.reconfigure(configuration) }
    }

    @Test func `with a seed each breaker has a jitter of its own, whatever the order in which they are built`() throws {
        func deadlines(_ names: [String], seed: UInt64) throws -> [String: Int64?] {
            let registry = try BreakerRegistry(
                configuration: .init(breaker: .init(openMs: 100_000, jitterBp: 5000)),
                clock: ManualClock().breakerClock,
                random: .seeded(seed),
                logger: CircuitBreaker.silentLogger
            )
            for name in names { try registry.breaker(name).open() }
            return Dictionary(uniqueKeysWithValues: registry.all.map { ($0.name, $0.snapshot().retryAfterMs) })
        }
        let names = (0..<10).map { "b\($0)" }
        let first = try deadlines(names, seed: 7)
        #expect(Set(first.values).count == 10)
        #expect(try deadlines(names.reversed(), seed: 7) == first)
        #expect(try deadlines(names, seed: 8) != first)
    }

    @Test func `a registry's breakers can have classifiers of their own`() throws {
        let ignoring = OutcomeClassifier.standard.ignoring(ClassifierTests.Invalid.self)
        let succeeding = OutcomeClassifier.standard.succeeding(on: ClassifierTests.Invalid.self)
        let registry = try BreakerRegistry(
            configuration: .init(
                named: ["remote": .init(), "pay": .init(basedOn: "remote"), "slow": .init()],
                breakers: ["listed": .init(basedOn: "pay")]
            ),
            classifiers: ["remote": ignoring],
            logger: CircuitBreaker.silentLogger
        )
        let expected: [(CircuitBreaker, Outcome)] = [
            (try registry.breaker("plain"), .failure),
            (try registry.breaker("one", classifier: ignoring), .ignored),
            (try registry.breaker("own", configuration: .init(), classifier: succeeding), .success),
            (try registry.breaker("remote", using: "remote"), .ignored),
            (try registry.breaker("inherits", using: "pay"), .ignored),
            (try registry.breaker("listed"), .ignored),
            (try registry.breaker("first", using: "pay", classifier: succeeding), .success),
            (try registry.breaker("other", using: "slow"), .failure),
        ]
        for (breaker, outcome) in expected {
            _ = try? breaker.run { throw ClassifierTests.Invalid() }
            let snapshot = breaker.snapshot()
            #expect(snapshot.ignored == (outcome == .ignored ? 1 : 0), "\(breaker.name)")
            #expect(snapshot.failures == (outcome == .failure ? 1 : 0), "\(breaker.name)")
        }
        // What a breaker was built with stays.
        #expect(try registry.breaker("one") === expected[1].0)
    }

    @Test func `a classifier for a configuration that there is not is a finding, besides all others`() throws {
        let error = try #require(
            #expect(throws: BreakerConfigurationError.self) {
                try BreakerRegistry(
                    configuration: .init(
                        maximumBreakers: 0,
                        named: ["remote": .init(), "pay": .init(basedOn: "gone")]
                    ),
                    classifiers: ["remote": .standard, "remot": .standard, "\u{1B}[2J": .standard],
                    logger: CircuitBreaker.silentLogger
                )
            }
        )
        #expect(
            error.findings.map(\.description) == [
                "maximumBreakers: 0 is not in 1…1000000000 [outOfRange]",
                "configuration: there is no configuration \"gone\" [unknownConfiguration]",
                "classifiers.\\u{1B}[2J: there is no configuration \"\\u{1B}[2J\": there are \"pay\", \"remote\"; correct the "
                    + "name or add it to named [unknownConfiguration]",
                "classifiers.remot: there is no configuration \"remot\": there are \"pay\", \"remote\"; correct the name or "
                    + "add it to named [unknownConfiguration]",
            ]
        )
    }

    @Test func `of many configurations some are named to who mistyped a classifier's`() throws {
        let named = Dictionary(uniqueKeysWithValues: (10..<30).map { ("c\($0)", BreakerRegistry.NamedConfiguration()) })
        let many = #expect(throws: BreakerConfigurationError.self) {
            try BreakerRegistry(configuration: .init(named: named), classifiers: ["c1": .standard])
        }
        #expect(many?.description.contains("\"c18\", \"c19\" and 10 more; correct") == true)
        let none = #expect(throws: BreakerConfigurationError.self) {
            try BreakerRegistry(classifiers: ["c1": .standard])
        }
        #expect(none?.description.contains("there is no configuration \"c1\": there are none; correct") == true)
    }
}
