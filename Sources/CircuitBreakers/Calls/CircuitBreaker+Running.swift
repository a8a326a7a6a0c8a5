// `@inlinable`, so that the result's type is known where the call is made: otherwise every call would run unspecialised
// generic code. The benchmark `breaker.run` is what it buys.
extension CircuitBreaker {
    /// Makes a call unless the breaker refuses it, and learns from how it ends.
    ///
    /// - Parameter body: the call; runs at once, on this thread, outside every lock.
    /// - Returns: what `body` returned.
    /// - Throws: ``CircuitBreakerError`` when the call is refused; else what `body` threw.
    @inlinable
    @inline(__always)
    public func run<Success>(_ body: () throws -> Success) throws -> Success {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        let value: Success
        do {
            value = try body()
        } catch {
            settle(ticket, thrown: error)
            throw error
        }
        settle(ticket, classifiesResults ? outcome(of: value) : .success)
        return value
    }

    /// Makes an asynchronous call unless the breaker refuses it, and learns from how it ends.
    ///
    /// The call runs in the caller's isolation: an actor may use its own state in it. A `CancellationError` while the
    /// caller's task is cancelled says nothing about the resource.
    ///
    /// - Parameter body: the call; runs outside every lock.
    /// - Returns: what `body` returned.
    /// - Throws: ``CircuitBreakerError`` when the call is refused; else what `body` threw.
    @inlinable
    @inline(__always)
    public nonisolated(nonsending) func run<Success>(
        _ body: nonisolated(nonsending) () async throws -> sending Success
    ) async throws -> sending Success {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        let value: Success
        do {
            value = try await body()
        } catch {
            settle(ticket, thrown: error)
            throw error
        }
        settle(ticket, classifiesResults ? outcome(of: value) : .success)
        return value
    }

    /// Makes an asynchronous call that is there as a function: `try await breaker.run(fetch)`.
    ///
    /// The same as with a closure, for results that any task may hold: the type of a function does not say, as a
    /// closure's body shows, that its result is nobody else's. For other results write `breaker.run { try await fetch() }`.
    ///
    /// - Parameter body: the call; runs outside every lock, in the caller's isolation unless it has one of its own.
    /// - Returns: what `body` returned.
    /// - Throws: ``CircuitBreakerError`` when the call is refused; else what `body` threw.
    @_disfavoredOverload  // Closures take the others, above all a synchronous one in an asynchronous function.
    @inlinable
    @inline(__always)
    public nonisolated(nonsending) func run<Success: Sendable>(
        _ body: nonisolated(nonsending) () async throws -> Success
    ) async throws -> Success {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        let value: Success
        do {
            value = try await body()
        } catch {
            settle(ticket, thrown: error)
            throw error
        }
        settle(ticket, classifiesResults ? outcome(of: value) : .success)
        return value
    }

    /// Makes a call unless the breaker refuses it; `classify` says what a returned value means.
    ///
    /// - Parameters:
    ///   - classify: what the value says about the resource, a failure for one.
    ///   - body: the call; runs at once, on this thread, outside every lock.
    /// - Returns: what `body` returned, whatever `classify` made of it.
    /// - Throws: ``CircuitBreakerError`` when the call is refused; else what `body` threw.
    @inlinable
    @inline(__always)
    public func run<Success>(
        classifying classify: (Success) -> Outcome,
        _ body: () throws -> Success
    ) throws -> Success {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        let value: Success
        do {
            value = try body()
        } catch {
            settle(ticket, thrown: error)
            throw error
        }
        settle(ticket, classify(value))
        return value
    }

    /// Makes an asynchronous call unless the breaker refuses it; `classify` says what a returned value means.
    ///
    /// - Parameters:
    ///   - classify: what the value says about the resource, a failure for one.
    ///   - body: the call; runs in the caller's isolation, outside every lock.
    /// - Returns: what `body` returned, whatever `classify` made of it.
    /// - Throws: ``CircuitBreakerError`` when the call is refused; else what `body` threw.
    @inlinable
    @inline(__always)
    public nonisolated(nonsending) func run<Success>(
        classifying classify: (Success) -> Outcome,
        _ body: nonisolated(nonsending) () async throws -> sending Success
    ) async throws -> sending Success {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        let value: Success
        do {
            value = try await body()
        } catch {
            settle(ticket, thrown: error)
            throw error
        }
        settle(ticket, classify(value))
        return value
    }

    /// Makes a call unless the breaker refuses it; `judge` says what a returned value means, and for how long the
    /// breaker opens at once.
    ///
    /// ```swift
    /// let response = try breaker.run(judging: { response in
    ///     response.status == 503 ? .failure(openFor: response.retryAfter) : .success
    /// }) {
    ///     try client.send(request)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - judge: what the value says about the resource.
    ///   - body: the call; runs at once, on this thread, outside every lock.
    /// - Returns: what `body` returned, whatever `judge` made of it.
    /// - Throws: ``CircuitBreakerError`` when the call is refused; else what `body` threw.
    @inlinable
    @inline(__always)
    public func run<Success>(
        judging judge: (Success) -> CallVerdict,
        _ body: () throws -> Success
    ) throws -> Success {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        let value: Success
        do {
            value = try body()
        } catch {
            settle(ticket, thrown: error)
            throw error
        }
        settle(ticket, judged: judge(value))
        return value
    }

    /// Makes an asynchronous call unless the breaker refuses it; `judge` says what a returned value means, and for how
    /// long the breaker opens at once.
    ///
    /// - Parameters:
    ///   - judge: what the value says about the resource.
    ///   - body: the call; runs in the caller's isolation, outside every lock.
    /// - Returns: what `body` returned, whatever `judge` made of it.
    /// - Throws: ``CircuitBreakerError`` when the call is refused; else what `body` threw.
    @inlinable
    @inline(__always)
    public nonisolated(nonsending) func run<Success>(
        judging judge: (Success) -> CallVerdict,
        _ body: nonisolated(nonsending) () async throws -> sending Success
    ) async throws -> sending Success {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        let value: Success
        do {
            value = try await body()
        } catch {
            settle(ticket, thrown: error)
            throw error
        }
        settle(ticket, judged: judge(value))
        return value
    }

    @usableFromInline
    func settle(_ ticket: Ticket, thrown error: any Error) {
        settle(ticket, judged: classifier.verdict(on: error))
    }

    @usableFromInline
    func outcome(of value: Any) -> Outcome {
        classifier.classify(result: value) ?? .success
    }
}
