public import Synchronization

/// A machine that any number of callers share: one 64-bit word, one compare-and-swap a move, no lock.
///
/// An event that does not move the machine writes nothing, so callers who are refused do not slow each other down.
/// State and sequence are read together: there is no torn pair, and no ABA within 2³² moves.
///
/// `@inlinable` because without it a caller in another module runs unspecialised generic code: the benchmark
/// `machine.atomic` is what it buys.
public struct AtomicMachine<State: MachineSymbol, Event: MachineSymbol>: ~Copyable, Sendable {
    /// The table that the machine runs on.
    public let table: MachineTable<State, Event>

    @usableFromInline let word: Atomic<UInt64>

    /// Creates a machine at sequence 0.
    ///
    /// - Parameters:
    ///   - table: the compiled definition.
    ///   - initial: where to start instead of the definition's initial state.
    public init(_ table: MachineTable<State, Event>, initial: State? = nil) {
        self.table = table
        let start = MachineWord(version: table.definition.version, state: table.checked(initial ?? table.initial))
        self.word = Atomic(start.bits)
    }

    /// State and sequence now, from one load.
    @inlinable public var current: MachineReading<State> {
        MachineReading(MachineWord(bits: word.load(ordering: .acquiring)))
    }

    /// Takes an event.
    @inlinable
    public func fire(_ event: Event) -> MachineOutcome<State> {
        var before = MachineWord(bits: word.load(ordering: .acquiring))
        while true {
            let cell = table.cell(before.state, event.rawValue)
            guard cell.commits != 0 else { return MachineOutcome(cell, from: before.state, sequence: before.sequence) }
            let after = before.taking(cell)
            let (won, found) = word.weakCompareExchange(
                expected: before.bits,
                desired: after.bits,
                ordering: .acquiringAndReleasing
            )
            guard !won else { return MachineOutcome(cell, from: before.state, sequence: after.sequence) }
            // Who loses the race looks up again: the event is answered by the state that it finds.
            before = MachineWord(bits: found)
        }
    }

    /// Takes an event if nothing was committed since the caller looked.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - sequence: the sequence of the reading or outcome on which the caller decided to fire.
    /// - Returns: ``MachineOutcomeKind/conflict`` if somebody else moved the machine meanwhile; then nothing was asked.
    @inlinable
    public func fire(_ event: Event, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        let before = MachineWord(bits: word.load(ordering: .acquiring))
        guard before.sequence == sequence else {
            return MachineOutcome(conflictIn: before.state, sequence: before.sequence)
        }
        let cell = table.cell(before.state, event.rawValue)
        guard cell.commits != 0 else { return MachineOutcome(cell, from: before.state, sequence: before.sequence) }
        return exchange(before, taking: cell)
    }

    /// Takes over a state that was decided elsewhere, whatever the rules say; counts as a move.
    ///
    /// - Parameters:
    ///   - state: the state to take over; if it is the current one, it is re-entered.
    ///   - sequence: the sequence on which the decision was based.
    /// - Returns: ``MachineOutcomeKind/moved``, or ``MachineOutcomeKind/conflict`` if the machine has moved since.
    package func set(_ state: State, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        let before = MachineWord(bits: word.load(ordering: .acquiring))
        guard before.sequence == sequence else {
            return MachineOutcome(conflictIn: before.state, sequence: before.sequence)
        }
        return exchange(before, taking: Cell(.move, target: table.checked(state)))
    }

    /// Commits unless somebody else has; the sequence grows with every commit, so a lost race is a conflict.
    @inlinable
    func exchange(_ before: MachineWord, taking cell: Cell) -> MachineOutcome<State> {
        let after = before.taking(cell)
        let (won, found) = word.compareExchange(
            expected: before.bits,
            desired: after.bits,
            ordering: .acquiringAndReleasing
        )
        guard won else {
            let now = MachineWord(bits: found)
            return MachineOutcome(conflictIn: now.state, sequence: now.sequence)
        }
        return MachineOutcome(cell, from: before.state, sequence: after.sequence)
    }
}
