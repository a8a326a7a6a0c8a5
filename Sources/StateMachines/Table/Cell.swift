/// What a compiled table says for one pair of state and event.
///
/// | bits | |
/// | --- | --- |
/// | 0–7 | the state afterwards: the same one unless the rule moves |
/// | 8–11 | the ``MachineOutcome/Kind`` that a caller is told |
/// | 13 | re-enters |
/// | 15 | slow: guards, actions or further steps come into it, and the rest holds for the first answer only |
/// | 32 | commits: counts in the sequence, which stands there in a machine's word |
@usableFromInline
struct Cell: Sendable, Hashable {
    @usableFromInline let bits: UInt64

    /// The bits that send an event to the engine: a slow cell; in a machine's flags also that it is faulted (15) or
    /// watched (14).
    @inlinable static var slow: UInt64 { 0xC000 }

    @inlinable
    init(bits: UInt64) {
        self.bits = bits
    }

    /// A cell that changes nothing.
    @inlinable
    init(telling kind: MachineOutcomeKind, in state: UInt8) {
        bits = UInt64(kind.rawValue) << 8 | UInt64(state)
    }

    init(_ kind: MachineAnswerKind, target: UInt8, isSlow: Bool = false) {
        let told: MachineOutcomeKind =
            switch kind {
            case .move, .reenter: .moved
            case .stay: .stayed
            case .ignore: .ignored
            case .reject: .rejected
            case .defer: .deferred
            }
        let flags: UInt64 =
            switch kind {
            case .move: 1 << 32
            case .reenter: 1 << 32 | 1 << 13
            case .stay, .ignore, .reject, .defer: 0
            }
        bits = (isSlow ? 1 << 15 : 0) | flags | UInt64(told.rawValue) << 8 | UInt64(target)
    }

    @inlinable var target: UInt8 { UInt8(truncatingIfNeeded: bits) }

    /// 1 if the rule commits, else 0.
    @inlinable var commits: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }

    /// The low half of an outcome's word.
    @inlinable var told: UInt64 { bits & 0xFFF }

    var kind: MachineAnswerKind {
        switch MachineOutcomeKind(rawValue: UInt8(truncatingIfNeeded: bits >> 8 & 15)) {
        case .stayed: .stay
        case .ignored: .ignore
        case .rejected: .reject
        case .deferred: .defer
        default: bits >> 13 & 1 == 1 ? .reenter : .move
        }
    }
}

extension MachineProgram {
    /// The cell of a pair.
    func cell(_ state: UInt8, _ event: UInt8) -> Cell {
        let head = head(of: event, in: state)
        guard head >= 0 else { return Cell(unhandled == .ignore ? .ignore : .reject, target: state) }
        let choice = choices[Int(head)]
        let isSlow = choice.condition != ConditionTest.isTrue || hasMore(choice, from: state)
        switch choice.kind {
        case .move: return Cell(.move, target: choice.target, isSlow: isSlow)
        case .reenter: return Cell(.reenter, target: state, isSlow: isSlow)
        case .stay: return Cell(.stay, target: state, isSlow: isSlow)
        case .ignore: return Cell(.ignore, target: state, isSlow: isSlow)
        case .reject: return Cell(.reject, target: state, isSlow: isSlow)
        case .defer: return Cell(.defer, target: state, isSlow: true)
        }
    }

    /// Whether taking a choice is more than to write the new state down.
    private func hasMore(_ choice: Choice, from state: UInt8) -> Bool {
        switch choice.kind {
        case .ignore, .reject: return false
        case .defer: return true
        case .move, .reenter, .stay: break
        }
        guard choice.actions.count == 0, choice.raises.count == 0, definition.invariants.isEmpty else { return true }
        let end = choice.kind == .move ? choice.target : state
        guard states[Int(end)].always < 0 else { return true }
        guard let (_, left, entered) = way(of: choice, from: state) else { return false }
        return line(of: state).prefix(left)
            .contains { states[Int($0)].exit.count > 0 || states[Int($0)].timeout != nil }
            || line(of: end).prefix(entered)
                .contains { states[Int($0)].entry.count > 0 || states[Int($0)].timeout != nil }
    }

    /// Where a rule ends, and how many states it leaves and enters; nil if it stays.
    ///
    /// States that contain both ends are those that both lines share, which are their outer ends: to count them is
    /// to know where the ways part.
    func way(of choice: Choice, from state: UInt8) -> (target: UInt8, left: Int, entered: Int)? {
        let from = states[Int(state)]
        switch choice.kind {
        case .stay, .ignore, .reject, .defer: return nil
        case .reenter:
            let count = Int(from.depth - states[Int(choice.owner)].depth) + 1
            return (state, count, count)
        case .move:
            guard choice.target != state else { return (state, 1, 1) }
            let to = states[Int(choice.target)]
            let common = from.containers.common(with: to.containers)
            return (choice.target, Int(from.depth) - common, Int(to.depth) - common)
        }
    }
}
