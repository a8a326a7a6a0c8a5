/// A checked definition in the form that machines run on; made by ``TypedDefinition/compile()`` or from a definition that
/// was read from a file.
///
/// One table serves any number of machines. A lookup is one load from a dense array: a row for each event, a power of
/// two cells long, with a 64-bit cell for each state. Rows are events and not states because the next state is what the
/// next event waits for: it goes into the address as it is, and only the event is shifted. A cell says either all there
/// is to a pair or that guards, actions or further steps come into it; then the engine runs the pair's program.
@safe
public final class MachineTable<State: NumberedSymbol, Event: NumberedSymbol, Context>: Sendable {
    /// The definition that the table was made from.
    public let definition: MachineDefinition
    /// The state in which a machine starts.
    public let initial: State
    /// What runs the pairs that a cell does not answer alone.
    @usableFromInline let engine: MachineEngine
    /// The program of all pairs.
    package var program: MachineProgram { engine.program }
    /// The functions of the guards, actions and invariants.
    package var functions: MachineFunctions { engine.functions }

    @usableFromInline let stateCount: UInt32
    /// Where the cells are.
    @usableFromInline let lookup: CellLookup
    /// The table whose cells these are; nil if they are its own.
    private let owner: MachineTable?

    /// Makes the table of a definition without errors whose states and events are those of the two types, in order.
    init(checked definition: MachineDefinition, functions: MachineFunctions) {
        let program = MachineProgram(checked: definition)
        let watch = MachineTraceSink.fromEnvironment.map { MachineWatch(program, sink: $0) }
        self.definition = definition
        self.initial = State.at(program.initial)
        self.engine = MachineEngine(program, functions, watch)
        self.stateCount = UInt32(definition.states.count)
        self.lookup = program.makeCells(areWatched: watch != nil)
        self.owner = nil
    }

    /// Makes a table whose machines somebody looks on at.
    init(_ table: MachineTable, _ watch: MachineWatch) {
        definition = table.definition
        initial = table.initial
        engine = MachineEngine(table.program, table.functions, watch)
        stateCount = table.stateCount
        let isWatched = table.engine.watch != nil
        lookup = isWatched ? table.lookup : table.program.makeCells(areWatched: true)
        owner = isWatched ? table : nil
    }

    deinit {
        if owner == nil { unsafe lookup.cells.deallocate() }
    }

    /// What the definition says for a pair, without a machine: the first answer, whether or not it has a guard.
    public func answer(_ state: State, _ event: Event) -> MachineAnswer<State> {
        let cell = cell(checked(state), event.rawValue)
        return MachineAnswer(kind: cell.kind, target: State.at(cell.target))
    }

    /// The state's rank, 0…255: breaks a tie between two shared snapshots, the higher wins.
    public func rank(of state: State) -> UInt8 {
        traits(of: state).rank
    }

    /// Which calls a breaker in that state lets through.
    public func admission(of state: State) -> Admission {
        traits(of: state).admission
    }

    /// Whether the machine ends in that state.
    public func isFinal(_ state: State) -> Bool {
        traits(of: state).isFinal
    }

    /// Whether a state is another one or stands inside it: a bit test.
    @inlinable
    public func isIn(_ state: State, _ outer: State) -> Bool {
        guard UInt32(outer.rawValue) < stateCount else { return false }
        let more = unsafe lookup.cells + (Int(lookup.eventCount) << Int(lookup.shift) + Int(checked(state)) * 5)
        return unsafe more[Int(outer.rawValue >> 6)] >> UInt64(outer.rawValue & 63) & 1 == 1
    }

    private func traits(of state: State) -> StateTraits {
        let index = Int(lookup.eventCount) << Int(lookup.shift) + Int(checked(state)) * 5 + 4
        return StateTraits(bits: UInt32(truncatingIfNeeded: unsafe lookup.cells[index]))
    }

    /// The position of a state; a value that is no state of the machine is a programmer's error.
    @usableFromInline
    func checked(_ state: State) -> UInt8 {
        precondition(
            UInt32(state.rawValue) < stateCount,
            "\(definition.name) has \(stateCount) states, and none of them is \(state)"
        )
        return state.rawValue
    }

    /// The cell of a pair.
    @inlinable
    @inline(__always)
    func cell(_ state: UInt8, _ event: UInt8) -> Cell {
        lookup.cell(state, event)
    }
}
