/// How a snapshot of an older version of a definition is taken over.
public struct MigrationDefinition: Sendable, Hashable {
    /// An old state and the state that takes its place.
    public struct Mapping: Sendable, Hashable {
        /// The old state's name.
        public var old: String
        /// The name of a state of this definition.
        public var new: String

        /// Creates a mapping, unchecked.
        public init(_ old: String, to new: String) {
            self.old = old
            self.new = new
        }
    }

    /// The older version, 0…65535.
    public var from: UInt16
    /// Old states that have another name now, in order.
    public var states: [Mapping]
    /// Old states that have no place any more: a machine in one of them cannot be taken over.
    public var unmappable: [String]

    /// Creates a migration from its parts, unchecked.
    public init(from: UInt16, states: [Mapping] = [], unmappable: [String] = []) {
        self.from = from
        self.states = states
        self.unmappable = unmappable
    }
}
