import StateMachines

extension String {
    /// A name as errors and logs show it: at most 128 Unicode scalars, without control characters.
    var shownName: String { printable(128) }

    /// A hash that is the same in every process and every release: FNV-1a, 64 bits.
    var stableHash: UInt64 {
        utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
