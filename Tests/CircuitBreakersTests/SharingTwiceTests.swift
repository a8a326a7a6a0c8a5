import CircuitBreakers
import Logging
import Metrics
import MetricsTestKit
import ResilienceTestKit
import StateSharing
import Synchronization
import Testing

/// Breakers that more than one sharing service of a process is given, at a time or one after the other.
struct SharingTwiceTests {
    private func service(
        _ logger: Logger = CircuitBreaker.silentLogger,
        maximumResources: Int = 10
    ) throws -> SharingService {
        var configuration = SharingService.Configuration()
        configuration.maximumResources = maximumResources
        return try SharingService(store: MemoryStore(), configuration: configuration, logger: logger)
    }

    private func breaker(_ name: String = "pay") throws -> CircuitBreaker {
        try CircuitBreaker(name, logger: CircuitBreaker.silentLogger)
    }

    /// Runs a service while `body` runs.
    private func running(_ service: SharingService, _ body: () async throws -> Void = {}) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            #expect(await service.ready(within: .seconds(20)))
            try await body()
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
        }
    }

    private func wait(until isSo: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(2)) }
        #expect(isSo())
    }

    @Test func `a breaker that one service shares is refused by a second, which says whose it is and what to do`()
        throws
    {
        let (first, second, breaker) = (try service(), try service(), try breaker("pay\u{7}"))
        try first.share(breaker)
        let error = try #require(throws: SharingError.self) { try second.share(breaker) }
        #expect(error.code == .sharedByAnother)
        #expect(
            error.message == """
                the breaker "pay\\u{07}" is shared by another service of this process already \
                (writer \(first.writer), \(MemoryStore().address)), and both would write; \
                share it with one of them, or end that one first
                """
        )
        // The same service says that the name is taken.
        let taken = try #require(throws: SharingError.self) { try first.share(breaker) }
        #expect(taken.code == .alreadyShared)
        #expect(taken.message.contains("give each a name of its own"))
        let still = try #require(throws: SharingError.self) { try second.share(breaker) }
        #expect(still.code == .sharedByAnother)
    }

    @Test func `a service that has ended leaves its breaker to another, and does not touch it any more`() async throws {
        let (first, second, breaker) = (try service(), try service(), try breaker())
        let resource = ResourceID(kind: "breaker", name: breaker.name)
        try first.share(breaker)
        try await running(first) {
            breaker.forceOpen()
            try await wait { first.committedVersion(of: resource) != nil }
        }
        let last = first.committedVersion(of: resource)
        try second.share(breaker)
        try await running(second) {
            breaker.reset()
            try await wait { second.committedVersion(of: resource) != nil }
            #expect(breaker.snapshot().state == .closed)
        }
        #expect(first.committedVersion(of: resource) == last)
    }

    @Test func `threads that share one breaker with one service at the same time leave it claimed`() throws {
        for _ in 0..<200 {
            let (first, second, breaker) = (try service(), try service(), try breaker())
            let shared = Atomic<Int>(0)
            onThreads(4) { _ in
                if (try? first.share(breaker)) != nil { shared.add(1, ordering: .relaxed) }
            }
            #expect(shared.load(ordering: .relaxed) == 1)
            let error = try #require(throws: SharingError.self) { try second.share(breaker) }
            #expect(error.code == .sharedByAnother)
        }
    }

    @Test func `a service that was never run leaves its breaker when it goes`() throws {
        let breaker = try breaker()
        do {
            let first = try service()
            try first.share(breaker)
        }
        try service().share(breaker)
    }

    @Test func `a refused breaker is free for another service`() throws {
        let (full, other, breaker) = (try service(maximumResources: 1), try service(), try breaker())
        try full.share(try self.breaker("first"))
        let error = try #require(throws: SharingError.self) { try full.share(breaker) }
        #expect(error.code == .tooManyResources)
        try other.share(breaker)
    }

    @Test func `a registry that a second service is given is told at error once, and every breaker is counted`() throws
    {
        let lines = SharedList<String>()
        let metrics = TestMetrics()
        let second = try withMetricsFactory(metrics) {
            try service(Logger(label: "test") { _ in Keeper(lines: lines) })
        }
        let registry = try BreakerRegistry(logger: CircuitBreaker.silentLogger)
        for name in ["a", "b", "c"] { _ = try registry.breaker(name) }
        let first = try service()
        first.share(registry)
        second.share(registry)
        #expect(lines.all.count == 1)
        #expect(
            lines.all.first?.hasPrefix(#"error a machine is not shared "a" sharedByAnother"#) == true,
            "\(lines.all)"
        )
        _ = try registry.breaker("late")
        #expect(lines.all.count == 1)
        #expect(try metrics.expectCounter("sharing.machines.unshared").totalValue == 4)
    }

    @Test func `breakers that come later are the second service's when the first has ended`() async throws {
        let registry = try BreakerRegistry(logger: CircuitBreaker.silentLogger)
        let (first, second) = (try service(), try service())
        first.share(registry)
        try await running(first)
        second.share(registry)
        let late = try registry.breaker("late")
        let error = try #require(throws: SharingError.self) { try service().share(late) }
        #expect(error.message.contains(second.writer.description))
        // Without a word, because nobody can do anything about it.
        try first.share(try breaker("other"))
        try second.share(try breaker("other"))
    }

    @Test func `a service runs once`() async throws {
        let service = try service()
        try await running(service) {
            await #expect(throws: SharingError.self) { try await service.run() }
            #expect(service.health == .live)
        }
        await #expect(throws: SharingError.self) { try await service.run() }
    }

    /// Keeps each line at info or above.
    private struct Keeper: LogHandler {
        let lines: SharedList<String>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = (event.metadata ?? [:]).sorted { $0.key > $1.key }.map { "\($0.value)" }
            lines.append("\(event.level) \(event.message) " + values.joined(separator: " "))
        }
    }
}
