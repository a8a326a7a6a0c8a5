/// One line of a replay script.
public enum ReplayCommand: Sendable, Hashable {
    /// An event comes from outside.
    case fire(ReplayEvent)
    /// The clock goes forward, in milliseconds.
    case advance(Int64)
    /// A guard or an invariant is true or false from here on.
    case `guard`(String, Bool)
    /// An action fails from here on.
    case fail(String)
    /// An action fails no longer.
    case heal(String)
    /// The machine pauses.
    case pause
    /// The machine goes on.
    case resume
    /// The mark of a faulted machine is taken away.
    case reset
    /// The machine finishes what is queued, within so many milliseconds, and stops.
    case drain(Int64)

    /// Whether it only prepares what the machine will meet, so that the machine need not have started.
    var isPreparation: Bool {
        switch self {
        case .guard, .fail, .heal: true
        case .fire, .advance, .pause, .resume, .reset, .drain: false
        }
    }
}

/// An event that comes from outside, with what its sender asks for.
public struct ReplayEvent: Sendable, Hashable {
    /// The event's name.
    public var name: String
    /// What the sender calls this very event, so that it is not taken twice.
    public var token: String?
    /// The event's version, 0…2⁶³ − 1: one not above the last taken is stale.
    public var version: Int64?
    /// The sequence, 0…2⁶³ − 1, at which alone the event may be taken.
    public var ifSequence: Int64?

    /// Creates an event from its parts.
    public init(_ name: String, token: String? = nil, version: Int64? = nil, ifSequence: Int64? = nil) {
        self.name = name
        self.token = token
        self.version = version
        self.ifSequence = ifSequence
    }
}
