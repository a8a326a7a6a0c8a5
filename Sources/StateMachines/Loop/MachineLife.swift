/// Where a ``MachineLoop`` stands in its life.
public enum MachineLife: UInt8, Sendable, Hashable, CaseIterable {
    /// It has not started: no state was entered, and every event is refused.
    ///
    /// Can transition to `running`, and to `stopped` if it is drained first.
    case created
    /// It takes events.
    ///
    /// Can transition to `paused` and `draining`.
    case running
    /// It queues events and runs none; its timers stand still.
    ///
    /// Can transition to `running` and `draining`.
    case paused
    /// It refuses new events and finishes those that are queued; its timers have stopped.
    ///
    /// Can transition to `stopped`.
    case draining
    /// It has ended and refuses every event.
    case stopped
}
