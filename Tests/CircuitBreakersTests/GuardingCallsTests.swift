import CircuitBreakers
import ResilienceTestKit
import StateMachines
import Testing

/// The code of the article "Guarding calls", line by line: DocumentationTests compares them.
struct GuardingCallsTests {
    struct Response: Sendable, Equatable {
        var status = 200
        var retryAfter: Duration?
    }

    struct HTTPError: Error {
        var status: Int
    }
    struct ValidationError: Error {}

    /// What a program calls.
    struct Client: Sendable {
        var response = Response()
        var failure: HTTPError?

        func get(_ path: String, timeout: Duration) async throws -> Response {
            if let failure { throw failure }
            return response
        }

        func stream(_ path: String) -> AsyncThrowingStream<Int, any Error> {
            AsyncThrowingStream(bufferingPolicy: .bufferingNewest(8)) { continuation in
                for chunk in 1...3 { continuation.yield(chunk) }
                continuation.finish(throwing: failure)
            }
        }

        func send(_ path: String, _ completion: @escaping @Sendable (Result<Response, any Error>) -> Void) {
            completion(failure.map(Result.failure) ?? .success(response))
        }
    }

    private let breaker: CircuitBreaker

    init() throws {
        breaker = try CircuitBreaker(
            "catalogue",
            configuration: .init(window: .count(size: 4)),
            clock: ManualClock().breakerClock,
            logger: CircuitBreaker.silentLogger
        )
    }

    @Test func `a call with its time-out inside`() async throws {
        let client = Client()
        let page = try await breaker.run { try await client.get("/prices", timeout: .seconds(2)) }
        #expect(page == Response())
    }

    @Test func `a fallback`() async throws {
        let client = Client(failure: HTTPError(status: 500))
        let lastPage = Response(status: 304)
        let page = await breaker.run {
            try await client.get("/prices", timeout: .seconds(2))
        } orElse: { _ in
            lastPage
        }
        #expect(page == lastPage)
        await #expect(throws: HTTPError.self) {
            _ = try await breaker.run {
                try await client.get("/prices", timeout: .seconds(2))
            } orElse: { error in
                guard error is CircuitBreakerError else { throw error }
                return lastPage
            }
        }
        #expect(breaker.snapshot().failures == 2)
    }

    private func total(_ client: Client) async throws -> Int {
        var total = 0
        let permit = try breaker.acquire()
        do {
            for try await chunk in client.stream("/feed") { total += chunk }
        } catch {
            permit.fail(error)
            throw error
        }
        permit.succeed()
        return total
    }

    @Test func `a permit for a stream`() async throws {
        #expect(try await total(Client()) == 6)
        #expect(breaker.snapshot().failures == 0)
        await #expect(throws: HTTPError.self) { try await total(Client(failure: HTTPError(status: 500))) }
        #expect(breaker.snapshot().failures == 1)
        #expect(breaker.snapshot().total == 2)
    }

    @Test func `a callback as a call`() async throws {
        let client = Client()
        let page = try await breaker.run {
            try await withCheckedThrowingContinuation { continuation in
                client.send("/prices") { continuation.resume(with: $0) }
            }
        }
        #expect(page == Response())
    }

    final class Exchange {
        private var permit: Permit?

        init(_ breaker: CircuitBreaker) throws {
            permit = try breaker.acquire()
        }

        func ended(_ error: (any Error)?) {
            guard let permit = permit.take() else { return }
            if let error { permit.fail(error) } else { permit.succeed() }
        }
    }

    @Test func `a permit that waits for a callback`() throws {
        let failed = try Exchange(breaker)
        #expect(breaker.snapshot().inFlight == 1)
        failed.ended(HTTPError(status: 500))
        failed.ended(nil)
        try Exchange(breaker).ended(nil)
        do { _ = try Exchange(breaker) }
        #expect(breaker.snapshot().failures == 1)
        #expect(breaker.snapshot().total == 2)
        #expect(breaker.snapshot().ignored == 1)
    }

    @Test func `a classifier`() throws {
        let classifier = OutcomeClassifier.standard
            .ignoring(ValidationError.self)
            .succeeding(on: HTTPError.self) { $0.status == 404 }
            .judging(Response.self) { $0.status >= 500 ? .failure : nil }
        let breaker = try CircuitBreaker("catalogue", classifier: classifier)
        _ = try? breaker.run { throw ValidationError() }
        _ = try? breaker.run { throw HTTPError(status: 404) }
        _ = try breaker.run { Response(status: 503) }
        #expect(breaker.snapshot().ignored == 1)
        #expect(breaker.snapshot().total == 2)
        #expect(breaker.snapshot().failures == 1)
    }

    @Test func `a resource that asks to be left alone`() async throws {
        let client = Client(response: Response(status: 503, retryAfter: .seconds(7)))
        func judge(_ response: Response) -> CallVerdict {
            response.status == 503 ? .failure(openFor: response.retryAfter) : .success
        }
        let response = try await breaker.run(judging: judge) { try await client.get("/prices", timeout: .seconds(2)) }
        #expect(response.status == 503)
        #expect(breaker.snapshot().retryAfterMs == 7000)
    }

    @Test func `a breaker for each host`() async throws {
        let client = Client()
        let hosts = try BreakerGroup<String>("http", configuration: .init(maximumBreakers: 500))
        for host in ["a.example", "b.example"] {
            _ = try await hosts.breaker(for: host).run { try await client.get("/", timeout: .seconds(2)) }
        }
        #expect(hosts.count == 2)
    }

    @Test func `events`() async {
        let events = breaker.events()
        breaker.forceOpen(reason: "database is moved", actor: "ann")
        var seen: [String] = []
        for await event in events {
            guard case .transition(let transition) = event else { continue }
            seen.append("\(transition.from) → \(transition.to)")
            break
        }
        #expect(seen == ["closed → forcedOpen"])
    }

    @Test func `metrics`() async throws {
        let registry = try BreakerRegistry()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await registry.reportMetrics(every: .seconds(10)) }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
    }
}
