/// An event that a machine fires by itself when it has stayed in a state for a time.
public struct TimeoutDefinition: Sendable, Hashable {
    /// How long after the state was entered: whole milliseconds, 1 ms…8760 h.
    public var after: Duration
    /// The event's name.
    public var fires: String

    /// Creates a timeout from its parts, unchecked.
    public init(after: Duration, fires: String) {
        self.after = after
        self.fires = fires
    }
}
