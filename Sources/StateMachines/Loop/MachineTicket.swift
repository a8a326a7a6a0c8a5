/// What ``MachineLoop/send(_:token:version:ifSequence:)`` gives for an event: its own outcome, once it has one.
///
/// Every event gets one: when it was run, when it was refused, or when the loop stopped before its turn. A deferred event
/// is told ``MachineOutcomeKind/deferred``, and not what becomes of it when it is recalled. A ticket may be dropped.
public struct MachineTicket<State: NumberedSymbol>: Sendable {
    let answer: OneShot<LoopAnswer>

    /// The outcome, if the event has one by now.
    public var outcomeIfKnown: MachineOutcome<State>? { answer.value.map { MachineOutcome($0) } }

    /// The event's outcome; waits for it.
    ///
    /// - Throws: `CancellationError` if the waiting task is cancelled first. The event is run all the same.
    public var outcome: MachineOutcome<State> {
        get async throws(CancellationError) {
            guard let answer = await answer.wait() else { throw CancellationError() }
            return MachineOutcome(answer)
        }
    }
}

extension MachineOutcome {
    /// The outcome that a loop's answer tells.
    fileprivate init(_ answer: LoopAnswer) {
        let position = answer.position
        let bits = OutcomeWord.bits(answer.step, from: answer.from, to: position.state, sequence: position.sequence)
        // A duplicate has no phase: the detail is free for what the event was told when it was taken.
        self.init(bits: bits | UInt64(answer.was?.rawValue ?? 0) << 24)
    }
}
