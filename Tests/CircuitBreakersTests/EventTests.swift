import ResilienceTestKit
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
}
