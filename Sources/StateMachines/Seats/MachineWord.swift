/// All that changes in a machine, in 64 bits: sequence 32–63, definition version 16–31, flags 8–15, state 0–7.
///
/// Bit 15, the highest flag, marks a faulted machine: where it stands in a cell the cell is slow, so one test sees both.
@usableFromInline
struct MachineWord: BitwiseCopyable, Sendable, Hashable {
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

    @inlinable var isFaulted: Bool { bits >> 15 & 1 == 1 }

    /// Flags and state as they stand in the low bits; those that are in ``Cell/slow`` keep it from being answered alone.
    @inlinable var flags: UInt64 { bits & Cell.slow }

    /// The word after a cell's rule was taken; the same word if it does not commit.
    @inlinable
    func taking(_ cell: Cell) -> MachineWord {
        // What a cell commits stands where a word has its sequence, so state and sequence are put in by one addition. The
        // sequence stands at the top, so its overflow leaves the word: it counts modulo 2³².
        MachineWord(bits: (bits & ~0xFF) &+ cell.bits & 0xFFFF_FFFF_0000_00FF)
    }

    /// The word after a move.
    func moved(to state: UInt8) -> MachineWord {
        MachineWord(bits: (bits & ~0xFF | UInt64(state)) &+ 1 << 32)
    }

    /// The word with the mark of a faulted machine, or without it.
    func faulted(_ isFaulted: Bool) -> MachineWord {
        MachineWord(bits: bits & ~0x8000 | (isFaulted ? 0x8000 : 0))
    }
}
