/// What became of an event: eight bytes, returned in a register.
///
/// A refused event is an outcome and never an error, because for a breaker refusing is the hot path.
public struct MachineOutcome<State: MachineSymbol>: BitwiseCopyable, Sendable, Hashable, CustomStringConvertible {
    /// Sequence 32–63, the state before 16–23, kind 8–15, the state afterwards 0–7.
    @usableFromInline let bits: UInt64

    /// The outcome of a cell.
    @inlinable
    init(_ cell: Cell, from before: UInt8, sequence: UInt32) {
        bits = UInt64(sequence) << 32 | UInt64(before) << 16 | UInt64(cell.told)
    }

    /// The outcome when nothing was asked.
    @inlinable
    init(conflictIn state: UInt8, sequence: UInt32) {
        self.init(Cell(telling: .conflict, in: state), from: state, sequence: sequence)
    }

    /// What happened.
    @inlinable public var kind: MachineOutcomeKind {
        // The raw values are the numbers that Swift gives the cases, and only those are ever written here.
        unsafe unsafeBitCast(UInt8(truncatingIfNeeded: bits >> 8), to: MachineOutcomeKind.self)
    }

    /// The state before.
    @inlinable public var from: State { State.at(UInt8(truncatingIfNeeded: bits >> 16)) }

    /// The state afterwards.
    @inlinable public var to: State { State.at(UInt8(truncatingIfNeeded: bits)) }

    /// The machine's sequence afterwards: commits since the start, modulo 2³².
    @inlinable public var sequence: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }

    /// `moved closed → open (1)`.
    public var description: String {
        kind == .moved ? "moved \(from) → \(to) (\(sequence))" : "\(kind) in \(to) (\(sequence))"
    }
}
