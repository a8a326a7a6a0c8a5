/// What became of an event: eight bytes, returned in a register.
///
/// A refused event is an outcome and never an error, because for a breaker refusing is the hot path.
public struct MachineOutcome<State: NumberedSymbol>: BitwiseCopyable, Sendable, Hashable, CustomStringConvertible {
    /// Sequence 32–63, detail 24–31, the state before 16–23, kind 8–15, the state afterwards 0–7.
    ///
    /// The detail is the phase of a failed event, counted from 1, or the kind that a duplicate had.
    @usableFromInline let bits: UInt64

    /// The outcome of a cell.
    @inlinable
    init(_ cell: Cell, from before: UInt8, sequence: UInt32) {
        bits = UInt64(sequence) << 32 | UInt64(before) << 16 | cell.told
    }

    /// The outcome when nothing was asked.
    @inlinable
    init(conflictIn state: UInt8, sequence: UInt32) {
        self.init(Cell(telling: .conflict, in: state), from: state, sequence: sequence)
    }

    /// An outcome that the engine or a loop put together.
    @inlinable
    init(bits: UInt64) {
        self.bits = bits
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

    /// Where an event failed: only for ``MachineOutcomeKind/failed``.
    public var phase: FailurePhase? {
        kind == .failed ? FailurePhase(rawValue: UInt8(truncatingIfNeeded: bits >> 24) &- 1) : nil
    }

    /// What the event was told when it was taken: only for ``MachineOutcomeKind/duplicate``.
    public var original: MachineOutcomeKind? {
        kind == .duplicate ? MachineOutcomeKind(rawValue: UInt8(truncatingIfNeeded: bits >> 24)) : nil
    }

    /// The machine's sequence afterwards: commits since the start, modulo 2³².
    @inlinable public var sequence: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }

    /// `moved closed → open (1)`.
    public var description: String {
        if kind == .moved { return "moved \(from) → \(to) (\(sequence))" }
        return "\(kind)\(phase.map { " (\($0))" } ?? "") in \(to) (\(sequence))"
    }
}

/// The word of a ``MachineOutcome``, where its state's type is not known.
enum OutcomeWord {
    /// Puts one together.
    ///
    /// - Parameters:
    ///   - answer: what happened.
    ///   - from: the state before.
    ///   - to: the state afterwards.
    ///   - sequence: the sequence afterwards; its low 32 bits count.
    /// - Returns: the word.
    static func bits(_ answer: StepAnswer, from: UInt8, to: UInt8, sequence: UInt64) -> UInt64 {
        let detail = answer.phase.map { UInt64($0.rawValue) + 1 } ?? 0
        return sequence << 32 | detail << 24 | UInt64(from) << 16 | UInt64(answer.kind.rawValue) << 8 | UInt64(to)
    }
}
