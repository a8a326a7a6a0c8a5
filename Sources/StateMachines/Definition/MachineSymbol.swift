/// A state or an event as a program writes it: an enum with `UInt8` raw values.
///
/// Raw values are positions in the machine's table, so they must be 0, 1, 2 … in the order of `allCases`, which is
/// what Swift gives an enum that names none. ``TypedDefinition/compile()`` reports anything else.
///
/// ```swift
/// enum Light: UInt8, MachineSymbol { case red, green, yellow }
/// ```
public protocol MachineSymbol: RawRepresentable, CaseIterable, Sendable, Hashable where RawValue == UInt8 {
    /// The name in definitions, snapshots and drawings: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///
    /// The default is the case's name.
    var wireName: String { get }
}

extension MachineSymbol {
    /// The case's name.
    public var wireName: String { String(describing: self) }

    /// The symbol at a position that came out of a compiled table, whose making checked that each position has one.
    @inlinable
    static func at(_ position: UInt8) -> Self {
        Self(rawValue: position)!
    }
}
