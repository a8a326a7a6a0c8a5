/// What happened to an event.
public enum MachineOutcomeKind: UInt8, Sendable, Hashable, CaseIterable {
    /// A rule moved the machine or re-entered its state: at least one commit.
    case moved
    /// A rule took the event, and the state stayed as it was.
    case stayed
    /// Nothing changed: the state passes over the event.
    case ignored
    /// Nothing changed: the state refuses the event, or all guards did.
    case rejected
    /// Nothing changed: the event waits until a state answers it.
    case deferred
    /// Nothing changed: an action failed before the commit. Try again.
    case failed
    /// The machine became faulted in this step, or had been.
    case faulted
    /// Nothing was asked: this event was taken with this token before.
    case duplicate
    /// Nothing was asked: a later version was taken before.
    case stale
    /// Nothing was asked: the machine was not at the sequence that the caller expected.
    case conflict
    /// Nothing changed: there is no room to queue or defer the event. Try again.
    case full
    /// Nothing was asked: the machine has not started, drains or has stopped.
    case notRunning
}

/// The part of a step before its commit in which an action failed.
public enum FailurePhase: UInt8, Sendable, Hashable, CaseIterable {
    /// An exit action failed.
    case exit
    /// An action of the rule failed.
    case action
}
