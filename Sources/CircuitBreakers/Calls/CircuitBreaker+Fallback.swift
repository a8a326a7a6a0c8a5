// `@inlinable` for the reason that stands in CircuitBreaker+Running.swift.
extension CircuitBreaker {
    /// Makes a call unless the breaker refuses it, and learns from how it ends; `fallback` answers in its place when it
    /// is refused or throws.
    ///
    /// ```swift
    /// let price = breaker.run { try shop.price(of: item) } orElse: { _ in lastPrice }
    /// ```
    ///
    /// What becomes of the call is recorded before `fallback` runs; what becomes of `fallback` is never recorded. A result
    /// that the classifier takes for a failure is returned as it is.
    ///
    /// - Parameters:
    ///   - body: the call; runs at once, on this thread, outside every lock.
    ///   - fallback: answers instead; gets the ``CircuitBreakerError`` of a refused call, else what `body` threw.
    /// - Returns: what `body` returned, or `fallback`.
    /// - Throws: what `fallback` throws, and nothing else: with one that does not throw, the whole does not.
    @inlinable
    @inline(__always)
    public func run<Success, Failure: Error>(
        _ body: () throws -> Success,
        orElse fallback: (any Error) throws(Failure) -> Success
    ) throws(Failure) -> Success {
        let ticket = admit()
        guard ticket.isAdmitted else { return try fallback(refusal(ticket)) }
        let value: Success
        do {
            value = try body()
        } catch {
            settle(ticket, thrown: error)
            return try fallback(error)
        }
        settle(ticket, classifiesResults ? outcome(of: value) : .success)
        return value
    }

    /// Makes an asynchronous call unless the breaker refuses it, and learns from how it ends; `fallback` answers in its
    /// place when it is refused or throws.
    ///
    /// ```swift
    /// let price = await breaker.run { try await shop.price(of: item) } orElse: { _ in lastPrice }
    /// ```
    ///
    /// What becomes of the call is recorded before `fallback` runs; what becomes of `fallback` is never recorded. Both run
    /// in the caller's isolation: an actor may use its own state in them. A cancelled call gets its fallback, too: one
    /// that is not wanted then rethrows a `CancellationError`. A result that the classifier takes for a failure is
    /// returned as it is.
    ///
    /// - Parameters:
    ///   - body: the call; runs outside every lock.
    ///   - fallback: answers instead; gets the ``CircuitBreakerError`` of a refused call, else what `body` threw.
    /// - Returns: what `body` returned, or `fallback`.
    /// - Throws: what `fallback` throws, and nothing else: with one that does not throw, the whole does not.
    @inlinable
    @inline(__always)
    public nonisolated(nonsending) func run<Success, Failure: Error>(
        _ body: nonisolated(nonsending) () async throws -> sending Success,
        orElse fallback: nonisolated(nonsending) (any Error) async throws(Failure) -> sending Success
    ) async throws(Failure) -> sending Success {
        let ticket = admit()
        guard ticket.isAdmitted else { return try await fallback(refusal(ticket)) }
        let value: Success
        do {
            value = try await body()
        } catch {
            settle(ticket, thrown: error)
            return try await fallback(error)
        }
        settle(ticket, classifiesResults ? outcome(of: value) : .success)
        return value
    }
}
