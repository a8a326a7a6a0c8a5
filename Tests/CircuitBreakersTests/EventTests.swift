import ResilienceTestKit
import StateMachines
import Testing

@testable import CircuitBreakers

struct EventTests {
    private func breaker(_ configuration: CircuitBreaker.Configuration = .init()) throws -> CircuitBreaker {
        try CircuitBreaker(
            "a",
            configuration: configuration,
            clock: ManualClock().breakerClock,
            logger: CircuitBreaker.silentLogger
        )
    }

    @Test func `section 8: a subscription gets every event in order`() async throws {
        let breaker = try breaker(.init(window: .count(size: 2), openMs: 0, probes: 1))
        let events = breaker.events()
        let old = breaker.tryAcquire()
        for _ in 0..<2 { breaker.tryAcquire()?.fail() }
        breaker.tryAcquire()?.succeed()
        old?.succeed()
        breaker.forceOpen()
        breaker.tryAcquire()?.succeed()
        var seen: [String] = []
        for await event in events {
            switch event {
            case .transition(let move): seen.append("\(move.sequence) \(move.eventName) \(move.to.wireName)")
            case .thresholdExceeded: seen.append("threshold")
            case .notPermitted(let state): seen.append("refused by \(state.wireName)")
            case .lateResult: seen.append("late")
            }
            if seen.count == 6 { break }
        }
        #expect(
            seen == [
                "1 trip OPEN", "2 cooldownElapsed HALF_OPEN", "3 probesPassed CLOSED", "late",
                "4 forceOpen FORCED_OPEN",
                "refused by FORCED_OPEN",
            ]
        )
        #expect(events.dropped == 0)
    }

    @Test func `section 8: a full buffer loses the oldest events and counts them`() async throws {
        let breaker = try breaker()
        let events = breaker.events(bufferingNewest: 3)
        for _ in 0..<10 { breaker.reset() }
        #expect(events.dropped == 7)
        var iterator = events.makeAsyncIterator()
        guard case .transition(let first) = await iterator.next() else {
            Issue.record("expected a transition")
            return
        }
        #expect(first.sequence == 8)
    }

    @Test func `section 8: a transition carries the window as it was`() throws {
        let breaker = try breaker(.init(window: .count(size: 4), minimumCalls: 4, failureRateBp: 7500))
        let seen = SharedList<BreakerTransition>()
        _ = breaker.addListener { if case .transition(let transition) = $0 { seen.append(transition) } }
        for isFailure in [true, false, true, true] { breaker.tryAcquire()?.settle(isFailure ? .failure : .success) }
        let transition = try #require(seen.all.first)
        #expect(transition.from == .closed)
        #expect(transition.to == .open)
        #expect(transition.event == .trip)
        #expect(transition.reason == .failureRate)
        #expect(transition.openMs == 5000)
        #expect(
            transition.window
                == WindowSnapshot(total: 4, failures: 3, slow: 0, consecutiveFailures: 2, failureRateBp: 7500)
        )
        #expect(breaker.snapshot().window == transition.window)
    }

    @Test func `section 8: a listener that calls back into the breaker cannot deadlock`() throws {
        let breaker = try breaker()
        let seen = SharedList<UInt32>()
        _ = breaker.addListener { event in
            guard case .transition(let transition) = event else { return }
            seen.append(transition.sequence)
            if transition.sequence < 5 { breaker.reset() }
            #expect(breaker.snapshot().state == .closed)
        }
        breaker.reset()
        #expect(seen.all == [1, 2, 3, 4, 5])
    }

    @Test func `section 8: refusals are sampled`() throws {
        let breaker = try breaker(.init(initial: .forcedOpen))
        let seen = SharedList<BreakerEvent>()
        let id = breaker.addListener { seen.append($0) }
        for _ in 0..<3000 { breaker.tryAcquire()?.succeed() }
        #expect(seen.all == [.notPermitted(.forcedOpen), .notPermitted(.forcedOpen), .notPermitted(.forcedOpen)])
        breaker.removeListener(id)
        for _ in 0..<3000 { breaker.tryAcquire()?.succeed() }
        #expect(seen.all.count == 3)
        #expect(breaker.snapshot().notPermitted == 6000)
    }
}

extension EventTests {
    @Test func `a subscription ends with its breaker`() async throws {
        var breaker: CircuitBreaker? = try CircuitBreaker("gone", logger: CircuitBreaker.silentLogger)
        let events = try #require(breaker).events()
        breaker?.forceOpen()
        breaker = nil
        var seen = 0
        for await _ in events { seen += 1 }
        #expect(seen == 1)
    }

    // MARK: Of a whole registry

    private func registry() throws -> BreakerRegistry {
        try BreakerRegistry(clock: ManualClock().breakerClock, logger: CircuitBreaker.silentLogger)
    }

    @Test func `a registry's subscription tells of the breakers that are there and of those to come`() async throws {
        let registry = try registry()
        let first = try registry.breaker("a")
        let events = registry.events()
        first.forceOpen()
        try registry.breaker("b").disable()
        first.reset()
        var told: [String] = []
        for await event in events {
            guard case .transition(let move) = event.event else { continue }
            told.append("\(event.breaker) \(move.to.wireName)")
            if told.count == 3 { break }
        }
        #expect(told == ["a FORCED_OPEN", "b DISABLED", "a CLOSED"])
        #expect(events.dropped == 0)
    }

    @Test func `a registry's subscription that has ended leaves nothing behind`() async throws {
        let registry = try registry()
        let breaker = try registry.breaker("a")
        do {
            let events = registry.events(bufferingNewest: 1)
            for _ in 0..<3 { breaker.reset() }
            #expect(events.dropped == 2)
            for await _ in events { break }
            #expect(breaker.listenerCount.value == 1)
        }
        // The iteration is over with its iterator.
        #expect(breaker.listenerCount.value == 0)
        #expect(registry.state.withLock { $0.observers.isEmpty })
        #expect(try registry.breaker("b").listenerCount.value == 0)
    }

    @Test func `a registry's subscription ends with the registry and its breakers`() async throws {
        var registry: BreakerRegistry? = try registry()
        var breaker: CircuitBreaker? = try registry?.breaker("a")
        let events = try #require(registry).events()
        breaker?.reset()
        registry = nil
        breaker?.reset()
        breaker = nil
        var count = 0
        for await _ in events { count += 1 }
        #expect(count == 2)
    }

    @Test func `breakers that are added while a registry's subscription ends keep no listener`() async throws {
        for _ in 0..<50 {
            let registry = try registry()
            let task = Task { for await _ in registry.events() { break } }
            let adding = Task { for index in 0..<20 { try registry.breaker("b\(index)").reset() } }
            try await adding.value
            task.cancel()
            await task.value
            #expect(registry.all.allSatisfy { $0.listenerCount.value == 0 })
        }
    }
}
