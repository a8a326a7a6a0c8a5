import ArgumentParser
import CircuitBreakers
import Logging
import RedisSharing
import ServiceLifecycle
import StateSharing

/// One process of a fleet: real HTTP calls, guarded by a breaker that all processes share.
@main
struct SharedFleet: AsyncParsableCommand {
    @Option(help: "Where the fleet keeps its state.")
    var redis = "redis://127.0.0.1:6379"

    @Option(help: "Which fleet.")
    var namespace = "default"

    @Option(help: "What is called: http://127.0.0.1:8080/.")
    var upstream: String

    @Option(help: "Calls a second.")
    var rate = 20

    @Option(help: "The breaker's name.")
    var breaker = "upstream"

    @Option(help: "Recorded calls below which nothing trips; the window has as many.")
    var minimumCalls = 20

    @Option(help: "How long OPEN lasts, in milliseconds.")
    var openMs: Int64 = 3000

    func validate() throws {
        guard (1...1000).contains(rate) else { throw ValidationError("--rate must be 1 to 1000") }
    }

    func run() async throws {
        var logger = Logger(label: "shared-fleet", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .warning
        let shared = try CircuitBreaker(
            breaker,
            configuration: .init(
                window: .count(size: minimumCalls),
                minimumCalls: minimumCalls,
                openMs: openMs,
                probes: 5
            ),
            logger: logger
        )
        let store = try RedisStore(configuration: RedisConfiguration(url: redis, namespace: namespace))
        let sharing = try SharingService(store: store, logger: logger)
        try sharing.share(shared)

        let counts = CallCounts()
        // The last one stops first: calls, then the report, then the sharing, which still writes what is waiting.
        let group = ServiceGroup(
            services: [
                sharing,
                TransitionReport(breaker: shared, counts: counts),
                Caller(breaker: shared, sharing: sharing, upstream: upstream, rate: rate, counts: counts),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        Output.line("writer \(sharing.writer)")
        try await group.run()
        Output.line("stopped  \(counts)")
    }
}
