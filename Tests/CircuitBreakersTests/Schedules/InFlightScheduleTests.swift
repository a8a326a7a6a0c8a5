#if DEBUG
import Synchronization
import Testing

@testable import CircuitBreakers

/// What says how many calls are in flight, under every schedule: a group must not let go of a breaker that has one.
@Suite(.serialized) struct InFlightScheduleTests {
    typealias Configuration = CircuitBreaker.Configuration

    private static func breaker(
        _ configuration: Configuration,
        _ clock: BreakerClock = .system
    ) throws -> CircuitBreaker {
        try CircuitBreaker("a", configuration: configuration, clock: clock, logger: CircuitBreaker.silentLogger)
    }

    enum Way: CaseIterable, Sendable {
        case forced, tripped, trippedInLanes
    }

    @Test(arguments: Way.allCases)
    func `a breaker that leaves CLOSED with a call in flight is never idle meanwhile`(_ way: Way) throws {
        let explorer = Explorer(.preempting(2))
        try explorer.explore(limit: 40_000) {
            let breaker = try Self.breaker(.init(window: .count(size: 4), consecutiveFailures: 1, openMs: 60_000))
            if way == .trippedInLanes { breaker.stripe() }
            let held = (0..<2).map { _ in breaker.admit() }
            let answers = SharedList<Bool>()
            return Explorer.Play([
                { if way == .forced { breaker.forceOpen() } else { breaker.settle(held[0], .failure) } },
                { answers.append(breaker.isIdle) },
            ]) {
                answers.all.contains(true) ? "idle with a call in flight" : nil
            }
        }
        Explorer.note(explorer)
        if let problem = explorer.problem { Issue.record("\(problem)") }
    }

    @Test func `an outcome that leaves its slice late settles no call of another generation`() throws {
        let explorer = Explorer(.preempting(3))
        try explorer.explore(limit: 200_000) {
            let clock = BreakerPlay.PlayClock()
            let breaker = try Self.breaker(
                .init(window: .time(milliseconds: 2000, buckets: 2), minimumCalls: 5, openMs: 60_000),
                BreakerClock { clock.milliseconds.load(ordering: .relaxed) }
            )
            breaker.settle(breaker.admit(), .success)
            let ticket = breaker.admit()
            clock.milliseconds.add(2000, ordering: .relaxed)
            let problems = SharedList<String>()
            return Explorer.Play([
                { breaker.settle(ticket, .success) },
                {
                    breaker.reset()
                    let mine = breaker.admit()
                    if breaker.isIdle { problems.append("idle with a call in flight") }
                    if breaker.snapshot().inFlight != 1 { problems.append("not one call in flight") }
                    breaker.settle(mine, .success)
                },
            ]) {
                problems.all.first
            }
        }
        Explorer.note(explorer)
        if let problem = explorer.problem { Issue.record("\(problem)") }
    }
}
#endif
