/// A machine with a life, timers and a virtual clock that a ``ReplayScript`` can drive.
///
/// Each call answers with the lines that it caused, in the order in which things happened.
public protocol ReplaySubject: ~Copyable {
    /// Starts the machine; called once, before all but ``set(guard:to:)`` and ``set(action:failing:)``.
    mutating func start() -> [ReplayLine]
    /// An event comes from outside; none of its line if a paused machine queues it.
    mutating func fire(_ event: ReplayEvent) -> [ReplayLine]
    /// The clock goes forward; each timer that is due on the way fires at its own time.
    mutating func advance(milliseconds: Int64) -> [ReplayLine]
    /// Pauses a running machine.
    mutating func pause() -> [ReplayLine]
    /// Lets a paused machine go on.
    mutating func resume() -> [ReplayLine]
    /// Takes away the mark of a faulted machine.
    mutating func reset() -> [ReplayLine]
    /// Finishes the queued events, none of them with 0 milliseconds, and stops the machine.
    mutating func drain(milliseconds: Int64) -> [ReplayLine]
    /// Says what a guard or an invariant answers from here on; true before.
    mutating func set(guard name: String, to value: Bool)
    /// Says whether an action fails from here on; it does not before.
    mutating func set(action name: String, failing: Bool)
}
