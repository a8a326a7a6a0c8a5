/// What a compiled table says for one pair of state and event.
///
/// | bits | |
/// | --- | --- |
/// | 0–7 | the state afterwards: the same one unless the rule moves |
/// | 8–10 | the ``MachineOutcome/Kind`` that a caller is told |
/// | 11 | re-enters |
/// | 12 | commits: counts in the sequence |
/// | 15 | slow: guards must be asked; always 0 without guards |
/// | 16–31 | the action program; always 0 without actions |
@usableFromInline
struct Cell: Sendable, Hashable {
    @usableFromInline let bits: UInt32

    @inlinable
    init(bits: UInt32) {
        self.bits = bits
    }

    /// A cell that changes nothing.
    @inlinable
    init(telling kind: MachineOutcomeKind, in state: UInt8) {
        bits = UInt32(kind.rawValue) << 8 | UInt32(state)
    }

    init(_ kind: MachineAnswerKind, target: UInt8) {
        let told: MachineOutcomeKind =
            switch kind {
            case .move, .reenter: .moved
            case .stay: .stayed
            case .ignore: .ignored
            case .reject: .rejected
            }
        let flags: UInt32 =
            switch kind {
            case .move: 1 << 12
            case .reenter: 1 << 12 | 1 << 11
            case .stay, .ignore, .reject: 0
            }
        bits = flags | UInt32(told.rawValue) << 8 | UInt32(target)
    }

    @inlinable var target: UInt8 { UInt8(truncatingIfNeeded: bits) }

    /// 1 if the rule commits, else 0.
    @inlinable var commits: UInt32 { bits >> 12 & 1 }

    /// The low half of an outcome's word.
    @inlinable var told: UInt32 { bits & 0x7FF }

    var kind: MachineAnswerKind {
        switch MachineOutcomeKind(rawValue: UInt8(truncatingIfNeeded: bits >> 8 & 7)) {
        case .stayed: .stay
        case .ignored: .ignore
        case .rejected: .reject
        default: bits >> 11 & 1 == 1 ? .reenter : .move
        }
    }
}
