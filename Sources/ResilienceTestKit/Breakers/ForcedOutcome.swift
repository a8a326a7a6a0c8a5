public import CircuitBreakers
import StateMachines

/// Makes calls through a breaker count as a test wants, whatever they return or throw.
///
/// ```swift
/// let forced = ForcedOutcome()
/// let breaker = try CircuitBreaker("payments", classifier: forced.classifier)
/// forced.next(.failure, times: 20)
/// for _ in 0..<20 { try shop.pay() }  // returns as ever, and yet the breaker opens
/// ```
public final class ForcedOutcome: Sendable {
    private struct State {
        var queue: [(outcome: Outcome, times: Int)] = []
        var always: Outcome?
        var forced = 0
    }

    private let state = Locked(State())
    private let base: OutcomeClassifier

    /// Creates one that forces nothing yet.
    ///
    /// - Parameter base: what classifies calls that are not forced.
    public init(base: OutcomeClassifier = .standard) {
        self.base = base
    }

    /// The classifier for the breaker under test.
    public var classifier: OutcomeClassifier {
        OutcomeClassifier(error: { [self] _ in take() }, result: { [self] _ in take() }).followed(by: base)
    }

    /// The next calls that complete count as `outcome`, after those that were asked for before.
    ///
    /// - Parameters:
    ///   - outcome: what they count as.
    ///   - times: how many calls, at least 1.
    public func next(_ outcome: Outcome, times: Int = 1) {
        state.withLock { $0.queue.append((outcome, max(1, times))) }
    }

    /// All calls behind the next ones count as `outcome`; `nil` forces none of them.
    public func always(_ outcome: Outcome?) {
        state.withLock { $0.always = outcome }
    }

    /// How many calls were forced so far.
    public var count: Int { state.withLock { $0.forced } }

    private func take() -> Outcome? {
        state.withLock { state in
            guard let first = state.queue.first else {
                if state.always != nil { state.forced += 1 }
                return state.always
            }
            state.forced += 1
            if first.times == 1 { state.queue.removeFirst() } else { state.queue[0].times -= 1 }
            return first.outcome
        }
    }
}
