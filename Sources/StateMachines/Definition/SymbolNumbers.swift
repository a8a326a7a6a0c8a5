/// A state of a machine that is known only at run time.
public struct StateNumber: NumberedSymbol, CustomStringConvertible {
    /// The position among the definition's states.
    public let rawValue: UInt8

    /// The state at a position.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The number.
    public var description: String { "\(rawValue)" }
}

/// An event of a machine that is known only at run time.
public struct EventNumber: NumberedSymbol, CustomStringConvertible {
    /// The position among the definition's events.
    public let rawValue: UInt8

    /// The event at a position.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The number.
    public var description: String { "\(rawValue)" }
}
