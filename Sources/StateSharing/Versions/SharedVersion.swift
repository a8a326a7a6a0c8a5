/// A version of a resource with everything it says: the 20 words of a line in messages, replies and the journal.
///
/// Durations are what is left at the time it was read or received; nobody's wall clock is compared with another's.
public struct SharedVersion: Sendable, Hashable {
    /// Which resource.
    public var resource: ResourceID
    /// Its place in the resource's history.
    public var version: Version
    /// The wire name of the state, 1…128 bytes of `[A-Za-z0-9._:/%|,+~-]`.
    public var state: String
    /// Basis points 0…10 000, `nil` unknown.
    ///
    /// Informative: never compared.
    public var failureRateBp: Int?
    /// The newest `lastModified` its writer had seen when it made this version; 0 = none.
    public var parent: Int64 = 0
    /// The stamp of the newest operator decision in this version's history; 0 = none.
    public var operatorAt: Int64 = 0
    /// Grows at every entry into `OPEN`, never reset.
    public var epoch: Int64 = 0
    /// The k of the back-off.
    public var attempts: Int64 = 0
    /// Milliseconds until the state's deadline, 0 when it has passed; `nil` = no deadline.
    public var remainingMs: Int64?
    /// The full duration in milliseconds.
    public var durationMs: Int64 = 0
    /// Whether automatic transitions are held off.
    public var hold: Hold = .none
    /// Why: an automatic reason, or an operator's text of at most 200 bytes.
    public var reason: String = ""
    /// Who decided, at most 100 bytes; empty = automatic.
    public var actor: String = ""
    /// Name and version of the machine definition.
    public var definition: String
    /// Commit order in the store; 0 before it is stored.
    public var sequence: Int64 = 0

    /// Creates a version; the other fields have the values of an automatic version without a deadline.
    public init(resource: ResourceID, version: Version, state: String, definition: String) {
        self.resource = resource
        self.version = version
        self.state = state
        self.definition = definition
    }

    /// The token of the compare-and-set, server milliseconds.
    public var lastModified: Int64 { version.lastModified }

    /// Whether an operator decided it.
    public var isOperators: Bool { !actor.isEmpty }
}
