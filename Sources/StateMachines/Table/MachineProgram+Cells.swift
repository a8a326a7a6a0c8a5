extension MachineProgram {
    /// Makes the cells of a table: a row for each event, then the containers and traits of each state.
    ///
    /// Watched cells all lead to the engine, and there is a row for each number that an event can have: what is no event
    /// of the machine is seen as well.
    ///
    /// - Returns: where they are; who takes it owns the memory.
    func makeCells(areWatched: Bool) -> CellLookup {
        let stateCount = definition.states.count
        let eventCount = definition.events.count
        let rows = areWatched ? 256 : eventCount
        let shift = Int.bitWidth - (stateCount - 1).leadingZeroBitCount
        let words = (rows << shift) + stateCount * 5
        let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        // No machine is ever in the states that fill a row up.
        unsafe memory.initialize(repeating: 0, count: words)
        for (index, state) in definition.states.enumerated() {
            for event in 0..<rows {
                let isKnown = event < eventCount
                let cell =
                    isKnown ? cell(UInt8(index), UInt8(event)) : Cell(telling: .rejected, in: UInt8(index))
                unsafe memory[event << shift + index] = cell.bits | (areWatched ? Cell.watched : 0)
            }
            let more = unsafe memory + (rows << shift + index * 5)
            for container in line(of: UInt8(index)) {
                unsafe more[Int(container >> 6)] |= 1 << UInt64(container & 63)
            }
            unsafe more[4] = UInt64(StateTraits(state).bits)
        }
        return unsafe CellLookup(cells: UnsafePointer(memory), shift: UInt32(shift), eventCount: UInt32(rows))
    }
}
