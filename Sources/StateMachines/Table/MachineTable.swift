/// A checked definition in the form that machines run on; made by ``TypedDefinition/compile()``.
///
/// One table serves any number of machines. A lookup is one load from a dense array: a row for each event, a power of
/// two cells long, with a 32-bit cell for each state. Rows are events and not states because the next state is what the
/// next event waits for: it goes into the address as it is, and only the event is shifted.
@safe
public final class MachineTable<State: MachineSymbol, Event: MachineSymbol>: Sendable {
    /// The definition that the table was made from.
    public let definition: MachineDefinition
    /// The state in which a machine starts.
    public let initial: State

    /// Log2 of the length of a row.
    @usableFromInline let shift: UInt32
    @usableFromInline let eventCount: UInt32
    @usableFromInline let stateCount: UInt32
    /// The rows of cells, and behind them one word of traits a state.
    ///
    /// Written in `init` and never afterwards, so sharing it is safe.
    @usableFromInline nonisolated(unsafe) let cells: UnsafePointer<UInt32>

    /// Makes the table of a definition without errors whose states and events are those of the two enums, in order.
    init(checked definition: MachineDefinition) {
        let stateCount = definition.states.count
        let eventCount = definition.events.count
        let shift = Int.bitWidth - (stateCount - 1).leadingZeroBitCount
        let positions = Dictionary(
            uniqueKeysWithValues: definition.states.enumerated().map { ($1.name, UInt8($0)) }
        )
        let words = (eventCount << shift) + stateCount
        let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: words)
        // No machine is ever in the states that fill a row up.
        unsafe memory.initialize(repeating: 0, count: words)
        for (index, state) in definition.states.enumerated() {
            let own = UInt8(index)
            let unhandled = Cell(definition.unhandled == .ignore ? .ignore : .reject, target: own)
            for (event, name) in definition.events.enumerated() {
                let answer = definition.candidates(for: name, in: index).first
                unsafe memory[event << shift + index] =
                    (answer?.cell(in: own, positions: positions) ?? unhandled).bits
            }
            unsafe memory[eventCount << shift + index] = StateTraits(state).bits
        }
        self.definition = definition
        self.initial = State.at(positions[definition.initial] ?? 0)
        self.shift = UInt32(shift)
        self.eventCount = UInt32(eventCount)
        self.stateCount = UInt32(stateCount)
        unsafe self.cells = UnsafePointer(memory)
    }

    deinit {
        unsafe cells.deallocate()
    }

    /// What the definition says for a pair, without a machine.
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

    private func traits(of state: State) -> StateTraits {
        let index = Int(eventCount) << Int(shift) + Int(checked(state))
        return StateTraits(bits: unsafe cells[index])
    }

    /// The position of a state; a value that is no case of the enum is a programmer's error.
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
    /// A symbol need not be an enum, so an event may have any raw value; one that is no case is rejected.
    @inlinable
    func cell(_ state: UInt8, _ event: UInt8) -> Cell {
        guard UInt32(event) < eventCount else {
            return Cell(telling: .rejected, in: state)
        }
        let row = unsafe cells + Int(UInt32(event) &<< shift)
        return Cell(bits: unsafe row[Int(state)])
    }
}
