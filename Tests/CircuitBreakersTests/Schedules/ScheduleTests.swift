#if DEBUG
import Testing

@testable import CircuitBreakers

/// The real breaker under every schedule of a few calls; each test prints how many schedules there were.
@Suite(.serialized) struct ScheduleTests {
    typealias Configuration = CircuitBreaker.Configuration

    enum Kind: CaseIterable, Sendable {
        /// With the system's clock, which opens the straight roads, and with an injected one.
        case count, countInjected, time
        /// While slow calls count, and none is.
        case countTimed, timeTimed
        /// Slow calls count, and some are: two rings, and a time window with a third row.
        case slow, slowTime

        /// Only an injected clock lets calls be slow.
        var isSystem: Bool { self != .countInjected && !tracksSlow }

        var tracksSlow: Bool { self == .slow || self == .slowTime }

        /// How much can be looked at.
        var search: Explorer.Search { self == .count || self == .countInjected ? .all : .preempting(2) }

        func configuration(_ minimum: Int, initial: CircuitState = .closed) -> Configuration {
            let window: Configuration.Window =
                switch self {
                case .count, .countInjected, .countTimed, .slow: .count(size: 4)
                case .time, .timeTimed, .slowTime: .time(milliseconds: 2000, buckets: 2)
                }
            return Configuration(
                window: window,
                minimumCalls: minimum,
                slowCallMs: tracksSlow ? 5 : self == .countTimed || self == .timeTimed ? 1000 : nil,
                slowRateBp: tracksSlow ? 5000 : nil,
                openMs: 0,
                probes: 2,
                initial: initial
            )
        }
    }

    @Test(arguments: Kind.allCases)
    func `no trip is lost and none comes twice`(_ kind: Kind) throws {
        for threads: [[BreakerPlay.Step]] in [
            [[.settle(0, .failure)], [.settle(1, .failure)]],
            [[.settle(0, .failure)], [.settle(1, .success)]],
        ] {
            let play = BreakerPlay(
                configuration: kind.configuration(2),
                isSystem: kind.isSystem,
                held: 2,
                threads: threads
            )
            // Two that complete a trip together have the longest way where there are more words than one.
            let isLong = kind.search != .all && (threads[1][0].isFailure || kind != .time)
            try play.explore(isLong ? .preempting(2) : .all, limit: 10_000, Self.oneTrip)
        }
    }

    private static func oneTrip(_ stage: BreakerPlay.Stage) -> String? {
        stage.transitions.filter { $0.event == .trip }.count == 1 ? nil : "not one trip"
    }

    /// One of two is slow, or fails, or both; whichever is in last completes the trip.
    @Test(arguments: [Kind.slow, .slowTime])
    func `no trip by slow calls is lost and none comes twice`(_ kind: Kind) throws {
        for outcomes: (Outcome, Outcome) in [(.success, .success), (.success, .failure), (.failure, .success)] {
            let play = BreakerPlay(
                configuration: kind.configuration(2),
                isSystem: false,
                held: 2,
                slow: 1,
                threads: [[.settle(0, outcomes.0)], [.settle(1, outcomes.1)]]
            )
            try play.explore(.preempting(2), limit: 10_000, Self.oneTrip)
        }
    }

    /// Half of four must be slow, and two are, but only with the last outcome are there four.
    @Test func `the last of two racing outcomes sees both rings whole`() throws {
        for outcomes: (Outcome, Outcome) in [(.success, .success), (.success, .failure), (.failure, .failure)] {
            let play = BreakerPlay(
                configuration: Kind.slow.configuration(4),
                isSystem: false,
                held: 4,
                slow: 2,
                threads: [
                    [.settle(0, outcomes.0), .settle(2, .success)], [.settle(1, outcomes.1), .settle(3, .success)],
                ]
            )
            try play.explore(.preempting(2), limit: 10_000, Self.oneTrip)
        }
    }

    @Test(arguments: Kind.allCases)
    func `three that complete a trip together trip once`(_ kind: Kind) throws {
        let play = BreakerPlay(
            configuration: kind.configuration(3),
            isSystem: kind.isSystem,
            held: 3,
            slow: kind.tracksSlow ? 2 : 0,
            threads: [[.settle(0, .failure)], [.settle(1, .failure)], [.settle(2, .success)]]
        )
        try play.explore(.preempting(kind == .slowTime ? 1 : 2), limit: 10_000) {
            $0.transitions.map(\.event) == [.trip] ? nil : "not one trip"
        }
    }

