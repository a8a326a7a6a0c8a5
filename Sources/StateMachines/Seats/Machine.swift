/// A machine with one owner: 16 bytes, no atomics, no allocation.
///
/// Use it inside one task, parser or actor. A machine that many callers share is an ``AtomicMachine``.
///
/// `@inlinable` because without it a caller in another module runs unspecialised generic code: the benchmark
/// `machine.owner` is what it buys.
public struct Machine<State: MachineSymbol, Event: MachineSymbol>: ~Copyable, Sendable {
    /// The table that the machine runs on.
    public let table: MachineTable<State, Event>

    @usableFromInline var word: MachineWord

    /// Creates a machine at sequence 0.
    ///
    /// - Parameters:
    ///   - table: the compiled definition.
    ///   - initial: where to start instead of the definition's initial state.
    public init(_ table: MachineTable<State, Event>, initial: State? = nil) {
        self.table = table
        self.word = MachineWord(version: table.definition.version, state: table.checked(initial ?? table.initial))
    }

    /// The current state.
    @inlinable public var state: State { State.at(word.state) }

    /// Commits since the start, modulo 2³².
    @inlinable public var sequence: UInt32 { word.sequence }

    /// Takes an event.
    @inlinable
    public mutating func fire(_ event: Event) -> MachineOutcome<State> {
        let before = word
        let cell = table.cell(before.state, event.rawValue)
        word = before.taking(cell)
        return word.outcome(of: cell, from: before)
    }

    /// Takes an event if nothing was committed since the caller looked.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - sequence: what ``sequence`` was when the caller decided to fire.
    /// - Returns: ``MachineOutcomeKind/conflict`` if it is another one now; then nothing was asked.
    @inlinable
    public mutating func fire(_ event: Event, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        guard word.sequence == sequence else { return word.conflict() }
        return fire(event)
    }
}
