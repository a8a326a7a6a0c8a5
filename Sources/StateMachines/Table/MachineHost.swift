/// What a machine's steps ask for and act on; the seats and the replay are hosts.
///
/// Everything is by number: states and events are positions in the definition's `states` and `alphabet`, guards,
/// actions and invariants positions in its lists. The engine is specialised for each host in this module, so a host
/// that does nothing with a word or a timer pays nothing for it.
package protocol MachineHost: ~Copyable {
    /// Calls a guard; the engine calls each at most once a microstep.
    mutating func isTrue(guard: Int) -> Bool

    /// Asks an invariant, always anew.
    mutating func holds(invariant: Int) -> Bool

    /// Runs an exit, rule or entry action.
    ///
    /// - Parameters:
    ///   - action: which.
    ///   - raised: where it may raise events.
    /// - Returns: false if it failed.
    mutating func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool

    /// Keeps an event for later, because a `defer` answered it.
    ///
    /// - Parameters:
    ///   - event: which.
    ///   - isRaised: whether it was raised inside; else it is the event that the step was asked for.
    /// - Returns: false if there is no room.
    mutating func keep(_ event: UInt8, isRaised: Bool) -> Bool

    /// The state with a timeout was entered, and its timer starts; the word `arm` was noted.
    mutating func armTimer(of state: UInt8)

    /// The state was left, and its timer ends if there is one.
    mutating func endTimer(of state: UInt8)

    /// A final state was entered, and all timers end.
    mutating func endAllTimers()

    /// Takes a word of the trace; words come in exactly the order in which things happened.
    mutating func note(_ word: TraceWord)

    // For those who look on at a machine; a host that does not say otherwise passes over all four.

    /// A step begins; again, with the machine as it is then, if it lost a race.
    mutating func begin(_ origin: StepOrigin, at position: MachinePosition)

    /// Guards come next, of those who could answer.
    mutating func look(for lookup: Lookup, at position: MachinePosition)

    /// Somebody answers what was looked for.
    mutating func found()

    /// The step that began is over.
    ///
    /// - Parameters:
    ///   - answer: what its sender is told.
    ///   - original: what a duplicate was told when it was taken.
    ///   - position: where the machine stands.
    mutating func end(_ answer: StepAnswer, was original: MachineOutcomeKind?, at position: MachinePosition)
}

extension MachineHost where Self: ~Copyable {
    /// Nobody looks on.
    package mutating func begin(_ origin: StepOrigin, at position: MachinePosition) {}

    /// Nobody looks on.
    package mutating func look(for lookup: Lookup, at position: MachinePosition) {}

    /// Nobody looks on.
    package mutating func found() {}

    /// Nobody looks on.
    package mutating func end(_ answer: StepAnswer, was original: MachineOutcomeKind?, at position: MachinePosition) {}
}
