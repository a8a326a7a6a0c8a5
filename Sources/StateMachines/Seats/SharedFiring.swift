/// How a shared machine takes an event that its cell answers alone: the loop around the one compare-and-swap.
@usableFromInline
enum SharedFiring {
    @inlinable
    @inline(__always)
    static func fire<State, Event, Context, Word: SharedWord & ~Copyable>(
        _ event: Event,
        _ context: inout Context,
        _ table: MachineTable<State, Event, Context>,
        _ lookup: CellLookup,
        _ word: borrowing Word
    ) -> MachineOutcome<State> {
        var before = MachineWord(bits: word.read())
        while true {
            let cell = lookup.cell(before.state, event.rawValue)
            guard (cell.bits | before.flags) & Cell.slow == 0 else {
                return fireSlowly(event, &context, table, word, before, nil)
            }
            guard cell.commits != 0 else { return MachineOutcome(cell, from: before.state, sequence: before.sequence) }
            let after = before.taking(cell)
            let (won, found) = word.replace(before.bits, with: after.bits)
            guard !won else { return MachineOutcome(cell, from: before.state, sequence: after.sequence) }
            // Who loses the race looks up again: the event is answered by the state that it finds.
            before = MachineWord(bits: found)
        }
    }

    @inlinable
    @inline(__always)
    static func fire<State, Event, Context, Word: SharedWord & ~Copyable>(
        _ event: Event,
        _ context: inout Context,
        _ table: MachineTable<State, Event, Context>,
        _ lookup: CellLookup,
        _ word: borrowing Word,
        ifSequence sequence: UInt32
    ) -> MachineOutcome<State> {
        let before = MachineWord(bits: word.read())
        let cell = lookup.cell(before.state, event.rawValue)
        guard (cell.bits | before.flags) & Cell.slow == 0 else {
            return fireSlowly(event, &context, table, word, before, sequence)
        }
        guard before.sequence == sequence else {
            return MachineOutcome(conflictIn: before.state, sequence: before.sequence)
        }
        guard cell.commits != 0 else { return MachineOutcome(cell, from: before.state, sequence: before.sequence) }
        return exchange(before, taking: cell, word)
    }

    /// Takes over a state that was decided elsewhere.
    static func set<State, Word: SharedWord & ~Copyable>(
        _ state: UInt8,
        _ word: borrowing Word,
        ifSequence sequence: UInt32
    ) -> MachineOutcome<State> {
        let before = MachineWord(bits: word.read())
        guard before.sequence == sequence else {
            return MachineOutcome(conflictIn: before.state, sequence: before.sequence)
        }
        return exchange(before, taking: Cell(.move, target: state), word)
    }

    /// Commits unless somebody else has.
    ///
    /// The sequence grows with every commit, so a lost race is a conflict; only the mark of a faulted machine comes and goes
    /// without one, and then nothing was committed either: it is looked up again.
    @inlinable
    @inline(__always)
    static func exchange<State, Word: SharedWord & ~Copyable>(
        _ before: MachineWord,
        taking cell: Cell,
        _ word: borrowing Word
    ) -> MachineOutcome<State> {
        var before = before
        while true {
            let after = before.taking(cell)
            let (won, found) = word.replace(before.bits, with: after.bits)
            guard !won else { return MachineOutcome(cell, from: before.state, sequence: after.sequence) }
            let now = MachineWord(bits: found)
            guard now.sequence == before.sequence, !now.isFaulted else {
                return MachineOutcome(
                    Cell(telling: now.isFaulted ? .faulted : .conflict, in: now.state),
                    from: now.state,
                    sequence: now.sequence
                )
            }
            before = now
        }
    }

    @inlinable
    @inline(never)
    static func fireSlowly<State, Event, Context, Word: SharedWord & ~Copyable>(
        _ event: Event,
        _ context: inout Context,
        _ table: MachineTable<State, Event, Context>,
        _ word: borrowing Word,
        _ before: MachineWord,
        _ expected: UInt32?
    ) -> MachineOutcome<State> {
        let outcome = unsafe withUnsafeMutablePointer(to: &context) { pointer in
            let address = unsafe ContextAddress(UnsafeMutableRawPointer(pointer))
            return table.engine.fire(event.rawValue, word, before, ifSequence: expected, context: address)
        }
        return MachineOutcome(bits: outcome)
    }
}
