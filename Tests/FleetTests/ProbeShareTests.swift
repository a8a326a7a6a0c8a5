import ResilienceTestKit
import StateMachines
import Testing

@testable import CircuitBreakers

/// A breaker whose process is cut off from its fleet probes its part only (fleet protocol, section 11).
struct ProbeShareTests {
    private let clock = ManualClock(start: 1000)

    private func breaker(seed: UInt64 = 1, probes: Int = 5) throws -> CircuitBreaker {
        let breaker = try CircuitBreaker(
            "pay",
            configuration: .init(window: .count(size: 1), minimumCalls: 1, openMs: 1000, probes: probes),
            clock: clock.breakerClock,
            random: .seeded(seed)
        )
        breaker.tryAcquire()?.fail()
        return breaker
    }

    /// How many calls pass at the deadline; 0 while others probe.
    private func admitted(_ breaker: CircuitBreaker) -> Int {
        clock.advance(by: 1000)
        var permits: [Holder] = []
        while let permit = breaker.tryAcquire() { permits.append(Holder(permit)) }
        defer { for permit in permits { permit.fail() } }
        return permits.count
    }

    /// A permit in an array.
    private final class Holder {
        private var permit: Permit?

        init(_ permit: consuming Permit) { self.permit = consume permit }

        func fail() { permit.take()?.fail() }
    }

    @Test(arguments: [(nil, 5), (1, 5), (2, 3), (3, 2), (5, 1)] as [(Int?, Int)])
    func `a process takes its part of the probes, rounded up`(members: Int?, expected: Int) throws {
        let breaker = try breaker()
        breaker.limitProbes(toShareOf: members)
        for _ in 0..<10 { #expect(admitted(breaker) == expected) }
    }

    @Test func `its part decides, and closes the breaker`() throws {
        let breaker = try breaker()
        breaker.limitProbes(toShareOf: 3)
        clock.advance(by: 1000)
        breaker.tryAcquire()?.succeed()
        #expect(breaker.state == .halfOpen)
        breaker.tryAcquire()?.succeed()
        #expect(breaker.state == .closed)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `in a large fleet a period is probed by lot, and at least every third`(seed: UInt64) throws {
        let breaker = try breaker(seed: seed)
        breaker.limitProbes(toShareOf: 20)
        let periods = (0..<600).map { _ in admitted(breaker) }
        #expect(Set(periods) == [0, 1])
        #expect(!periods.contains([0, 0, 0]))
        // By lot a quarter; with every third for certain 1 / (1 + 3/4 + 9/16).
        let probed = periods.count { $0 == 1 }
        #expect((200...320).contains(probed), "seed \(seed): \(probed) of 600")
        let again = try self.breaker(seed: seed)
        again.limitProbes(toShareOf: 20)
        #expect((0..<600).map { _ in admitted(again) } == periods, "a seed is a run")
    }

    @Test func `a million members leave every third period`() throws {
        let breaker = try breaker(probes: 1)
        breaker.limitProbes(toShareOf: 1_000_000)
        #expect((0..<9).map { _ in admitted(breaker) } == [0, 0, 1, 0, 0, 1, 0, 0, 1])
        breaker.limitProbes(toShareOf: nil)
        #expect((0..<3).map { _ in admitted(breaker) } == [1, 1, 1])
    }

    @Test func `OPEN once more is no transition, and has its time before it again`() throws {
        let breaker = try breaker(probes: 1)
        breaker.limitProbes(toShareOf: 1_000_000)
        let sequence = breaker.machine.current.sequence
        clock.advance(by: 1000)
        breaker.tryAcquire()?.succeed()
        #expect(breaker.snapshot().notPermitted == 1)
        #expect(breaker.machine.current.sequence == sequence)
        #expect(breaker.snapshot().state == .open)
        #expect(!breaker.snapshot().probeEligible)
        clock.advance(by: 999)
        breaker.poll()
        #expect(breaker.snapshot().state == .open)
    }

    @Test func `a new configuration keeps to the part`() throws {
        let breaker = try breaker()
        breaker.limitProbes(toShareOf: 3)
        clock.advance(by: 1000)
        breaker.poll()
        try breaker.reconfigure(.init(window: .count(size: 1), minimumCalls: 1, openMs: 1000, probes: 9))
        #expect(breaker.state == .halfOpen)
        var permits: [Holder] = []
        while let permit = breaker.tryAcquire() { permits.append(Holder(permit)) }
        #expect(permits.count == 3)
    }
}
