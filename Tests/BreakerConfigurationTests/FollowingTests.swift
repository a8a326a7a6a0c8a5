import BreakerConfiguration
import CircuitBreakers
import Configuration
import Logging
import Synchronization
import Testing

/// Keeps the lines that were logged.
private final class Lines: LogHandler {
    private let lines = Mutex<[String]>([])

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    var all: [String] { lines.withLock { $0 } }

    func log(event: LogEvent) {
        let line = "\(event.level) \(event.metadata?["breaker.findings"] ?? "")"
        lines.withLock { $0.append(line) }
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
}

struct FollowingTests {
    /// Waits until a condition holds, for a bounded time.
    private static func wait(_ what: String, until isTrue: () throws -> Bool) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while try !isTrue() {
            try #require(clock.now < end, "never: \(what)")
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test func `a registry follows settings, tells of bad ones once and keeps the last good ones`() async throws {
        let provider = MutableInMemoryProvider(initialValues: ["defaults.probes": 2])
        let reader = ConfigReader(provider: provider)
        let registry = try BreakerRegistry(configuration: .init(breaker: .init(jitterBp: 9)))
        let present = try registry.breaker("a")
        present.forceOpen()
        let lines = Lines()
        let logger = Logger(label: "test") { _ in lines }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await registry.follow(reader, breakers: ["b"], logger: logger) }
            try await Self.wait("first") { registry.configuration.breaker == .init(jitterBp: 9, probes: 2) }
            provider.setValue(11, forKey: "breakers.b.openMs")
            try await Self.wait("b") {
                try registry.configuration.resolved(breaker: "b") == .init(openMs: 11, jitterBp: 9, probes: 2)
            }
            let good = registry.configuration
            provider.setValue(0, forKey: "defaults.probes")
            try await Self.wait("refusal") { lines.all.count == 1 }
            provider.setValue(1, forKey: "nobody.reads.this")
            provider.setValue("x", forKey: "breakers.a.openMs")
            try await Self.wait("another refusal") { lines.all.count == 2 }
            #expect(registry.configuration == good)
            #expect(lines.all.first?.hasPrefix("info ") == true)
            #expect(lines.all.first?.contains("defaults.probes: 0 is not in 1…10000 [outOfRange]") == true)
            #expect(lines.all.last?.contains("breakers.a.openMs: ") == true)
            provider.setValue(3, forKey: "defaults.probes")
            provider.setValue(12, forKey: "breakers.a.openMs")
            try await Self.wait("good again") {
                try registry.configuration.resolved(breaker: "a") == .init(openMs: 12, jitterBp: 9, probes: 3)
            }
            #expect(present.state == .forcedOpen)
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result { #expect(error is CancellationError) }
            }
        }
    }

    @Test func `a breaker follows settings and keeps its state`() async throws {
        let provider = MutableInMemoryProvider(initialValues: ["p.openMs": 60_000])
        let reader = ConfigReader(provider: provider).scoped(to: "p")
        let breaker = try CircuitBreaker("p")
        let lines = Lines()
        let logger = Logger(label: "test") { _ in lines }
        /// How long it opens for.
        func opens() -> Int64 {
            breaker.reset()
            breaker.open()
            return breaker.snapshot().retryAfterMs ?? 0
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await breaker.follow(reader, logger: logger) }
            try await Self.wait("first") { opens() > 50_000 }
            provider.setValue(-1, forKey: "p.openMs")
            try await Self.wait("refusal") { lines.all.count == 1 }
            #expect(
                lines.all == ["info circuit breaker \"p\" refused: p.openMs: -1 is not in 0…1000000000000 [outOfRange]"]
            )
            #expect(opens() > 50_000)
            provider.setValue(900_000, forKey: "p.openMs")
            try await Self.wait("second") { opens() > 800_000 }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result { #expect(error is CancellationError) }
            }
        }
    }
}
