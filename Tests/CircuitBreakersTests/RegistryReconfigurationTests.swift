import CircuitBreakers
import Testing

struct RegistryReconfigurationTests {
    private static func registry(_ configuration: BreakerRegistry.Configuration) throws -> BreakerRegistry {
        try BreakerRegistry(configuration: configuration, logger: CircuitBreaker.silentLogger)
    }

    /// How many failures in a row open a breaker: what its `consecutiveFailures` must be.
    private static func row(_ breaker: CircuitBreaker) -> Int {
        breaker.reset()
        for count in 1...20 {
            if let permit = try? breaker.acquire() { permit.settle(.failure) }
            if breaker.state == .open { return count }
        }
        return 0
    }

    private static func configuration(_ row: Int) -> CircuitBreaker.Configuration {
        .init(minimumCalls: 1000, consecutiveFailures: row)
    }

    private static func entry(_ row: Int, basedOn: String? = nil) -> BreakerRegistry.NamedConfiguration {
        .init(basedOn: basedOn, changes: .init(consecutiveFailures: row))
    }

    @Test func `what the configuration says for a name goes before what the breaker is asked for with`() throws {
        let registry = try Self.registry(
            .init(
                breaker: Self.configuration(2),
                named: ["n": Self.entry(3)],
                breakers: ["a": Self.entry(4), "b": .init(basedOn: "n"), "c": Self.entry(5, basedOn: "n")]
            )
        )
        #expect(Self.row(try registry.breaker("a", using: "n")) == 4)
        #expect(Self.row(try registry.breaker("b", configuration: Self.configuration(9))) == 3)
        #expect(Self.row(try registry.breaker("c")) == 5)
        #expect(Self.row(try registry.breaker("d")) == 2)
        #expect(Self.row(try registry.breaker("e", using: "n")) == 3)
        #expect(registry.existing("f") == nil)
    }

    @Test func `a change reaches the breakers that are there and those to come`() throws {
        let registry = try Self.registry(.init(breaker: Self.configuration(2), named: ["n": Self.entry(3)]))
        let (standard, named) = (try registry.breaker("s"), try registry.breaker("n", using: "n"))
        let (own, entry) = (
            try registry.breaker("o", configuration: Self.configuration(9)), try registry.breaker("e")
        )
        try registry.reconfigure(
            .init(
                breaker: Self.configuration(4),
                named: ["n": Self.entry(5)],
                breakers: ["e": Self.entry(6), "later": Self.entry(7)]
            )
        )
        #expect([standard, named, own, entry].map(Self.row) == [4, 5, 9, 6])
        #expect(Self.row(try registry.breaker("later", configuration: Self.configuration(9))) == 7)
        // The entry goes: the breaker is again what it was asked for with.
        try registry.reconfigure(.init(breaker: Self.configuration(8), named: ["n": Self.entry(5)]))
        #expect([standard, named, own, entry, try registry.breaker("later")].map(Self.row) == [8, 5, 9, 8, 9])
        #expect(registry.configuration.breaker == Self.configuration(8))
    }

    @Test func `a change keeps the state, and a bad one changes nothing and says everything`() throws {
        let registry = try Self.registry(.init(breaker: Self.configuration(2), named: ["n": Self.entry(3)]))
        let (breaker, named) = (try registry.breaker("s"), try registry.breaker("m", using: "n"))
        breaker.forceOpen()
        try registry.reconfigure(.init(breaker: Self.configuration(4), named: ["n": Self.entry(3)]))
        #expect(breaker.state == .forcedOpen)
        let before = registry.configuration
        let error = #expect(throws: BreakerConfigurationError.self) {
            try registry.reconfigure(
                .init(
                    breaker: Self.configuration(5),
                    named: ["n": .init(basedOn: "x"), "z": .init(changes: .init(probes: 0))],
                    breakers: ["": .init(), "p": .init(basedOn: "y"), "q": .init(changes: .init(jitterBp: -1))]
                )
            )
        }
        #expect(
            error?.findings.map { "\($0.property) \($0.code)" } == [
                "configuration unknownConfiguration", "z.probes outOfRange", "name badName",
                "configuration unknownConfiguration", "breakers.q.jitterBp outOfRange",
            ]
        )
        let lost = #expect(throws: BreakerConfigurationError.self) {
            try registry.reconfigure(.init(breaker: Self.configuration(6)))
        }
        #expect(lost?.findings.map(\.message) == [#"there is no configuration "n", which "m" was built with"#])
        #expect(registry.configuration == before)
        #expect([breaker, named].map(Self.row) == [4, 3])
        // One that an entry speaks for needs it no more.
        try registry.reconfigure(.init(breakers: ["m": Self.entry(7)]))
        #expect(Self.row(named) == 7)
    }

    @Test func `a breaker whose configuration stays is not touched`() throws {
        let registry = try Self.registry(.init(breaker: Self.configuration(2), named: ["n": Self.entry(3)]))
        let breaker = try registry.breaker("m", using: "n")
        try breaker.reconfigure(Self.configuration(9))
        try registry.reconfigure(.init(breaker: Self.configuration(2), named: ["n": Self.entry(3), "o": .init()]))
        #expect(Self.row(breaker) == 9)
        try registry.reconfigure(.init(breaker: Self.configuration(2), named: ["n": Self.entry(4)]))
        #expect(Self.row(breaker) == 4)
    }

    @Test func `breakers that are built while the configuration changes have the last one in the end`() throws {
        let registry = try Self.registry(.init(maximumBreakers: 100_000, breaker: Self.configuration(2)))
        onThreads(4) { thread in
            for round in 0..<200 {
                if thread < 2 {
                    let row = 3 + (round + thread) % 5
                    try? registry.reconfigure(.init(maximumBreakers: 100_000, breaker: Self.configuration(row)))
                } else {
                    _ = try? registry.breaker("\(thread)-\(round)")
                }
            }
        }
        #expect(registry.all.count == 400)
        let row = try #require(registry.configuration.breaker.consecutiveFailures)
        #expect(registry.all.allSatisfy { Self.row($0) == row })
    }
}
