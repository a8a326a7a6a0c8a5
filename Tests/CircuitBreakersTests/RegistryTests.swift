import ResilienceTestKit
import Testing

@testable import CircuitBreakers

struct RegistryTests {
    private static func registry(_ bound: Int = 100) -> BreakerRegistry {
        BreakerRegistry(configuration: .init(maximumBreakers: bound), logger: CircuitBreaker.silentLogger)
    }

    @Test func `the same name gives the same breaker, under many threads too`() {
        let registry = Self.registry()
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
        let registry = Self.registry()
        for name in ["c", "a", "b"] { _ = try registry.breaker(name) }
        #expect(registry.all.map(\.name) == ["a", "b", "c"])
        #expect(registry.existing("a") === registry.all[0])
        #expect(registry.existing("d") == nil)
    }

    @Test func `a full registry refuses a new name and keeps the old ones`() throws {
        let registry = Self.registry(2)
        let first = try registry.breaker("a")
        _ = try registry.breaker("b")
        let error = #expect(throws: BreakerConfigurationError.self) { try registry.breaker("c") }
        #expect(error?.findings.map(\.code) == [.registryFull])
        #expect(error?.breaker == "c")
        #expect(try registry.breaker("a") === first)
        #expect(registry.all.count == 2)
    }

    @Test func `a breaker is built with the registry's configuration or its own`() throws {
        let registry = BreakerRegistry(
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
        let registry = Self.registry()
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
        let registry = BreakerRegistry(configuration: configuration, logger: CircuitBreaker.silentLogger)
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
        let registry = BreakerRegistry(configuration: configuration, logger: CircuitBreaker.silentLogger)
        for name in ["a", "b", "c", "e", "gone"] {
            let error = #expect(throws: BreakerConfigurationError.self) { try registry.breaker("x", using: name) }
            #expect(error?.findings.map(\.code) == [.unknownConfiguration])
            #expect(error?.breaker == "x")
        }
        #expect(throws: BreakerConfigurationError.self) { try registry.breaker("x", using: "d") }
        #expect(registry.existing("x") == nil)
        #expect(
            configuration.findings.map(\.code.description) == [
                "unknownConfiguration", "unknownConfiguration", "unknownConfiguration", "outOfRange",
                "unknownConfiguration",
            ]
        )
    }

    @Test func `a breaker is found while the registry grows`() throws {
        let registry = Self.registry(5000)
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
}
