/// A checked definition in the form that machines run on; made by ``TypedDefinition/compile()`` or from a definition that
/// was read from a file.
///
/// One table serves any number of machines. A lookup is one load from a dense array: a row for each event, a power of
/// two cells long, with a 32-bit cell for each state. Rows are events and not states because the next state is what the
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

    /// Log2 of the length of a row.
    @usableFromInline let shift: UInt32
    @usableFromInline let eventCount: UInt32
    @usableFromInline let stateCount: UInt32
    /// The rows of cells, and behind them, for each state, the eight words of ``Containers`` and one of ``StateTraits``.
    ///
    /// Written in `init` and never afterwards, so sharing it is safe.
    @usableFromInline nonisolated(unsafe) let cells: UnsafePointer<UInt32>

    /// Makes the table of a definition without errors whose states and events are those of the two types, in order.
    init(checked definition: MachineDefinition, functions: MachineFunctions) {
        let program = MachineProgram(checked: definition)
        let stateCount = definition.states.count
        let eventCount = definition.events.count
        let shift = Int.bitWidth - (stateCount - 1).leadingZeroBitCount
        let words = (eventCount << shift) + stateCount * 9
        let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: words)
        // No machine is ever in the states that fill a row up.
        unsafe memory.initialize(repeating: 0, count: words)
        for (index, state) in definition.states.enumerated() {
            for event in 0..<eventCount {
                unsafe memory[event << shift + index] = program.cell(UInt8(index), UInt8(event)).bits
            }
            let more = unsafe memory + (eventCount << shift + index * 9)
            for container in program.line(of: UInt8(index)) {
                unsafe more[Int(container >> 5)] |= 1 << UInt32(container & 31)
            }
            unsafe more[8] = StateTraits(state).bits
        }
        self.definition = definition
        self.initial = State.at(program.initial)
        self.engine = MachineEngine(program, functions)
        self.shift = UInt32(shift)
        self.eventCount = UInt32(eventCount)
        self.stateCount = UInt32(stateCount)
        unsafe self.cells = UnsafePointer(memory)
    }

    deinit {
        unsafe cells.deallocate()
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
        let more = unsafe cells + (Int(eventCount) << Int(shift) + Int(checked(state)) * 9)
        return unsafe more[Int(outer.rawValue >> 5)] >> UInt32(outer.rawValue & 31) & 1 == 1
    }

    private func traits(of state: State) -> StateTraits {
        let index = Int(eventCount) << Int(shift) + Int(checked(state)) * 9 + 8
        return StateTraits(bits: unsafe cells[index])
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
    ///
    /// A symbol need not be an enum, so an event may have any raw value; one that is no event is rejected.
    @inlinable
    @inline(__always)
    func cell(_ state: UInt8, _ event: UInt8) -> Cell {
        guard UInt32(event) < eventCount else {
            return Cell(telling: .rejected, in: state)
        }
        let row = unsafe cells + Int(UInt32(event) &<< shift)
        return Cell(bits: unsafe row[Int(state)])
    }
}
