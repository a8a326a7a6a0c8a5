/// What a definition says for one pair of state and event.
public struct MachineAnswer<State: NumberedSymbol>: Sendable, Hashable {
    /// What happens.
    public let kind: MachineAnswerKind
    /// The state afterwards: the same one unless ``kind`` is ``MachineAnswerKind/move``.
    public let target: State
}

/// What a rule does with an event.
public enum MachineAnswerKind: UInt8, Sendable, Hashable, CaseIterable {
    /// Moves to another state.
    case move
    /// Leaves the state and enters it again.
    case reenter
    /// Takes the event and leaves everything as it is.
    case stay
    /// Passes over the event.
    case ignore
    /// Refuses the event.
    case reject
    /// Keeps the event until a state answers it.
    case `defer`
}
