/// A state or an event by its number in a machine's table: what all seats run on.
///
/// A program that knows its machine when it is written uses enums, ``MachineSymbol``; one that reads machines at run time
/// uses ``StateNumber`` and ``EventNumber``.
public protocol NumberedSymbol: RawRepresentable, Sendable, Hashable where RawValue == UInt8 {}

extension NumberedSymbol {
    /// The symbol at a position that came out of a compiled table.
    ///
    /// `init(rawValue:)` of an enum is a jump table; the benchmark `machine.owner.random` takes three times as long with
    /// it. So where a symbol is one byte the position is taken for it: `isStoredAsPosition` was checked for each
    /// symbol when the table was made.
    @inlinable
    static func at(_ position: UInt8) -> Self {
        guard MemoryLayout<Self>.size == 1 else { return Self(rawValue: position)! }
        return unsafe unsafeBitCast(position, to: Self.self)
    }

    /// Whether a symbol of one byte is that byte: true for an enum whose cases are declared in the order of their raw
    /// values, because Swift numbers cases without payload as declared.
    var isStoredAsPosition: Bool {
        unsafe MemoryLayout<Self>.size != 1 || unsafeBitCast(self, to: UInt8.self) == rawValue
    }
}

/// A state or an event as a program writes it: an enum with `UInt8` raw values.
///
/// Raw values are positions in the machine's table, so they must be 0, 1, 2 … in the order of `allCases`, which is
/// what Swift gives an enum that names none. ``TypedDefinition/compile()`` reports anything else.
///
/// ```swift
/// enum Light: UInt8, MachineSymbol { case red, green, yellow }
/// ```
public protocol MachineSymbol: NumberedSymbol, CaseIterable {
    /// The name in definitions, snapshots and drawings: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///
    /// The default is the case's name.
    var wireName: String { get }
}

extension MachineSymbol {
    /// The case's name.
    public var wireName: String { String(describing: self) }
}
