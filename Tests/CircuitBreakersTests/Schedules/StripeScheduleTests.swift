#if DEBUG
import Testing

@testable import CircuitBreakers

/// Time windows under every schedule of a few calls: slices that need no verdict, and lanes.
@Suite(.serialized) struct StripeScheduleTests {
    typealias Configuration = CircuitBreaker.Configuration

    private static func configuration(_ minimum: Int, rateBp: Int = 5000, buckets: Int = 2) -> Configuration {
        Configuration(
            window: .time(milliseconds: 1000 * Int64(buckets), buckets: buckets),
            minimumCalls: minimum,
            failureRateBp: rateBp,
            openMs: 60_000
        )
    }

    @Test(arguments: [false, true])
    func `an outcome that enters before its slice is settled is judged`(_ isStriped: Bool) throws {
        // One failure of three trips, and only a verdict that finds both the failure and all three.
        let play = BreakerPlay(
            configuration: Self.configuration(3, rateBp: 3333, buckets: 1),
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

    // MARK: Count windows

    /// A window that is full after `size` successes, in which one failure of two trips.
    private static func counting(_ size: Int, isTimed: Bool = false) -> Configuration {
        Configuration(
            window: .count(size: size),
            minimumCalls: 1,
            failureRateBp: 5000,
            slowCallMs: isTimed ? 1000 : nil,
            openMs: 60_000
        )
    }

    @Test(arguments: ScheduleTests.endings.indices, [false, true])
    func `successes in lanes of a count window that race the end of their generation count there or are late`(
        _ end: Int,
        _ isTimed: Bool
    ) throws {
        for steps: [BreakerPlay.Step] in [[.settle(0, .success)], [.call(.success)]] {
            let play = BreakerPlay(
                configuration: Self.counting(1, isTimed: isTimed),
                before: [.stripe, .call(.success)],
                held: 1,
                threads: [steps, [ScheduleTests.endings[end]]],
                // What the lanes have is in no window.
                keepsAll: false
            )
            try play.explore(.preempting(2), limit: 40_000) { stage in
                // An outcome that counted in the next generation would be missing there.
                guard stage.breaker.admit().isAdmitted else { return nil }
                return stage.breaker.snapshot().inFlight == 1 ? nil : "an outcome settled another generation's call"
            }
        }
    }

    @Test(arguments: [false, true])
    func `no trip is lost and none comes twice while successes are counted in lanes`(_ isTimed: Bool) throws {
        for threads: [[BreakerPlay.Step]] in [
            // Two failures in a row of four, wherever the success is.
            [[.settle(0, .failure), .settle(1, .failure)], [.settle(2, .success)]],
            [[.settle(0, .failure)], [.settle(1, .failure)], [.settle(2, .success)]],
        ] {
            let play = BreakerPlay(
                configuration: Self.counting(4, isTimed: isTimed),
                before: [.stripe] + Array(repeating: .call(.success), count: 5),
                held: 3,
                threads: threads,
                keepsAll: false
            )
            try play.explore(.preempting(2), limit: 40_000) { stage in
                stage.transitions.map(\.event) == [.trip] ? nil : "not one trip"
            }
        }
    }

    @Test(arguments: [false, true])
    func `a success that ends after a failure stands behind it in the window`(_ isTimed: Bool) throws {
        // F S S F in a window of three: never two failures, unless one of the successes between them was not recorded.
        var configuration = Self.counting(3, isTimed: isTimed)
        configuration.failureRateBp = 6000
        let play = BreakerPlay(
            configuration: configuration,
            before: [.stripe] + Array(repeating: .call(.success), count: 4),
            threads: [
                [.call(.failure), .call(.success), .call(.success), .call(.failure)],
                [.call(.success)],
            ],
            keepsAll: false
        )
        try play.explore(.preempting(2), limit: 40_000) { stage in
            stage.transitions.isEmpty ? nil : "a success between two failures was not recorded"
        }
    }

    @Test func `a count window with lanes that is replaced hands on what they count`() throws {
        let windows: [Configuration.Window] = [
            .time(milliseconds: 4000, buckets: 4), .count(size: 1), .count(size: 20),
        ]
        for window in windows {
            let play = BreakerPlay(
                configuration: Self.counting(2),
                before: [.stripe, .call(.success), .call(.success)],
                held: 1,
                threads: [
                    [.settle(0, .success), .call(.success)],
                    [.reconfigure(Configuration(window: window, minimumCalls: 1))],
                ],
                keepsAll: false
            )
            try play.explore(.preempting(2), limit: 40_000)
        }
    }

    @Test func `a breaker that gets lanes while it records in a count window loses nothing`() throws {
        for outcome in [Outcome.success, .failure] {
            let play = BreakerPlay(
                configuration: Self.counting(2),
                before: [.call(.success), .call(.success)],
                threads: [[.call(.success)], [.stripe, .call(outcome)]],
                keepsAll: false
            )
            try play.explore(.preempting(2), limit: 40_000) { stage in
                (stage.breaker.state == .open) == (outcome == .failure) ? nil : "\(stage.transitions)"
            }
        }
    }

    @Test func `a success in a lane does not end a row that began after it`() throws {
        // Without a trip the success stands between the failures, and then the window does not hold all three.
        let play = BreakerPlay(
            configuration: .init(
                window: .count(size: 4),
                minimumCalls: 4,
                failureRateBp: 10_000,
                consecutiveFailures: 3,
                openMs: 60_000
            ),
            before: [.stripe] + Array(repeating: .call(.success), count: 4),
            held: 1,
            threads: [
                [.settle(0, .success)],
                [.call(.failure), .call(.failure), .call(.failure), .call(.success)],
            ],
            keepsAll: false
        )
        try play.explore(.preempting(2), limit: 40_000) { stage in
            let shown = stage.breaker.snapshot()
            return shown.state == .closed && shown.failures > 2 ? "no trip and \(shown.window)" : nil
        }
    }

    @Test func `a success in a lane ends a row that others have not ended yet`() throws {
        // Two that fill the window with successes may be on their way to the row; the third is there before a failure.
        var configuration = Self.counting(2)
        configuration.failureRateBp = 10_000
        configuration.consecutiveFailures = 2
        let play = BreakerPlay(
            configuration: configuration,
            before: [.stripe, .call(.success), .call(.failure)],
            held: 2,
            threads: [[.settle(0, .success)], [.settle(1, .success)], [.call(.success), .call(.failure)]],
            keepsAll: false
        )
        try play.explore(.preempting(2), limit: 40_000) { stage in
            stage.transitions.isEmpty ? nil : "\(stage.transitions)"
        }
    }
}
#endif
