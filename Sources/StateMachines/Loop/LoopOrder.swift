/// Something that a loop is told to do between two steps.
struct LoopOrder: Sendable {
    enum Kind: Sendable, Hashable {
        case pause
        case resume
        case reset
        /// Until then what is queued is finished.
        case drain(until: Int64)
    }

    var kind: Kind
    /// When it was given: timers stand still from then on, however long the step at hand takes.
    var time: Int64
    /// Fulfilled when it is in force; nil if nobody waits.
    var done: OneShot<Void>?
}
