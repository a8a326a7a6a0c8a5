import CircuitBreakers
import StateSharing

/// What else a breaker can do, each in a few lines; the README shows them.
@main
struct Tour {
    struct NotFound: Error {}

    /// What a client answers.
    struct Response {
        var status: Int
        var retryAfter: Duration?
    }

    static func main() async throws {
        try await fallback()
        try permits()
        try classifying()
        try await retryAfter()
        try await many()
        try await sharing()
    }

    static func fallback() async throws {
        let breaker = try CircuitBreaker("stock")
        breaker.forceOpen(reason: "inventory day")
        let stock = await breaker.run {
            try await get("/stock").status
        } orElse: { _ in  // a fallback
            200
        }
        print("the fallback says \(stock)")
    }

    static func permits() throws {
        let breaker = try CircuitBreaker("stream")
        let permit = try breaker.acquire()  // the call begins here and ends elsewhere
        permit.succeed()  // or fail(); one that is dropped says nothing of the other side
        print("a permit was settled: \(breaker.snapshot().total) outcome")
    }

    static func classifying() throws {
        let breaker = try CircuitBreaker(
            "catalogue",
            classifier: OutcomeClassifier { $0 is NotFound ? .success : nil }  // nil: the standard rules
        )
        _ = try? breaker.run { throw NotFound() }
        print("an error that the classifier takes for a success: \(breaker.snapshot().failures) failures")
    }

    static func retryAfter() async throws {
        let breaker = try CircuitBreaker("partner")
        let response = try await breaker.run(
            judging: { $0.status == 503 ? .failure(openFor: $0.retryAfter) : .success },  // Retry-After: open at once
            { try await get("/stock") }
        )
        print("status \(response.status): \(breaker.state), retry after \(breaker.snapshot().retryAfterMs ?? 0) ms")
    }

    static func get(_ path: String) async throws -> Response {
        Response(status: 503, retryAfter: .seconds(30))
    }

    static func many() async throws {
        let registry = try BreakerRegistry(configuration: .init(breaker: .init(openMs: 10_000)))
        let inventory = try registry.breaker("inventory")  // the same one wherever it is asked for
        async let _: Void = registry.reportMetrics()  // swift-metrics: state, calls by outcome, trips

        let hosts = try BreakerGroup<String>("hosts")  // one breaker a key, bounded
        try hosts.breaker(for: "10.0.0.7").run { print("one of \(hosts.count) hosts") }

        var events = registry.events().makeAsyncIterator()  // of all its breakers, or inventory.events(); bounded
        inventory.forceOpen(reason: "maintenance")
        if let told = await events.next(), case .transition(let move) = told.event {
            print("\(told.breaker): \(move.from) → \(move.to)")
        }
    }

    static func sharing() async throws {
        let breaker = try CircuitBreaker("inventory")
        let sharing = try SharingService(store: MemoryStore())  // one process, or a test: nothing to install
        try sharing.share(breaker)
        print("shared as \(sharing.writer): \(sharing.health)")
    }
}
