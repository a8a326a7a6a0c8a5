public import CircuitBreakers
import StateMachines

/// Keeps everything that happens in a breaker, in order, for a test to look at.
///
/// ```swift
/// let recorder = BreakerRecorder(breaker)
/// // …
/// #expect(recorder.states == [.open, .halfOpen, .closed])
/// ```
///
/// What a call brings about is there when the call returns, unless another thread is still telling what came before.
public final class BreakerRecorder: Sendable {
    private let recorded = Recorded()
    private let breaker: CircuitBreaker
    private let listener: Int

    /// What the breaker tells is kept here, so that it does not keep the recorder.
    private final class Recorded: Sendable {
        let events = Locked<[BreakerEvent]>([])
    }

    /// Records from now on, until the recorder is gone.
    public init(_ breaker: CircuitBreaker) {
        self.breaker = breaker
        let recorded = recorded
        listener = breaker.addListener { event in recorded.events.withLock { $0.append(event) } }
    }

    deinit {
        breaker.removeListener(listener)
    }

    /// Everything so far.
    public var events: [BreakerEvent] { recorded.events.withLock { $0 } }

    /// The transitions so far.
    public var transitions: [BreakerTransition] {
        events.compactMap { event in
            guard case .transition(let transition) = event else { return nil }
            return transition
        }
    }

    /// The states entered so far.
    public var states: [CircuitState] { transitions.map(\.to) }

    /// Takes what has happened so far, and forgets it.
    public func take() -> [BreakerEvent] {
        recorded.events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