    @Test(arguments: [1, 2])
    func `HALF_OPEN admits no more than its probes under any schedule`(_ probes: Int) throws {
        for (isSystem, concurrent) in [(true, 1), (false, probes)] {
            let configuration = Configuration(
                window: .count(size: 4),
                openMs: 0,
                probes: probes,
                concurrentProbes: concurrent
            )
            for outcome in [Outcome.success, .failure, .ignored] {
                let play = BreakerPlay(
                    configuration: configuration,
                    isSystem: isSystem,
                    before: [.open(0), .poll],
                    threads: [[.call(outcome)], [.call(.success)]]
                )
                try play.explore(outcome == .ignored ? .all : .preempting(2))
            }
        }
    }

    @Test func `three probes race for two places`() throws {
        let play = BreakerPlay(
            configuration: Configuration(window: .count(size: 4), openMs: 0, probes: 3, concurrentProbes: 2),
            before: [.open(0), .poll],
            held: 1,
            threads: [[.call(.success)], [.call(.failure)]]
        )
        try play.explore()
    }

    @Test(arguments: [true, false])
    func `a poll and a call that end OPEN together start one half-open period`(_ isSystem: Bool) throws {
        for outcome in [Outcome.success, .failure, .ignored] {
            let play = BreakerPlay(
                configuration: Configuration(window: .count(size: 4), openMs: 1000, probes: 2),
                isSystem: isSystem,
                before: [.open(0)],
                threads: [[.poll], [.call(outcome)]]
            )
            try play.explore(limit: 20_000) { stage in
                stage.transitions.count { $0.to == .halfOpen } == 1 ? nil : "not one period"
            }
        }
    }

    @Test func `a poll that ends a half-open period and a call share no probe`() throws {
        let play = BreakerPlay(
            configuration: Configuration(window: .count(size: 4), openMs: 1000, probes: 2, halfOpenMs: 10),
            isSystem: false,
            before: [.open(0), .poll],
            held: 1,
            slow: 1,
            threads: [[.poll], [.call(.success)]]
        )
        try play.explore(limit: 20_000) {
            $0.transitions.map(\.to) == [.open, .halfOpen, .open] ? nil : "not timed out once"
        }
    }

    @Test func `a slice that begins between two outcomes loses neither`() throws {
        for kind in [Kind.time, .slowTime] {
            let play = BreakerPlay(
                configuration: kind.configuration(2),
                isSystem: false,
                held: 2,
                threads: [[.settle(0, .failure)], [.advance(1000), .settle(1, .success)]]
            )
            try play.explore(.preempting(2), limit: 10_000, Self.oneTrip)
        }
    }

    @Test func `the end of OPEN lets in no more than the probes`() throws {
        let play = BreakerPlay(
            configuration: Configuration(window: .count(size: 4), openMs: 0, probes: 1),
            before: [.open(0)],
            threads: [[.call(.success)], [.poll, .call(.success)]]
        )
        try play.explore(.preempting(2))
    }

    @Test func `the verdict of HALF_OPEN is taken once`() throws {
        for outcomes: [Outcome] in [
            [.success, .success], [.success, .failure], [.failure, .failure], [.failure, .ignored],
        ] {
            let play = BreakerPlay(
                configuration: Configuration(window: .count(size: 4), openMs: 0, probes: 2),
                before: [.open(0), .poll],
                held: 2,
                threads: [[.settle(0, outcomes[0])], [.settle(1, outcomes[1])]]
            )
            try play.explore(outcomes == [.failure, .failure] ? .preempting(2) : .all) { stage in
                let verdicts = stage.transitions.filter { $0.from == .halfOpen }
                return verdicts.count == 1 ? nil : "\(verdicts)"
            }
        }
    }

