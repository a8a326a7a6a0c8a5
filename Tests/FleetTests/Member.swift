import CircuitBreakers
import FleetTestSupport
import Logging
import RedisSharing
import StateSharing

/// A process of the fleet, as far as Redis can tell: a service of its own with its own connections and identity.
struct Member: Sendable {
    let breaker: CircuitBreaker
    let sharing: SharingService

    static var configuration: CircuitBreaker.Configuration {
        var configuration = CircuitBreaker.Configuration()
        configuration.window = .count(size: 4)
        configuration.minimumCalls = 4
        configuration.openMs = 60_000
        configuration.probes = 1
        return configuration
    }

    struct Failure: Error {}

    init(
        _ server: RedisServer,
        name: String = "pay",
        breaker configuration: CircuitBreaker.Configuration = Member.configuration,
        configure: (inout SharingService.Configuration) -> Void = { _ in }
    ) throws {
        breaker = try CircuitBreaker(name, configuration: configuration, logger: Self.logger)
        let store = try RedisStore(configuration: RedisConfiguration(url: server.url, namespace: "test"))
        var sharingConfiguration = SharingService.Configuration(application: "tests")
        configure(&sharingConfiguration)
        sharing = try SharingService(store: store, configuration: sharingConfiguration, logger: Self.logger)
        try sharing.share(breaker)
    }

    private static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// Runs the services of the members while `body` runs, then ends them at once.
    static func run(_ members: [Member], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in members { group.addTask { try await member.sharing.run() } }
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
        }
    }

    /// Starts so many members on a server, waits until each is ready, and runs `body` with them.
    static func with(_ count: Int, on server: RedisServer, _ body: ([Member]) async throws -> Void) async throws {
        let members = try (0..<count).map { _ in try Member(server) }
        try await run(members) {
            for member in members {
                guard await member.sharing.ready(within: .seconds(10)) else {
                    throw Tool.Failure(description: "not ready: \(member.sharing.health)")
                }
            }
            try await body(members)
        }
    }

    /// Fails as many calls as it takes.
    func trip() {
        for _ in 0..<4 { try? breaker.run { throw Failure() } }
    }

    var state: CircuitState { breaker.snapshot().state }
}
