import CircuitBreakers
import Logging
import RedisSharing
import ServiceLifecycle
import StateSharing

/// The same breaker in every process: what one finds out, all know.
@main
struct FleetQuickStart {
    static func main() async throws {
        let breaker = try CircuitBreaker("payments")
        let store = try RedisStore(configuration: RedisConfiguration(url: "redis://127.0.0.1:6379", namespace: "prod"))
        let sharing = try SharingService(store: store)
        try sharing.share(breaker)

        let program = Program(breaker: breaker, sharing: sharing)
        try await ServiceGroup(
            services: [sharing, program],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "fleet")
        )
        .run()
    }
}

/// Your program: here it waits for what the fleet knows, and tells what becomes of it until it is stopped.
struct Program: Service {
    let breaker: CircuitBreaker
    let sharing: SharingService

    func run() async throws {
        let events = breaker.events()
        let isKnown = await sharing.ready(within: .seconds(2))
        print("\(breaker.name) is \(breaker.state)" + (isKnown ? " in the fleet" : " here; the fleet cannot be asked"))
        for await event in events.cancelOnGracefulShutdown() {
            if case .transition(let transition) = event {
                let actor = transition.cause.actor
                print("\(breaker.name): \(transition.from) → \(transition.to)" + (actor.isEmpty ? "" : ", by \(actor)"))
            }
        }
    }
}
