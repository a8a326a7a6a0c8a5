/// One thing that happened in a step, by number; its text is made from the definition by whoever prints it.
///
/// States and events are positions in the definition, guards, actions and invariants positions in its lists.
package enum TraceWord: Sendable, Hashable {
    /// How a microstep that did not move ends.
    package enum Closing: UInt8, Sendable, Hashable {
        case stayed
        case ignored
        case rejected
        case deferred
        case full
        case failed
    }

    /// The event came from a timer.
    case timeout(UInt8)
    /// The event came from deferral.
    case recall(UInt8)
    /// A guard was called and answered.
    case `guard`(Int, Bool)
    /// Stands before the state's exit actions.
    case exit(UInt8)
    /// Stands before the state's entry actions.
    case enter(UInt8)
    /// An action ran.
    case act(Int)
    /// An action ran and failed.
    case fail(Int)
    /// The state changed hands: it is this one now.
    case commit(UInt8)
    /// A final state was entered.
    case final
    /// A timer was armed or goes on: the event that it fires, and the time left.
    case arm(UInt8, milliseconds: Int64)
    /// An invariant was false.
    case invariant(Int)
    /// An eventless rule was chosen.
    case always
    /// A raised event is taken from the queue.
    case raise(UInt8)
    /// The event `fault` is taken up.
    case fault
    /// Closes an eventless rule, a raised event or `fault` that did not move.
    case closed(Closing)
    /// A 65th microstep, raised event or recall was due.
    case limit
    /// The machine is marked as faulted, or refuses a raised event because it is.
    case faulted
}
