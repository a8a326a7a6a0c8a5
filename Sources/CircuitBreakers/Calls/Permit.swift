/// Leave to make one call; settle it exactly once.
///
/// A permit that is dropped settles itself as ignored: it says nothing about the resource, and in HALF_OPEN its slot is
/// free again.
public struct Permit: ~Copyable, Sendable {
    private let breaker: CircuitBreaker
    private let ticket: Ticket
    private var isSettled = false

    init(_ breaker: CircuitBreaker, _ ticket: Ticket) {
        self.breaker = breaker
        self.ticket = ticket
    }

    /// The call succeeded.
    public consuming func succeed() {
        settle(.success)
    }

    /// The call failed.
    public consuming func fail() {
        settle(.failure)
    }

    /// The call says nothing about the resource.
    public consuming func ignore() {
        settle(.ignored)
    }

    /// The call failed, and the resource asks to be left alone for a while: see ``CallVerdict/openFor``.
    public consuming func fail(openingFor duration: Duration) {
        settle(judged: .failure(openFor: duration))
    }

    /// The call ended with an error; the breaker's classifier says what that means.
    public consuming func fail(_ error: any Error) {
        settle(judged: breaker.classifier.verdict(on: error))
    }

    /// The call ended like this.
    public consuming func settle(judged verdict: CallVerdict) {
        isSettled = true
        breaker.settle(ticket, judged: verdict)
    }

    /// The call ended like this.
    public consuming func settle(_ outcome: Outcome) {
        isSettled = true
        breaker.settle(ticket, outcome)
    }

    deinit {
        if !isSettled { breaker.settle(ticket, .ignored) }
    }
}

extension CircuitBreaker {
    /// Asks for leave to make a call; `nil` when it is refused.
    ///
    /// Allocates nothing.
    public func tryAcquire() -> Permit? {
        let ticket = admit()
        guard ticket.isAdmitted else { return nil }
        return Permit(self, ticket)
    }

    /// Asks for leave to make a call.
    ///
    /// - Throws: ``CircuitBreakerError`` when it is refused.
    public func acquire() throws(CircuitBreakerError) -> Permit {
        let ticket = admit()
        guard ticket.isAdmitted else { throw refusal(ticket) }
        return Permit(self, ticket)
    }

    /// The error for a refused call.
    @usableFromInline
    func refusal(_ ticket: Ticket) -> CircuitBreakerError {
        let state = ticket.refusedBy ?? .open
        return CircuitBreakerError(
            code: Self.code(state),
            breaker: name,
            state: state,
            retryAfter: ticket.retryAfterMs.map { .milliseconds($0) }
        )
    }

    private static func code(_ state: CircuitState) -> CircuitBreakerError.Code {
        switch state {
        case .halfOpen: .noProbeFree
        case .forcedOpen: .forcedOpen
        case .open, .closed, .disabled, .metricsOnly: .open
        }
    }

    /// Asks for leave to make a call and says who refused it.
    package func tryAcquire(refusedBy state: inout CircuitState?) -> Permit? {
        let ticket = admit()
        state = ticket.refusedBy
        guard ticket.isAdmitted else { return nil }
        return Permit(self, ticket)
    }
}
