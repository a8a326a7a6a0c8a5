import ResilienceTestKit
import StateMachines
import Testing

@testable import CircuitBreakers

struct SharingTests {
    private let clock = ManualClock(start: 1000)
    private let breaker: CircuitBreaker
    private let told = SharedList<LocalTransition>()
    private let events = SharedList<BreakerTransition>()

    init() throws {
        breaker = try CircuitBreaker(
            "payments",
            configuration: .init(window: .count(size: 20), openMs: 5000, backoffFactor: 2000),
            clock: clock.breakerClock,
            logger: CircuitBreaker.silentLogger
        )
        let (told, events) = (told, events)
        breaker.observeTransitions { told.append($0) }
        _ = breaker.addListener { if case .transition(let transition) = $0 { events.append(transition) } }
    }

    private func trip() {
        for index in 0..<20 {
            let permit = breaker.tryAcquire()
            if index % 5 < 3 { permit?.fail() } else { permit?.succeed() }
        }
    }

    @Test func `a trip is told with its deadline, its reason and the numbers behind it`() {
        trip()
        #expect(
            told.all == [
                LocalTransition(
                    sequence: 1,
                    basis: 0,
                    from: "CLOSED",
                    to: "OPEN",
                    event: "trip",
                    remainingMs: 5000,
                    durationMs: 5000,
                    attempts: 1,
                    reason: "failureRate",
                    actor: "",
                    failureRateBp: 6000,
                    detail: "total=20,failures=12,slow=0,failureRateBp=6000,slowRateBp=-,row=0"
                )
            ]
        )
    }

    @Test func `probing is told, with an empty reason in CLOSED`() {
        trip()
        clock.advance(by: 5000)
        for _ in 0..<5 { breaker.tryAcquire()?.succeed() }
        #expect(told.all.map(\.to) == ["OPEN", "HALF_OPEN", "CLOSED"])
        #expect(told.all.map(\.event) == ["trip", "cooldownElapsed", "probesPassed"])
        #expect(told.all.map(\.reason) == ["failureRate", "failureRate", ""])
        #expect(told.all.map(\.actor) == ["", "", ""])
        #expect(told.all.map(\.remainingMs) == [5000, nil, nil])
        #expect(told.all.map(\.sequence) == [1, 2, 3])
    }

    @Test func `an override is an operator's decision, with its words or as manual`() {
        breaker.forceOpen(reason: "database is moved", actor: "ann")
        breaker.disable(actor: "")
        breaker.reset(reason: String(repeating: "é", count: 150), actor: String(repeating: "x", count: 150))
        breaker.open(for: .seconds(1))
        breaker.close()
        #expect(told.all.map(\.actor) == ["ann", "local", String(repeating: "x", count: 100), "local", "local"])
        #expect(
            told.all.map(\.reason)
                == ["database is moved", "manual", String(repeating: "é", count: 100), "manual", ""]
        )
        #expect(told.all.map(\.remainingMs) == [nil, nil, nil, 1000, nil])
    }

    @Test func `an observer is told the present state, with what is left of it`() {
        let untouched = breaker.observeTransitions { _ in }
        #expect(untouched.sequence == 0)
        #expect(untouched.to == "CLOSED")
        trip()
        clock.advance(by: 2000)
        let present = breaker.observeTransitions { _ in }
        #expect(present.sequence == 1)
        #expect(present.to == "OPEN")
        #expect(present.remainingMs == 3000)
        #expect(present.durationMs == 5000)
    }

    @Test func `a state from the fleet is a transition of the machine, and is not told back`() {
        breaker.tryAcquire()?.fail()
        let permit = breaker.tryAcquire()
        let state = SharedState(
            state: "OPEN",
            remainingMs: 700,
            durationMs: 9000,
            attempts: 3,
            epoch: 8,
            reason: "slowRate",
            writer: "00000000000000ab"
        )
        #expect(breaker.merge(state, basis: 5, ifSequence: 0) == .adopted(sequence: 1))
        let snapshot = breaker.snapshot()
        #expect(snapshot.state == .open)
        #expect(snapshot.retryAfterMs == 700)
        #expect(snapshot.attempts == 3)
        #expect(snapshot.reason == .slowRate)
        #expect(snapshot.cause == .fleet(writer: "00000000000000ab", actor: ""))
        #expect(snapshot.total == 1)
        #expect(snapshot.inFlight == 0)
        permit?.succeed()
        #expect(breaker.snapshot().lateResults == 1)
        #expect(told.all.isEmpty)
        #expect(events.all.map(\.eventName) == ["adopt"])
        #expect(breaker.adoptionCount(from: .closed) == 1)

        // What is decided next carries the basis, and the back-off goes on from the fleet's attempts.
        clock.advance(by: 700)
        for _ in 0..<3 { breaker.tryAcquire()?.fail() }
        #expect(told.all.map(\.basis) == [5, 5])
        #expect(told.all.last?.attempts == 4)
        #expect(told.all.last?.durationMs == 40_000)
    }

    @Test func `a machine that has moved meanwhile refuses`() {
        breaker.forceOpen()
        let state = SharedState(state: "DISABLED", epoch: 3)
        #expect(breaker.merge(state, basis: 9, ifSequence: 0) == .conflict(sequence: 1))
        #expect(breaker.state == .forcedOpen)
        breaker.reset()
        #expect(told.all.last?.basis == 0)
        #expect(breaker.merge(state, basis: 9, ifSequence: nil) == .adopted(sequence: 3))
        #expect(breaker.state == .disabled)
    }

    @Test func `a state that breakers do not have is refused`() {
        #expect(breaker.merge(SharedState(state: "OPENISH"), basis: 1, ifSequence: nil) == .unknownState)
        #expect(breaker.snapshot().sequence == 0)
    }

    @Test func `the same state and epoch replace only the deadline`() {
        trip()
        let same = SharedState(state: "OPEN", remainingMs: 123, durationMs: 5000, attempts: 1, epoch: 1, writer: "ff")
        #expect(breaker.merge(same, basis: 2, ifSequence: 1) == .adopted(sequence: 1))
        #expect(breaker.snapshot().retryAfterMs == 123)
        #expect(breaker.snapshot().failures == 12)
        #expect(breaker.snapshot().cause == .local(actor: ""))
        #expect(events.all.count == 1)
        // The mirrored deadline of the road of a call is the new one too.
        clock.advance(by: 123)
        let isAdmitted = breaker.tryAcquire() != nil
        #expect(isAdmitted)
        #expect(breaker.state == .halfOpen)
    }

    @Test func `another operator's decision for the same state is shown`() {
        breaker.forceOpen(reason: "moving", actor: "ann")
        let state = SharedState(state: "FORCED_OPEN", reason: "still moving", actor: "bob", writer: "ff")
        #expect(breaker.merge(state, basis: 2, ifSequence: 1) == .adopted(sequence: 1))
        #expect(breaker.snapshot().cause == .fleet(writer: "ff", actor: "bob"))
        #expect(breaker.snapshot().reasonText == "still moving")
    }

    @Test func `another epoch of the same state is a new generation`() {
        trip()
        let later = SharedState(state: "OPEN", remainingMs: 4000, durationMs: 5000, attempts: 2, epoch: 2)
        #expect(breaker.merge(later, basis: 2, ifSequence: nil) == .adopted(sequence: 2))
        #expect(breaker.snapshot().retryAfterMs == 4000)
        #expect(breaker.snapshot().attempts == 2)
        #expect(breaker.snapshot().total == 20)
    }

    @Test func `what is left is clamped to the duration`() {
        let state = { (remaining: Int64?, epoch: Int64) in
            SharedState(state: "OPEN", remainingMs: remaining, durationMs: 500, epoch: epoch)
        }
        _ = breaker.merge(state(9000, 1), basis: 1, ifSequence: nil)
        #expect(breaker.snapshot().retryAfterMs == 500)
        _ = breaker.merge(state(-5, 2), basis: 1, ifSequence: nil)
        #expect(breaker.snapshot().retryAfterMs == 0)
        _ = breaker.merge(state(nil, 3), basis: 1, ifSequence: nil)
        #expect(breaker.snapshot().retryAfterMs == 500)
    }

    @Test func `HALF_OPEN of the fleet is an OPEN whose deadline has passed, and each process probes by itself`() {
        let state = SharedState(state: "HALF_OPEN", durationMs: 500, attempts: 2, epoch: 4)
        #expect(breaker.merge(state, basis: 1, ifSequence: nil) == .adopted(sequence: 1))
        #expect(breaker.state == .open)
        #expect(breaker.snapshot().probeEligible)
        let probe = breaker.tryAcquire()
        #expect(breaker.state == .halfOpen)
        // The same episode does not end its probes, whichever stage of it is read.
        for name in ["OPEN", "HALF_OPEN"] {
            var again = state
            again.state = name
            again.remainingMs = 0
            #expect(breaker.merge(again, basis: 2, ifSequence: nil) == .adopted(sequence: 2))
        }
        #expect(breaker.state == .halfOpen)
        probe?.succeed()
        #expect(breaker.snapshot().total == 1)
    }

    @Test func `an OPEN of the same epoch that has time left ends probes that began too early`() {
        trip()
        clock.advance(by: 5000)
        let probe = breaker.tryAcquire()
        let state = SharedState(state: "OPEN", remainingMs: 300, durationMs: 5000, attempts: 1, epoch: 1)
        #expect(breaker.merge(state, basis: 1, ifSequence: 2) == .adopted(sequence: 3))
        #expect(breaker.snapshot().retryAfterMs == 300)
        probe?.succeed()
        #expect(breaker.snapshot().lateResults == 1)
    }

    @Test func `CLOSED of the fleet starts afresh`() {
        trip()
        let state = SharedState(state: "CLOSED", attempts: 6, epoch: 1, reason: "lostWrite")
        #expect(breaker.merge(state, basis: 1, ifSequence: 1) == .adopted(sequence: 2))
        let snapshot = breaker.snapshot()
        #expect(snapshot.state == .closed)
        #expect(snapshot.attempts == 0)
        #expect(snapshot.total == 0)
        #expect(snapshot.reason == nil)
    }

    @Test(arguments: [
        ("failureRate", "", BreakerReason.failureRate, "failureRate"),
        ("halfOpenTimeout", "", .halfOpenTimeout, "halfOpenTimeout"),
        ("lostWrite", "", .lostWrite, "lostWrite"),
        ("overrideExpired", "", .overrideExpired, "overrideExpired"),
        ("the bank is closed", "ann", .manual, "the bank is closed"),
        ("failureRate", "ann", .manual, "failureRate"),
    ])
    func `a known automatic reason is kept and an operator's text reads as manual`(
        _ text: String,
        _ actor: String,
        _ reason: BreakerReason,
        _ shown: String
    ) {
        let state = SharedState(state: "OPEN", durationMs: 1, epoch: 9, reason: text, actor: actor)
        _ = breaker.merge(state, basis: 1, ifSequence: nil)
        #expect(breaker.snapshot().reason == reason)
        #expect(breaker.snapshot().reasonText == shown)
        #expect(breaker.snapshot().cause.actor == actor)
    }

    @Test func `an entry into OPEN raises the epoch, so that an acknowledgement is the same state`() {
        let adopted = SharedState(state: "CLOSED", epoch: 7)
        _ = breaker.merge(adopted, basis: 1, ifSequence: nil)
        trip()
        let acknowledged = SharedState(state: "OPEN", remainingMs: 5000, durationMs: 5000, attempts: 1, epoch: 8)
        #expect(breaker.merge(acknowledged, basis: 2, ifSequence: 2) == .adopted(sequence: 2))
    }

    @Test func `the failure rate is read when it is asked for`() {
        #expect(breaker.failureRateBp == nil)
        for _ in 0..<19 { breaker.tryAcquire()?.succeed() }
        breaker.tryAcquire()?.fail()
        #expect(breaker.failureRateBp == 500)
    }
}
