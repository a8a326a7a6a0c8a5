import CircuitBreakers
import ResilienceTestKit
import StateMachines
import StateSharing
import Testing

/// Who looks at breakers besides the service that shares them.
struct ObserverTests {
    @Test func `a second observer does not cut a breaker off its fleet`() async throws {
        let registry = try BreakerRegistry(logger: CircuitBreaker.silentLogger)
        let early = try registry.breaker("early")
        let sharing = try SharingService(store: MemoryStore(), logger: CircuitBreaker.silentLogger)
        sharing.share(registry)

        let seen = SharedList<String>()
        registry.observeBreakers { breaker in
            breaker.observeTransitions { seen.append("\(breaker.name) \($0.to)") }
        }
        let late = try registry.breaker("late")

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sharing.run() }
            #expect(await sharing.ready(within: .seconds(20)))
            for breaker in [early, late] {
                breaker.open()
                let resource = ResourceID(kind: "breaker", name: breaker.name)
                let deadline = ContinuousClock.now + .seconds(20)
                while sharing.committedVersion(of: resource) == nil, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(2))
                }
                #expect(sharing.committedVersion(of: resource) != nil, "\(breaker.name) is unknown to the store")
            }
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
        }
        #expect(seen.all == ["early OPEN", "late OPEN"])
    }

    @Test func `each observer is told, in the order in which they came`() throws {
        let breaker = try CircuitBreaker("a", logger: CircuitBreaker.silentLogger)
        let told = SharedList<String>()
        for observer in ["first", "second"] { breaker.observeTransitions { told.append("\(observer) \($0.to)") } }
        breaker.forceOpen()
        breaker.reset()
        #expect(told.all == ["first FORCED_OPEN", "second FORCED_OPEN", "first CLOSED", "second CLOSED"])
    }
}
