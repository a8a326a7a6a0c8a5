/// What a ``MachineLoopCore`` says of one event.
package struct LoopAnswer: Sendable, Hashable {
    /// What became of the event, and where it failed if it did.
    package var step: StepAnswer
    /// What was said of the event when its token was taken; only of a duplicate.
    package var was: MachineOutcomeKind?
    /// The state before.
    package var from: UInt8
    /// Where the machine stood afterwards.
    package var position: MachinePosition
}
