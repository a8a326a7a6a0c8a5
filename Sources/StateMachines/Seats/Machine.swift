/// A machine with one owner: two words, no atomics, no allocation.
///
/// Use it inside one task, parser or actor. A machine that many callers share is an ``AtomicMachine``; one with timers
/// or deferral needs a loop. The context stays with the caller, who lends it for each event.
///
/// `@inlinable` because without it a caller in another module runs unspecialised generic code: the benchmark
/// `machine.owner` is what it buys.
public struct Machine<State: NumberedSymbol, Event: NumberedSymbol, Context>: ~Copyable, Sendable {
    /// The table that the machine runs on.
    public let table: MachineTable<State, Event, Context>

    /// Apart from the sequence, so that one event waits for the state that the event before left and for nothing else.
    @usableFromInline var position: UInt8

    /// Bit 15: faulted.
    ///
    /// Where it stands in a cell the cell is slow, so one test sees both.
    @usableFromInline var flags: UInt16

    @usableFromInline var commits: UInt32

    /// Creates a machine at sequence 0.
    ///
    /// - Parameters:
    ///   - table: the compiled definition.
    ///   - initial: where to start instead of the definition's initial state.
    /// - Throws: ``MachineSeatError`` for a definition with timeouts or deferral.
    public init(_ table: MachineTable<State, Event, Context>, initial: State? = nil) throws(MachineSeatError) {
        try table.definition.checkForOwner()
        self.table = table
        self.position = table.checked(initial ?? table.initial)
        self.flags = 0
        self.commits = 0
    }

    /// The current state.
    @inlinable public var state: State { State.at(position) }

    /// Commits since the start, modulo 2³².
    @inlinable public var sequence: UInt32 { commits }

    /// Whether the machine refuses every event until ``reset()``.
    @inlinable public var isFaulted: Bool { flags >> 15 == 1 }

    /// Whether the current state is another one or stands inside it.
    @inlinable
    public func isIn(_ outer: State) -> Bool { table.isIn(state, outer) }

    /// Takes away the mark of a faulted machine and changes nothing else.
    @inlinable
    public mutating func reset() { flags &= 0x7FFF }

    /// Takes an event and runs all that it causes.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - context: what guards and actions work on.
    /// - Returns: what became of the event itself, with the state and sequence at the end.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func fire(_ event: Event, _ context: inout Context) -> MachineOutcome<State> {
        let before = position
        let cell = table.cell(before, event.rawValue)
        guard (cell.bits | UInt64(flags)) & Cell.slow == 0 else {
            return take(table.fireSlowly(event, state: before, flags: flags, sequence: commits, &context))
        }
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
    ///   - context: what guards and actions work on.
    ///   - sequence: what ``sequence`` was when the caller decided to fire.
    /// - Returns: ``MachineOutcomeKind/conflict`` if it is another one now; then nothing was asked.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func fire(
        _ event: Event,
        _ context: inout Context,
        ifSequence sequence: UInt32
    ) -> MachineOutcome<State> {
        guard commits == sequence || isFaulted else {
            return MachineOutcome(conflictIn: position, sequence: commits)
        }
        return fire(event, &context)
    }

    /// Runs what follows when the machine has come to its initial state: entry actions, invariants, eventless rules.
    ///
    /// For a definition whose initial state has any; call it once, before the first event. It commits nothing itself.
    @inlinable
    public mutating func start(_ context: inout Context) {
        let answer = table.start(state: position, flags: flags, sequence: commits, &context)
        _ = take(answer)
    }

    @inlinable
    @inline(__always)
    mutating func take(_ answer: (outcome: UInt64, flags: UInt16)) -> MachineOutcome<State> {
        position = UInt8(truncatingIfNeeded: answer.outcome)
        commits = UInt32(truncatingIfNeeded: answer.outcome >> 32)
        flags = answer.flags
        return MachineOutcome(bits: answer.outcome)
    }
}

extension Machine where Context == Void {
    /// Takes an event and runs all that it causes.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func fire(_ event: Event) -> MachineOutcome<State> {
        var nothing: Void = ()
        return fire(event, &nothing)
    }

    /// Takes an event if nothing was committed since the caller looked.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - sequence: what ``sequence`` was when the caller decided to fire.
    /// - Returns: ``MachineOutcomeKind/conflict`` if it is another one now; then nothing was asked.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func fire(_ event: Event, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        var nothing: Void = ()
        return fire(event, &nothing, ifSequence: sequence)
    }

    /// Runs what follows when the machine has come to its initial state; see ``start(_:)``.
    @inlinable
    public mutating func start() {
        var nothing: Void = ()
        start(&nothing)
    }
}

/// The ways into the engine, for values and not for a machine: a machine whose address is taken would live in memory,
/// and then each event waits for the store of the one before.
extension MachineTable {
    @inlinable
    @inline(never)
    func fireSlowly(
        _ event: Event,
        state: UInt8,
        flags: UInt16,
        sequence: UInt32,
        _ context: inout Context
    ) -> (outcome: UInt64, flags: UInt16) {
        unsafe withUnsafeMutablePointer(to: &context) { pointer in
            let address = unsafe ContextAddress(UnsafeMutableRawPointer(pointer))
            return engine.fire(event.rawValue, state: state, flags: flags, sequence: sequence, context: address)
        }
    }

    @inlinable
    @inline(never)
    func start(
        state: UInt8,
        flags: UInt16,
        sequence: UInt32,
        _ context: inout Context
    ) -> (outcome: UInt64, flags: UInt16) {
        unsafe withUnsafeMutablePointer(to: &context) { pointer in
            let address = unsafe ContextAddress(UnsafeMutableRawPointer(pointer))
            return engine.start(state: state, flags: flags, sequence: sequence, context: address)
        }
    }
}
