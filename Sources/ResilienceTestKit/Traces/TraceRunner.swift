import CircuitBreakers
import StateMachines

/// Replays traces against a real breaker on a virtual clock that starts at 0.
///
/// ```swift
/// let result = try TraceRunner.run(Trace(json: text))
/// print(result)  // ok late-result-is-dropped
/// ```
public enum TraceRunner {
    /// How a replay ended; printed as one line.
    public struct Result: Sendable, Hashable, CustomStringConvertible {
        /// The trace's id.
        public var id: String
        /// The first thing that was not as expected; `nil` when all was.
        public var mismatch: Mismatch?

        /// Whether everything was as expected.
        public var hasPassed: Bool { mismatch == nil }

        /// `ok ID` or `FAILED ID step N: field expected X, got Y`.
        public var description: String {
            guard let mismatch else { return "ok \(id)" }
            return
                "FAILED \(id) step \(mismatch.step): \(mismatch.field) expected \(mismatch.expected), got \(mismatch.got)"
        }
    }

    /// A difference between a trace and what happened.
    public struct Mismatch: Error, Hashable {
        /// The number of the step; the first is 1.
        public var step: Int
        /// The field of a snapshot, or `admission`, `admin`, `events`.
        public var field: String
        /// What the trace says.
        public var expected: String
        /// What happened.
        public var got: String
    }

    /// Replays a trace up to its first mismatch.
    ///
    /// - Throws: ``TraceError`` for a configuration that no breaker accepts; a trace that was read from JSON has none.
    public static func run(_ trace: Trace) throws(TraceError) -> Result {
        var replay = try Replay(trace)
        let last = trace.steps.lastIndex { if case .events = $0 { true } else { false } }
        for (index, step) in trace.steps.enumerated() {
            // What nobody asks for any more would fill the memory.
            if index == (last ?? -1) + 1 { replay.forgetEvents() }
            if var difference = try replay.take(step) {
                if let written = trace.writtenEvents[index], case .events = step { difference.expected = written }
                let mismatch = Mismatch(
                    step: index + 1,
                    field: difference.field,
                    expected: difference.expected,
                    got: difference.got
                )
                return Result(id: trace.id, mismatch: mismatch)
            }
        }
        return Result(id: trace.id, mismatch: nil)
    }
}

/// Something that was not as expected.
struct Difference: Equatable {
    var field: String
    var expected: String
    var got: String
}

/// A breaker, its clock, and the permits that a trace holds.
private struct Replay: ~Copyable {
    private let clock = ManualClock()
    private let breaker: CircuitBreaker
    private let events = EventLog()
    private var permits: [String: HeldPermit] = [:]

    /// Keeps what happened since it was last read.
    private final class EventLog: Sendable {
        /// Nil when nobody will read them.
        private let events = Locked<[Trace.Event]?>([])

        func append(_ event: Trace.Event) { events.withLock { $0?.append(event) } }

        func take() -> [Trace.Event] {
            events.withLock { events in
                defer { events = events.map { _ in [] } }
                return events ?? []
            }
        }

        func end() { events.withLock { $0 = nil } }
    }

    /// A permit that a dictionary can hold.
    private final class HeldPermit {
        private var permit: Permit?

        init(_ permit: consuming Permit) {
            self.permit = consume permit
        }

        func settle(_ outcome: Outcome) {
            guard let permit = permit.take() else { return }
            permit.settle(outcome)
        }
    }

    init(_ trace: Trace) throws(TraceError) {
        do {
            breaker = try CircuitBreaker(
                "trace",
                configuration: trace.configuration,
                clock: clock.breakerClock,
                random: .seeded(trace.seed ?? 0),
                logger: CircuitBreaker.silentLogger
            )
        } catch {
            throw TraceError(error.findings)
        }
        let events = events
        _ = breaker.addListener { event in
            switch event {
            case .transition(let move):
                events.append(.transition(from: move.from.wireName, to: move.to.wireName, event: move.eventName))
            case .thresholdExceeded: events.append(.thresholdExceeded)
            case .notPermitted, .lateResult: break
            }
        }
    }

    /// Says that no list of events is to come.
    func forgetEvents() { events.end() }

    mutating func take(_ step: Trace.Step) throws(TraceError) -> Difference? {
        switch step {
        case .advance(let amount):
            clock.advance(by: amount)
        case .call(let outcome, let times, let durationMs, let expected):
            return call(outcome, times: times, durationMs: durationMs, expected)
        case .begin(let id, let expected):
            return begin(id, expected ?? .admitted)
        case .end(let id, let outcome):
            guard let permit = permits.removeValue(forKey: id) else {
                throw TraceError("\(MachineName.shown(id)) is not held: begin it first")
            }
            permit.settle(outcome)
        case .drop(let id):
            guard permits.removeValue(forKey: id) != nil else {
                throw TraceError("\(MachineName.shown(id)) is not held: begin it first")
            }
        case .admin(let event, let milliseconds, let isRefused):
            return admin(event, milliseconds, isRefused: isRefused)
        case .poll:
            breaker.poll()
        case .reconfigure(let configuration):
            do { try breaker.reconfigure(configuration) } catch { throw TraceError(error.findings) }
        case .expect(let expected):
            return breaker.snapshot().difference(from: expected)
        case .events(let expected):
            let got = events.take()
            guard got != expected else { return nil }
            return Difference(field: "events", expected: Trace.json(expected), got: Trace.json(got))
        }
        return nil
    }

    private func call(
        _ outcome: Outcome,
        times: Int,
        durationMs: Int64,
        _ expected: Trace.Admission?
    ) -> Difference? {
        for _ in 0..<times {
            var refusal: CircuitState?
            let permit = breaker.tryAcquire(refusedBy: &refusal)
            if let expected, let difference = expected.difference(refusedBy: refusal) { return difference }
            guard let permit else { continue }
            clock.advance(by: durationMs)
            permit.settle(outcome)
        }
        return nil
    }

    private mutating func begin(_ id: String, _ expected: Trace.Admission) -> Difference? {
        var refusal: CircuitState?
        let permit = breaker.tryAcquire(refusedBy: &refusal)
        if let difference = expected.difference(refusedBy: refusal) { return difference }
        if let permit { permits[id] = HeldPermit(permit) }
        return nil
    }

    private func admin(_ event: Trace.Admin, _ milliseconds: Int64?, isRefused: Bool) -> Difference? {
        let result =
            switch event {
            case .open: breaker.open(forMs: milliseconds)
            case .close: breaker.close()
            case .forceOpen: breaker.forceOpen()
            case .disable: breaker.disable()
            case .observe: breaker.observe()
            case .reset: breaker.reset()
            }
        guard (result == .refused) != isRefused else { return nil }
        return Difference(
            field: "admin",
            expected: isRefused ? "refused" : "accepted",
            got: isRefused ? "accepted" : "refused"
        )
    }
}
