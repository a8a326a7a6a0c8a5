/// What errors and results say about the resource behind a breaker.
///
/// Three answers are possible, see ``Outcome``; where a classifier has none, the standard rules hold.
///
/// ```swift
/// let classifier = OutcomeClassifier.standard
///     .ignoring(ValidationError.self)
///     .succeeding(on: HTTPError.self) { $0.status == 404 }
/// ```
///
/// A classifier cannot throw. One that blocks holds up the call that it classifies and no other: nothing is locked
/// meanwhile.
public struct OutcomeClassifier: Sendable {
    /// `nil` for the standard rules alone; one object for all breakers with the same classifier.
    let rules: Rules?

    final class Rules: Sendable {
        let error: (@Sendable (any Error) -> Outcome?)?
        let result: (@Sendable (Any) -> Outcome?)?
        let openFor: (@Sendable (any Error) -> Duration?)?

        init(
            _ error: (@Sendable (any Error) -> Outcome?)?,
            _ result: (@Sendable (Any) -> Outcome?)?,
            _ openFor: (@Sendable (any Error) -> Duration?)?
        ) {
            self.error = error
            self.result = result
            self.openFor = openFor
        }
    }

    /// Every thrown error is a failure, but for two that say nothing: a `CancellationError` while the caller's own task
    /// is cancelled, and a ``LocalRefusal``, which another breaker's ``CircuitBreakerError`` is.
    ///
    /// Every result is a success.
    public static let standard = OutcomeClassifier()

    /// Creates a classifier.
    ///
    /// - Parameters:
    ///   - error: says what a thrown error is; a returned `nil` leaves it to the standard rules.
    ///   - result: says what a returned value is; `nil`, or a returned `nil`, takes it as a success. A breaker with one
    ///     boxes every result; for one kind of call `run(classifying:)` is cheaper.
    ///   - openFor: for how long the breaker opens at once for a thrown error that is a failure, as
    ///     ``CallVerdict/openFor`` says; `nil`, or a returned `nil`, leaves it to the window.
    public init(
        error: (@Sendable (any Error) -> Outcome?)? = nil,
        result: (@Sendable (Any) -> Outcome?)? = nil,
        openFor: (@Sendable (any Error) -> Duration?)? = nil
    ) {
        rules = error == nil && result == nil && openFor == nil ? nil : Rules(error, result, openFor)
    }

    /// Whether there are the standard rules alone.
    var isStandard: Bool { rules == nil }

    /// Whether a returned value can be anything but a success.
    var classifiesResults: Bool { rules?.result != nil }

    /// What a thrown error says, and whether it opens the breaker.
    ///
    /// Called in the caller's task.
    func verdict(on error: any Error) -> CallVerdict {
        let outcome = outcome(of: error)
        return CallVerdict(outcome, openFor: outcome == .failure ? rules?.openFor?(error) : nil)
    }

    /// What a thrown error says.
    ///
    /// Called in the caller's task.
    func outcome(of error: any Error) -> Outcome {
        if let outcome = rules?.error?(error) { return outcome }
        if error is CancellationError { return Task.isCancelled ? .ignored : .failure }
        // Nothing was asked of the resource: a refusal on this side never feeds a breaker.
        return error is any LocalRefusal ? .ignored : .failure
    }

    /// What a returned value says; `nil` takes it as a success.
    func classify(result: Any) -> Outcome? { rules?.result?(result) }
}
