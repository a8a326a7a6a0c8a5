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

    /// Makes the table of a definition without errors whose states and events are those of the two types, in order.
    init(checked definition: MachineDefinition, functions: MachineFunctions) {
        let program = MachineProgram(checked: definition)
        let stateCount = definition.states.count
        let eventCount = definition.events.count
        let shift = Int.bitWidth - (stateCount - 1).leadingZeroBitCount
        let words = (eventCount << shift) + stateCount * 5
        let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        // No machine is ever in the states that fill a row up.
        unsafe memory.initialize(repeating: 0, count: words)
        for (index, state) in definition.states.enumerated() {
            for event in 0..<eventCount {
                unsafe memory[event << shift + index] = program.cell(UInt8(index), UInt8(event)).bits
            }
            let more = unsafe memory + (eventCount << shift + index * 5)
            for container in program.line(of: UInt8(index)) {
                unsafe more[Int(container >> 6)] |= 1 << UInt64(container & 63)
            }
            unsafe more[4] = UInt64(StateTraits(state).bits)
        }
        self.definition = definition
        self.initial = State.at(program.initial)
        self.engine = MachineEngine(program, functions)
        self.stateCount = UInt32(stateCount)
        self.lookup = unsafe CellLookup(
            cells: UnsafePointer(memory),
            shift: UInt32(shift),
            eventCount: UInt32(eventCount)
        )
    }

    deinit {
        unsafe lookup.cells.deallocate()
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
