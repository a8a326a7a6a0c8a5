import ResilienceTestKit
import StateMachines
import Testing

@testable import CircuitBreakers

/// Schedules that once went wrong, step by step on one thread.
struct RaceTests {
    typealias Configuration = CircuitBreaker.Configuration

    private static func breaker(
        _ configuration: Configuration,
        _ clock: BreakerClock = ManualClock().breakerClock
    ) throws -> CircuitBreaker {
        try CircuitBreaker("a", configuration: configuration, clock: clock, logger: CircuitBreaker.silentLogger)
    }

    /// What a recorder has looked at before it records.
    private static func recorder(_ breaker: CircuitBreaker) -> CircuitBreaker.Recorded {
        CircuitBreaker.Recorded(
            generation: breaker.machine.current.sequence,
            state: breaker.state,
            now: 0,
            threshold: breaker.threshold.value,
            number: breaker.parameters.number
        )
    }

    private static func slices(_ breaker: CircuitBreaker) throws -> TimeSlices {
        let slices = breaker.window.slices
        return try #require(slices)
    }

    private static func ring(_ breaker: CircuitBreaker) throws -> FlagRing {
        let ring = breaker.window.ring
        return try #require(ring)
    }

    private static func thresholds(_ breaker: CircuitBreaker) -> SharedList<WindowSnapshot> {
        let seen = SharedList<WindowSnapshot>()
        _ = breaker.addListener { if case .thresholdExceeded(let window) = $0 { seen.append(window) } }
        return seen
    }

    private static func time(_ buckets: Int) -> Configuration {
        Configuration(window: .time(milliseconds: Int64(buckets) * 10, buckets: buckets), minimumCalls: 100)
    }

    @Test func `a failure whose time window is replaced between outcome and flag keeps its flag`() throws {
        let breaker = try Self.breaker(Self.time(4))
        let old = try Self.slices(breaker)
        let place = try #require(old.place(0, now: 0))
        #expect(old.enter(place) == 0)
        var slow = Self.time(8)
        slow.slowCallMs = 1000
        try breaker.reconfigure(slow)
        guard case .torn(_, failure: true, slow: true) = old.flag(place, failure: true, slow: true) else {
            Issue.record("the old window took a flag")
            return
        }
        breaker.complete(place, failure: true, slow: true, 0)
        #expect(breaker.snapshot().total == 1)
        #expect(breaker.snapshot().failures == 1)
        #expect(breaker.snapshot().slow == 1)
    }

    @Test func `a flag is left out where its outcome was`() throws {
        let configurations = [
            [Configuration(window: .time(milliseconds: 80, buckets: 4), minimumCalls: 100)],
            [Configuration(window: .count(size: 100), minimumCalls: 100), Self.time(4)],
        ]
        for changes in configurations {
            let breaker = try Self.breaker(Self.time(4))
            let old = try Self.slices(breaker)
            let place = try #require(old.place(0, now: 0))
            #expect(old.enter(place) == 0)
            for change in changes { try breaker.reconfigure(change) }
            breaker.complete(place, failure: true, slow: false, 0)
            #expect(breaker.snapshot().window == .empty)
        }
    }

    @Test func `an outcome with a later time than the reconfiguration's is kept`() throws {
        let clock = ManualClock()
        let breaker = try Self.breaker(Self.time(4), clock.breakerClock)
        let slices = try Self.slices(breaker)
        // A recorder has raised the latest time and recorded, behind the back of who has read the clock before.
        breaker.latest.raise(to: 25)
        guard case .recorded = slices.record(0, now: 25, failure: true, slow: false) else {
            Issue.record("not recorded")
            return
        }
        let cut = slices.close(now: 0) { breaker.latest.value }
        #expect(cut.totals == WindowTotals(total: 1, failures: 1, slow: 0))
    }

    @Test func `a verdict of an old configuration trips nothing`() throws {
        let breaker = try Self.breaker(Configuration(window: .count(size: 4), minimumCalls: 4))
        breaker.tryAcquire()?.fail()
        let recorder = Self.recorder(breaker)
        let number = breaker.parameters.number
        try breaker.reconfigure(Configuration(window: .count(size: 9), minimumCalls: 9))
        breaker.trip(.failureRate, by: number, recorder)
        #expect(breaker.state == .closed)
        // Where the new configuration trips, it does so with its own reason.
        try breaker.reconfigure(Configuration(window: .count(size: 9), minimumCalls: 9, consecutiveFailures: 2))
        let ring = try Self.ring(breaker)
        _ = ring.record(tag: 0, flag: 1)
        _ = breaker.row.extend(0)
        breaker.trip(.failureRate, by: number, recorder)
        #expect(breaker.snapshot().reason == .consecutiveFailures)
    }

    @Test func `no verdict counts while the configuration changes`() throws {
        let breaker = try Self.breaker(Configuration(window: .count(size: 4), minimumCalls: 1))
        let totals = WindowTotals(total: 1, failures: 1, slow: 0)
        #expect(breaker.parameters.judge(totals, row: 1)?.verdict == .failureRate)
        breaker.parameters.begin()
        #expect(breaker.parameters.judge(totals, row: 1) == nil)
        breaker.parameters.end()
        #expect(breaker.parameters.judge(totals, row: 1)?.number == breaker.parameters.number)
    }

