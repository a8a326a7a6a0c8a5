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
