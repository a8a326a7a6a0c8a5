/// What a sender does to the context of a loop when it is its turn.
enum LoopVisit: Sendable {
    /// In front of the envelope's event, once that is known to be looked up.
    case before(@Sendable () -> Void)
    /// Without an event; told false, and to keep off the context, if the loop stopped before its turn.
    case alone(@Sendable (Bool) -> Void)
}
