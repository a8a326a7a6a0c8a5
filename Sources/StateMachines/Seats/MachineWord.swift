/// All that changes in a machine, in 64 bits: sequence 32–63, definition version 16–31, flags 8–15, state 0–7.
@usableFromInline
struct MachineWord: Sendable, Hashable {
    @usableFromInline let bits: UInt64

    @inlinable
    init(bits: UInt64) {
        self.bits = bits
    }

    init(version: UInt16, state: UInt8) {
        bits = UInt64(version) << 16 | UInt64(state)
    }

    @inlinable var state: UInt8 { UInt8(truncatingIfNeeded: bits) }

    @inlinable var sequence: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }

    /// The word after a cell's rule was taken; the same word if it does not commit.
    ///
    /// Without branches: which rule is taken is not predictable for a branch predictor, and a cell that does not
    /// commit names its own state as the target.
    @inlinable
    func taking(_ cell: Cell) -> MachineWord {
        // The sequence stands at the top, so its overflow leaves the word: it counts modulo 2³².
        MachineWord(bits: (bits & ~0xFF | UInt64(cell.target)) &+ UInt64(cell.commits) << 32)
    }

    /// What a caller is told when `cell` led from `earlier` to this word.
    @inlinable
    func outcome<State>(of cell: Cell, from earlier: MachineWord) -> MachineOutcome<State> {
        MachineOutcome(bits: bits & ~0xFFFF_FFFF | UInt64(earlier.state) << 16 | UInt64(cell.told))
    }

    /// What a caller is told when the machine had moved on to this word.
    @inlinable
    func conflict<State>() -> MachineOutcome<State> {
        MachineOutcome(
            bits: bits & ~0xFFFF_FFFF | UInt64(state) << 16 | UInt64(MachineOutcomeKind.conflict.rawValue) << 8
                | UInt64(state)
        )
    }
}
