#if DEBUG
import Testing

@testable import CircuitBreakers

/// Time windows under every schedule of a few calls: slices that need no verdict, and lanes.
@Suite(.serialized) struct StripeScheduleTests {
    typealias Configuration = CircuitBreaker.Configuration

    private static func configuration(_ minimum: Int, rateBp: Int = 5000) -> Configuration {
        Configuration(
            window: .time(milliseconds: 2000, buckets: 2),
            minimumCalls: minimum,
            failureRateBp: rateBp,
            openMs: 60_000
        )
    }

    @Test(arguments: [false, true])
    func `an outcome that enters before its slice is settled is judged`(_ isStriped: Bool) throws {
        // One failure of three trips, and only a verdict that finds both the failure and all three.
        let play = BreakerPlay(
            configuration: Self.configuration(3, rateBp: 3333),
            before: isStriped ? [.stripe] : [],
            held: 3,
            threads: [[.settle(0, .success)], [.settle(1, .failure)], [.settle(2, .success)]]
        )
        try play.explore(.preempting(2), limit: 40_000) { stage in
            stage.transitions.map(\.event) == [.trip] ? nil : "not one trip"
        }
    }

    @Test func `a trip is found whichever lanes its outcomes are in`() throws {
        for outcomes: [Outcome] in [[.failure, .failure], [.failure, .success], [.success, .failure]] {
            let play = BreakerPlay(
                configuration: Self.configuration(2),
                before: [.stripe],
                held: 2,
                threads: [[.settle(0, outcomes[0])], [.settle(1, outcomes[1])]]
            )
            try play.explore(.preempting(2), limit: 40_000) { stage in
                stage.transitions.map(\.event) == [.trip] ? nil : "not one trip"
            }
        }
    }

    @Test(arguments: ScheduleTests.endings.indices)
    func `outcomes in lanes that race the end of their generation count there or are late`(_ end: Int) throws {
        for steps: [BreakerPlay.Step] in [[.settle(0, .success)], [.call(.success)]] {
            let play = BreakerPlay(
                configuration: Self.configuration(1),
                // The slice is settled, in the lane of the thread that comes first too.
                before: [.stripe, .call(.success), .call(.success)],
                held: 1,
                threads: [steps, [ScheduleTests.endings[end]]]
            )
            try play.explore(.preempting(2), limit: 40_000)
        }
    }

    @Test func `calls in lanes that two transitions overtake are taken back once`() throws {
        let play = BreakerPlay(
            configuration: Self.configuration(2),
            before: [.stripe],
            threads: [[.call(.success)], [.reset, .reset]]
        )
        try play.explore(.preempting(2), limit: 40_000)
    }

    @Test func `a window that is striped meanwhile loses nothing`() throws {
        for outcome in [Outcome.success, .failure] {
            let play = BreakerPlay(
                configuration: Self.configuration(2),
                threads: [[.call(.success)], [.stripe, .call(outcome)]]
            )
            try play.explore(.preempting(2), limit: 40_000) { stage in
                (stage.breaker.state == .open) == (outcome == .failure) ? nil : "\(stage.transitions)"
            }
        }
    }

    @Test(arguments: [false, true])
    func `a success in a settled slice that races a reconfiguration is judged by it`(_ isStriped: Bool) throws {
        // One failure of three: the new configuration trips with the third outcome, before it or after it.
        let play = BreakerPlay(
            configuration: Self.configuration(2, rateBp: 9000),
            before: (isStriped ? [.stripe] : []) + [.call(.failure), .call(.success)],
            held: 1,
            threads: [[.settle(0, .success)], [.reconfigure(Self.configuration(3, rateBp: 3000))]]
        )
        try play.explore(.preempting(2), limit: 40_000) { stage in
            stage.breaker.state == .open ? nil : "a success was not judged"
        }
    }

    @Test func `a striped window that is replaced hands on what it counts`() throws {
        let windows: [Configuration.Window] = [.time(milliseconds: 4000, buckets: 4), .count(size: 20)]
        for window in windows {
            let play = BreakerPlay(
                configuration: Self.configuration(2),
                before: [.stripe, .call(.success)],
                threads: [
                    [.call(.success)],
                    [.reconfigure(Configuration(window: window, minimumCalls: 2))],
                ],
                keepsAll: false
            )
            try play.explore(.preempting(2), limit: 40_000)
        }
    }
}
#endif
