public import Synchronization

/// A machine that any number of callers share: one 64-bit word, one compare-and-swap a move, no lock.
///
/// An event that does not move the machine writes nothing, so callers who are refused do not slow each other down.
/// State and sequence are read together: there is no torn pair, and no ABA within 2³² moves.
///
/// Guards are asked on the context that the caller passes. Effects run only for the caller who won the
/// compare-and-swap, and after it; so an effect that fails cannot keep the machine where it was: `fault` is fired then, at
/// the state as it then is. Who lost looks up again.
///
/// `@inlinable` because without it a caller in another module runs unspecialised generic code: the benchmark
/// `machine.atomic` is what it buys.
public struct AtomicMachine<State: NumberedSymbol, Event: NumberedSymbol, Context>: ~Copyable, Sendable {
    /// The table that the machine runs on.
    public let table: MachineTable<State, Event, Context>

    @usableFromInline let word: Atomic<UInt64>

    /// The table's own, here because it is needed behind each compare-and-swap.
    @usableFromInline let lookup: CellLookup

    /// Creates a machine at sequence 0.
    ///
    /// - Parameters:
    ///   - table: the compiled definition.
    ///   - initial: where to start instead of the definition's initial state.
    /// - Throws: ``MachineSeatError`` for a definition with timeouts, deferral, eventless rules or raised events.
    public init(_ table: MachineTable<State, Event, Context>, initial: State? = nil) throws(MachineSeatError) {
        try table.definition.checkForSharing(raising: table.functions.raising)
        self.init(checked: table, initial: initial)
    }

    /// Creates a machine of a definition that is known to suit this seat: a constant of the program.
    package init(checked table: MachineTable<State, Event, Context>, initial: State? = nil) {
        self.table = table
        self.lookup = table.lookup
        let start = MachineWord(version: table.definition.version, state: table.checked(initial ?? table.initial))
        self.word = Atomic(start.bits)
    }

    /// State, sequence and mark now, from one load.
    @inlinable public var current: MachineReading<State> {
        MachineReading(MachineWord(bits: word.read()))
    }

    /// Whether the current state is another one or stands inside it.
    @inlinable
    public func isIn(_ outer: State) -> Bool { table.isIn(current.state, outer) }

    /// Takes an event.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - context: what guards and actions work on.
    /// - Returns: what became of the event itself, with the state and sequence after its effects.
    @inlinable
    @inline(__always)
    @discardableResult
    public func fire(_ event: Event, _ context: inout Context) -> MachineOutcome<State> {
        SharedFiring.fire(event, &context, table, lookup, word)
    }

    /// Takes an event if nothing was committed since the caller looked.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - context: what guards and actions work on.
    ///   - sequence: the sequence of the reading or outcome on which the caller decided to fire.
    /// - Returns: ``MachineOutcomeKind/conflict`` if somebody else moved the machine meanwhile.
    @inlinable
    @inline(__always)
    @discardableResult
    public func fire(_ event: Event, _ context: inout Context, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        SharedFiring.fire(event, &context, table, lookup, word, ifSequence: sequence)
    }

    /// Takes away the mark of a faulted machine and changes nothing else.
    public func reset() {
        var before = MachineWord(bits: word.read())
        while before.isFaulted {
            let (won, found) = word.replace(before.bits, with: before.faulted(false).bits)
            guard !won else { return }
            before = MachineWord(bits: found)
        }
    }
}

extension AtomicMachine where Context == Void {
    /// Takes an event.
    @inlinable
    @inline(__always)
    @discardableResult
    public func fire(_ event: Event) -> MachineOutcome<State> {
        var nothing: Void = ()
        return fire(event, &nothing)
    }

    /// Takes an event if nothing was committed since the caller looked.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - sequence: the sequence of the reading or outcome on which the caller decided to fire.
    /// - Returns: ``MachineOutcomeKind/conflict`` if somebody else moved the machine meanwhile.
    @inlinable
    @inline(__always)
    @discardableResult
    public func fire(_ event: Event, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        var nothing: Void = ()
        return fire(event, &nothing, ifSequence: sequence)
    }
}
