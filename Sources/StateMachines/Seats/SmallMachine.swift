public import Synchronization

/// A shared machine's word alone, for owners of many machines that all run on one table: 8 bytes instead of 32.
///
/// The owner hands the table over with each event. For definitions that suit ``AtomicMachine``. Public, because the
/// compiler specialises in another module only what is: the benchmark `breaker.count.sync` is what it buys.
public struct SmallMachine<State: NumberedSymbol>: ~Copyable, Sendable {
    @usableFromInline let word: Atomic<UInt64>

    /// Creates a machine at sequence 0.
    ///
    /// - Parameters:
    ///   - table: of a definition that is known to suit this seat: a constant of the program.
    ///   - initial: where to start.
    package init<Event: NumberedSymbol>(checked table: MachineTable<State, Event, Void>, initial: State) {
        word = Atomic(MachineWord(version: table.definition.version, state: table.checked(initial)).bits)
    }

    /// State, sequence and mark now, from one load.
    @inlinable public var current: MachineReading<State> {
        @inline(__always) get {
            MachineReading(MachineWord(bits: word.read()))
        }
    }

    /// Takes an event if nothing was committed since the caller looked.
    package func fire<Event: NumberedSymbol>(
        _ event: Event,
        on table: MachineTable<State, Event, Void>,
        ifSequence sequence: UInt32
    ) -> MachineOutcome<State> {
        var nothing: Void = ()
        return SharedFiring.fire(event, &nothing, table, table.lookup, word, ifSequence: sequence)
    }

    /// Takes over a state that was decided elsewhere, whatever the rules say; counts as a move.
    ///
    /// - Parameters:
    ///   - state: the state to take over; if it is the current one, it is re-entered.
    ///   - table: the machine's own.
    ///   - sequence: the sequence on which the decision was based.
    /// - Returns: ``MachineOutcomeKind/moved``, or ``MachineOutcomeKind/conflict`` if the machine has moved since.
    package func set<Event: NumberedSymbol>(
        _ state: State,
        on table: MachineTable<State, Event, Void>,
        ifSequence sequence: UInt32
    ) -> MachineOutcome<State> {
        SharedFiring.set(table.checked(state), word, ifSequence: sequence)
    }
}
