/// What became of an event: eight bytes, returned in a register.
///
/// A refused event is an outcome and never an error, because for a breaker refusing is the hot path.
public struct MachineOutcome<State: MachineSymbol>: Sendable, Hashable, CustomStringConvertible {
    /// Sequence 32–63, the state before 16–23, kind 8–15, the state afterwards 0–7.
    @usableFromInline let bits: UInt64

    @inlinable
    init(bits: UInt64) {
        self.bits = bits
    }

    /// What happened.
    @inlinable public var kind: MachineOutcomeKind {
        MachineOutcomeKind(rawValue: UInt8(truncatingIfNeeded: bits >> 8))!
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

/// What happened to an event.
public enum MachineOutcomeKind: UInt8, Sendable, Hashable, CaseIterable {
    /// A rule moved the machine or re-entered its state: one commit.
    case moved
    /// A rule took the event and left everything as it was.
    case stayed
    /// Nothing changed: the state passes over the event.
    case ignored
    /// Nothing changed: the state refuses the event.
    case rejected
    /// Nothing was asked: the machine was not at the sequence that the caller expected.
    case conflict
}
