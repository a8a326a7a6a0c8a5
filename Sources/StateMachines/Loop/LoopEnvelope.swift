/// An event on its way to a loop, or a visit to its context.
struct LoopEnvelope: Sendable {
    /// Not looked at in a visit alone.
    var event: LoopEvent
    /// Who waits for the answer; nil if nobody does.
    var ticket: OneShot<LoopAnswer>?
    var visit: LoopVisit?

    init(_ event: LoopEvent, ticket: OneShot<LoopAnswer>? = nil, visit: LoopVisit? = nil) {
        self.event = event
        self.ticket = ticket
        self.visit = visit
    }

    /// A visit without an event.
    init(_ body: @escaping @Sendable (Bool) -> Void) {
        self.init(LoopEvent(0), visit: .alone(body))
    }

    /// What is done in front of the event.
    var preparation: (@Sendable () -> Void)? {
        if case .before(let body) = visit { body } else { nil }
    }

    /// What is done instead of an event.
    var lone: (@Sendable (Bool) -> Void)? {
        if case .alone(let body) = visit { body } else { nil }
    }
}