    @Test func `a half-open period that times out and a probe that settles share no outcome`() throws {
        let configuration = Configuration(window: .count(size: 4), openMs: 1000, probes: 2, halfOpenMs: 10)
        for other: BreakerPlay.Step in [.poll, .call(.success), .settle(1, .ignored)] {
            let play = BreakerPlay(
                configuration: configuration,
                isSystem: false,
                before: [.open(0), .poll],
                held: 2,
                threads: [[.settle(0, .success)], [.advance(10), other]]
            )
            try play.explore(.preempting(2)) { stage in
                // Whoever came first: late, or recorded with its progress noted.
                stage.breaker.snapshot().lateResults + stage.breaker.snapshot().ignored
                    + stage.breaker.callCounts().success == stage.entries.all.count { $0.outcome != nil }
                    ? nil : "lost"
            }
        }
    }

    static let endings: [BreakerPlay.Step] = [.reset, .forceOpen, .disable, .observe, .open(5)]

    @Test(arguments: Kind.allCases)
    func `an outcome that races the end of its generation counts there or is late`(_ kind: Kind) throws {
        for end in Self.endings {
            for outcome in Outcome.allCases {
                let play = BreakerPlay(
                    configuration: kind.configuration(3),
                    isSystem: kind.isSystem,
                    held: 1,
                    threads: [[.settle(0, outcome)], [end]]
                )
                try play.explore(kind == .time ? .all : kind.search)
            }
        }
    }

    @Test(arguments: [Kind.count, .countInjected, .slow])
    func `a call that races the end of a generation keeps its permit's balance`(_ kind: Kind) throws {
        for end in Self.endings {
            let play = BreakerPlay(
                configuration: kind.configuration(1),
                isSystem: kind.isSystem,
                threads: [[.call(.failure)], [end]]
            )
            try play.explore()
        }
    }

    @Test(arguments: [Kind.count, .countInjected])
    func `METRICS_ONLY tells each crossing once and ends with what holds`(_ kind: Kind) throws {
        for (first, second) in [(Outcome.failure, Outcome.failure), (.failure, .success)] {
            let play = BreakerPlay(
                configuration: kind.configuration(1, initial: .metricsOnly),
                isSystem: kind.isSystem,
                held: 2,
                threads: [[.settle(0, first)], [.settle(1, second)]]
            )
            try play.explore { stage in
                let told = stage.events.all.count { if case .thresholdExceeded = $0 { true } else { false } }
                return (1...2).contains(told) ? nil : "told \(told) times"
            }
        }
    }

    @Test func `an outcome that races a reconfiguration is in the new window`() throws {
        let windows: [Configuration.Window] = [.count(size: 4), .count(size: 20)]
        for window in windows {
            let play = BreakerPlay(
                configuration: Kind.count.configuration(2),
                held: 2,
                threads: [
                    [.settle(0, .failure)],
                    [.reconfigure(Configuration(window: window, minimumCalls: 1, failureRateBp: 10_000))],
                ]
            )
            try play.explore { $0.breaker.state == .open ? nil : "a failure is lost" }
        }
    }

    @Test func `a count that two transitions overtake is taken back once`() throws {
        let play = BreakerPlay(
            configuration: Kind.count.configuration(2),
            threads: [[.call(.success)], [.reset, .reset]]
        )
        try play.explore(.preempting(3), limit: 20_000)
    }

    @Test(arguments: [1, 2])
    func `a ring counts the flags of the last records in the order of recording`(_ size: Int) {
        let explorer = Explorer(.preempting(3))
        explorer.explore(limit: 20_000) {
            let ring = FlagRing(size: size)
            ring.open(tag: 1, size: size, flags: [], recorded: 0)
            let log = SharedList<(count: Int, flag: Int, flagged: Int)>()
            let threads: [@Sendable () -> Void] = [[1, 0], [1, 1]]
                .map { flags in
                    {
                        for flag in flags {
                            guard case .recorded(let head) = ring.record(tag: 1, flag: UInt64(flag)) else { continue }
                            log.append((head.count, flag, head.flagged))
                        }
                    }
                }
            return Explorer.Play(threads) {
                let ordered = log.all.sorted { $0.count < $1.count }
                ring.deallocate()
                for (index, entry) in ordered.enumerated() {
                    let last = ordered[...index].suffix(size)
                    if entry.count != index + 1 || entry.flagged != last.count(where: { $0.flag == 1 }) {
                        return "\(ordered)"
                    }
                }
                return ordered.count == 4 ? nil : "\(ordered)"
            }
        }
        Explorer.note(explorer)
        #expect(explorer.problem == nil)
    }
}
#endif
