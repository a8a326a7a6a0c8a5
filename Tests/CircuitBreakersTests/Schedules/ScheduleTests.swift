#if DEBUG
import Testing

@testable import CircuitBreakers

/// The real breaker under every schedule of a few calls; each test prints how many schedules there were.
@Suite(.serialized) struct ScheduleTests {
    typealias Configuration = CircuitBreaker.Configuration

    enum Kind: CaseIterable, Sendable {
        /// With the system's clock, which opens the straight roads, and with an injected one.
        case count, countInjected, time
        /// While slow calls count.
        case countTimed, timeTimed

        var isSystem: Bool { self != .countInjected }

        /// How much can be looked at.
        var search: Explorer.Search { self == .count || self == .countInjected ? .all : .preempting(2) }

        func configuration(_ minimum: Int, initial: CircuitState = .closed) -> Configuration {
            let window: Configuration.Window =
                switch self {
                case .count, .countInjected, .countTimed: .count(size: 4)
                case .time, .timeTimed: .time(milliseconds: 2000, buckets: 2)
                }
            return Configuration(
                window: window,
                minimumCalls: minimum,
                slowCallMs: self == .countTimed || self == .timeTimed ? 1000 : nil,
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
            try play.explore(kind.search) { stage in
                stage.transitions.filter { $0.event == .trip }.count == 1 ? nil : "not one trip"
            }
        }
    }

    @Test func `three that complete a trip together trip once`() throws {
        let play = BreakerPlay(
            configuration: Kind.count.configuration(3),
            held: 3,
            threads: [[.settle(0, .failure)], [.settle(1, .failure)], [.settle(2, .success)]]
        )
        try play.explore(.preempting(2)) { $0.transitions.map(\.event) == [.trip] ? nil : "not one trip" }
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

    @Test(arguments: [Kind.count, .countInjected])
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
