/// An error that says: nothing was asked of the resource, the call was refused on this side.
///
/// What refuses calls by itself, as a bulkhead or a rate limiter does, conforms its error, and no breaker around it takes the
/// refusal for a failure of the resource:
///
/// ```swift
/// extension BulkheadFull: LocalRefusal {}
/// ```
///
/// A breaker sees only the error that its call throws. A library that wraps a refusal in an error of its own hides it: let
/// the outer error conform, or name it with ``OutcomeClassifier/ignoring(_:where:)``.
public protocol LocalRefusal: Error {}

extension CircuitBreakerError: LocalRefusal {}
