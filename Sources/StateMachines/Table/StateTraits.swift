/// What a compiled table knows of one state: rank in bits 0–7, admission in bits 8–9, final in bit 10.
struct StateTraits {
    let bits: UInt32

    init(bits: UInt32) {
        self.bits = bits
    }

    init(_ state: StateDefinition) {
        bits = UInt32(state.rank) | UInt32(state.admission.rawValue) << 8 | (state.isFinal ? 1 : 0) << 10
    }

    var rank: UInt8 { UInt8(truncatingIfNeeded: bits) }

    var admission: Admission { Admission(rawValue: UInt8(truncatingIfNeeded: bits >> 8 & 3)) ?? .all }

    var isFinal: Bool { bits >> 10 & 1 == 1 }
}

extension MachineDefinition.Candidate {
    /// The cell of an answer in the state at position `own`.
    func cell(in own: UInt8, positions: [String: UInt8]) -> Cell {
        switch answer {
        case .take(let rule):
            switch rule.answer {
            case .move(let target): Cell(.move, target: positions[target] ?? own)
            case .reenter: Cell(.reenter, target: own)
            case .stay: Cell(.stay, target: own)
            }
        case .ignore: Cell(.ignore, target: own)
        case .reject, .defer: Cell(.reject, target: own)
        }
    }
}