    @Test func `a probe that looked at the limits before a reconfiguration looks again`() throws {
        let wide = Configuration(window: .count(size: 1), openMs: 0, probes: 9)
        let breaker = try Self.breaker(wide)
        breaker.open(for: .zero)
        breaker.poll()
        let looked = breaker.probes.value
        try breaker.reconfigure(Configuration(window: .count(size: 1), openMs: 0, probes: 1))
        let isAdmitted = breaker.probes.exchange(looked, for: looked.admitting)
        #expect(!isAdmitted)
        let permit = breaker.tryAcquire()
        let second = breaker.tryAcquire()
        let isRefused = second == nil
        #expect(isRefused)
        permit?.succeed()
        #expect(breaker.state == .closed)
    }

    @Test func `a success that read an old configuration's number is judged by the new one`() throws {
        let strict = Configuration(window: .time(milliseconds: 40, buckets: 4), minimumCalls: 2, failureRateBp: 5000)
        let loose = Configuration(window: .time(milliseconds: 40, buckets: 4), minimumCalls: 2, failureRateBp: 9000)
        let breaker = try Self.breaker(loose)
        for outcome in [Outcome.failure, .success] { breaker.tryAcquire()?.settle(outcome) }
        let slices = try Self.slices(breaker)
        let recorder = Self.recorder(breaker)
        // The verdict of the old configuration found no reason in this slice.
        let place = try #require(slices.place(0, now: 0))
        #expect(slices.settled == TimeSlices.Settled(place, recorder.number))
        // Behind the reconfiguration's own verdict: it finds one failure in three only with the success that follows.
        breaker.parameters.update(try strict.resolved(for: "a"))
        #expect(breaker.record(false, false, in: slices, recorder))
        #expect(breaker.state == .closed)
        breaker.parameters.update(try Configuration(minimumCalls: 2, failureRateBp: 2500).resolved(for: "a"))
        #expect(breaker.record(false, false, in: slices, recorder))
        #expect(breaker.state == .open)
    }

    @Test func `a crossed threshold is not told once METRICS_ONLY was left`() throws {
        let breaker = try Self.breaker(Configuration(window: .count(size: 1), initial: .metricsOnly))
        let seen = Self.thresholds(breaker)
        let recorder = Self.recorder(breaker)
        breaker.disable()
        breaker.judge(WindowTotals(total: 1, failures: 1, slow: 0), row: 1, recorder)
        #expect(seen.all.isEmpty)
    }

    @Test func `a threshold is armed again by an outcome that reports late`() throws {
        let breaker = try Self.breaker(Configuration(window: .count(size: 1), initial: .metricsOnly))
        let seen = Self.thresholds(breaker)
        breaker.tryAcquire()?.fail()
        #expect(seen.all.count == 1)
        // A success is recorded, and its thread falls asleep before it reports; a failure follows.
        let recorder = Self.recorder(breaker)
        let ring = try Self.ring(breaker)
        _ = ring.record(tag: 0, flag: 0)
        breaker.tryAcquire()?.fail()
        #expect(seen.all.count == 1)
        breaker.judge(WindowTotals(total: 1, failures: 0, slow: 0), row: 0, recorder)
        #expect(seen.all.count == 2)
        // Others that were recorded before somebody looked at the window add nothing.
        breaker.judge(WindowTotals(total: 1, failures: 0, slow: 0), row: 0, recorder)
        breaker.judge(WindowTotals(total: 1, failures: 1, slow: 0), row: 1, recorder)
        #expect(seen.all.count == 2)
        #expect(breaker.threshold.value.holds)
    }

    @Test func `a recorder that slept while its ring was used again loses`() throws {
        let small = Configuration(window: .count(size: 4), minimumCalls: 4)
        let breaker = try Self.breaker(small)
        for outcome in [Outcome.failure, .success, .success, .success] { breaker.tryAcquire()?.settle(outcome) }
        let ring = try Self.ring(breaker)
        let asleep = ring.head
        try breaker.reconfigure(Configuration(window: .count(size: 100), minimumCalls: 100))
        try breaker.reconfigure(small)
        let again = try Self.ring(breaker)
        #expect(again.address == ring.address)
        #expect(again.head.count == asleep.count)
        #expect(again.head.flagged == asleep.flagged)
        #expect(again.head.tag == asleep.tag)
        #expect(!again.exchange(asleep, for: asleep))
    }

    @Test func `a call that began before slow calls counted is slow when it certainly was`() throws {
        let plain = Configuration(window: .count(size: 4), minimumCalls: 4)
        let breaker = try Self.breaker(plain, .system)
        let hung = breaker.tryAcquire()
        try breaker.reconfigure(Configuration(window: .count(size: 4), minimumCalls: 4, slowCallMs: 0))
        let start = BreakerClock.system.precise()
        while BreakerClock.system.precise() - start < 2 {}
        hung?.succeed()
        #expect(breaker.snapshot().slow == 1)
    }
}

extension HotParameters {
    /// The numbers of a reconfiguration without the verdict that follows them.
    fileprivate func update(_ configuration: ResolvedConfiguration) {
        begin()
        store(configuration)
        end()
    }
}
