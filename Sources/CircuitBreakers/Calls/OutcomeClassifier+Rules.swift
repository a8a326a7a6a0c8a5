/// Rules one after the other: the first that knows an error decides, and what none knows is left to the standard rules.
///
/// ```swift
/// let classifier = OutcomeClassifier.standard
///     .failing(on: URLError.self) { $0.code == .timedOut }
///     .ignoring(URLError.self) { $0.code == .cancelled }
///     .succeeding(on: NotFound.self)
/// ```
///
/// Predicates run in the caller's task, outside every lock; they must not block.
extension OutcomeClassifier {
    /// This classifier first, and `next` for what it leaves open.
    ///
    /// - Parameter next: decides on errors and results about which this one says nothing, and for how long the breaker
    ///   opens where this one does not say so.
    /// - Returns: a classifier of both.
    public func followed(by next: OutcomeClassifier) -> OutcomeClassifier {
        guard let first = rules else { return next }
        guard let second = next.rules else { return self }
        return OutcomeClassifier(
            error: Self.first(first.error, second.error),
            result: Self.first(first.result, second.result),
            openFor: Self.first(first.openFor, second.openFor)
        )
    }

    /// Then: errors of a type, all or some of them, say nothing about the resource.
    public func ignoring<Failure: Error>(
        _ type: Failure.Type,
        where isMeant: @escaping @Sendable (Failure) -> Bool = { _ in true }
    ) -> OutcomeClassifier {
        then(.ignored, on: type, where: isMeant)
    }

    /// Then: errors for which `isMeant` is true say nothing about the resource.
    public func ignoring(where isMeant: @escaping @Sendable (any Error) -> Bool) -> OutcomeClassifier {
        then(.ignored, where: isMeant)
    }

    /// Then: errors of a type, all or some of them, are failures of the resource.
    public func failing<Failure: Error>(
        on type: Failure.Type,
        where isMeant: @escaping @Sendable (Failure) -> Bool = { _ in true }
    ) -> OutcomeClassifier {
        then(.failure, on: type, where: isMeant)
    }

    /// Then: errors for which `isMeant` is true are failures of the resource.
    public func failing(where isMeant: @escaping @Sendable (any Error) -> Bool) -> OutcomeClassifier {
        then(.failure, where: isMeant)
    }

    /// Then: errors of a type, all or some of them, show that the resource is well: a "not found", for one.
    public func succeeding<Failure: Error>(
        on type: Failure.Type,
        where isMeant: @escaping @Sendable (Failure) -> Bool = { _ in true }
    ) -> OutcomeClassifier {
        then(.success, on: type, where: isMeant)
    }

    /// Then: errors for which `isMeant` is true show that the resource is well.
    public func succeeding(where isMeant: @escaping @Sendable (any Error) -> Bool) -> OutcomeClassifier {
        then(.success, where: isMeant)
    }

    /// Then: what a returned value of a type says.
    ///
    /// A breaker that classifies results boxes every result; for one kind of call `run(classifying:)` is cheaper.
    ///
    /// - Parameters:
    ///   - type: results of other types are left open.
    ///   - outcome: says what a value means; `nil` leaves it open.
    /// - Returns: this classifier with the rule behind its own.
    public func judging<Value>(
        _ type: Value.Type,
        as outcome: @escaping @Sendable (Value) -> Outcome?
    ) -> OutcomeClassifier {
        followed(by: OutcomeClassifier(result: { ($0 as? Value).flatMap(outcome) }))
    }

    private func then<Failure: Error>(
        _ outcome: Outcome,
        on type: Failure.Type,
        where isMeant: @escaping @Sendable (Failure) -> Bool
    ) -> OutcomeClassifier {
        then(outcome) { ($0 as? Failure).map(isMeant) ?? false }
    }

    private func then(_ outcome: Outcome, where isMeant: @escaping @Sendable (any Error) -> Bool) -> OutcomeClassifier {
        followed(by: OutcomeClassifier(error: { isMeant($0) ? outcome : nil }))
    }

    private static func first<Value, Answer>(
        _ first: (@Sendable (Value) -> Answer?)?,
        _ second: (@Sendable (Value) -> Answer?)?
    ) -> (@Sendable (Value) -> Answer?)? {
        guard let first, let second else { return first ?? second }
        return { first($0) ?? second($0) }
    }
}
