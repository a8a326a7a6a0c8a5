/// A machine with one owner: two words, no atomics, no allocation.
///
/// Use it inside one task, parser or actor. A machine that many callers share is an ``AtomicMachine``.
///
/// `@inlinable` because without it a caller in another module runs unspecialised generic code: the benchmark
/// `machine.owner` is what it buys.
public struct Machine<State: MachineSymbol, Event: MachineSymbol>: ~Copyable, Sendable {
    /// The table that the machine runs on.
    public let table: MachineTable<State, Event>

    /// Apart from the sequence, so that one event waits for the state that the event before left and for nothing else.
    @usableFromInline var position: UInt8

    @usableFromInline var commits: UInt32

    /// Creates a machine at sequence 0.
    ///
    /// - Parameters:
    ///   - table: the compiled definition.
    ///   - initial: where to start instead of the definition's initial state.
    public init(_ table: MachineTable<State, Event>, initial: State? = nil) {
        self.table = table
        self.position = table.checked(initial ?? table.initial)
        self.commits = 0
    }

    /// The current state.
    @inlinable public var state: State { State.at(position) }

    /// Commits since the start, modulo 2³².
    @inlinable public var sequence: UInt32 { commits }

    /// Takes an event.
    @inlinable
    public mutating func fire(_ event: Event) -> MachineOutcome<State> {
        let before = position
        let cell = table.cell(before, event.rawValue)
        // Without branches, because which kind of cell comes next is not predictable: one that does not move names its
        // own state as the target.
        position = cell.target
        commits &+= cell.commits
        return MachineOutcome(cell, from: before, sequence: commits)
    }

    /// Takes an event if nothing was committed since the caller looked.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - sequence: what ``sequence`` was when the caller decided to fire.
    /// - Returns: ``MachineOutcomeKind/conflict`` if it is another one now; then nothing was asked.
    @inlinable
    public mutating func fire(_ event: Event, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        guard commits == sequence else { return MachineOutcome(conflictIn: position, sequence: commits) }
        return fire(event)
    }
}
