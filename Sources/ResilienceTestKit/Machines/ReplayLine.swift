/// What a replay prints for one event, or for one change of a machine's life.
public struct ReplayLine: Sendable, Hashable, CustomStringConvertible {
    /// `running`, `paused` or `stopped`; nil in an event's line.
    public var life: String?
    /// What became of an event: `moved`, `rejected`…; nil in a line about life.
    public var outcome: String?
    /// Where a `failed` event failed: `exit` or `action`.
    public var phase: String?
    /// The outcome that the token of a `duplicate` had when it was taken.
    public var was: String?
    /// The events that a drain left: the deferred, then the queued, the oldest first.
    public var left: [String]?
    /// Commits since the start, when the line's work was done.
    public var sequence: Int
    /// The current state, when the line's work was done.
    public var state: String
    /// All that happened, in order.
    public var trace: [String]

    /// Creates a line from its parts.
    public init(
        life: String? = nil,
        outcome: String? = nil,
        phase: String? = nil,
        was: String? = nil,
        left: [String]? = nil,
        sequence: Int,
        state: String,
        trace: [String]
    ) {
        self.life = life
        self.outcome = outcome
        self.phase = phase
        self.was = was
        self.left = left
        self.sequence = sequence
        self.state = state
        self.trace = trace
    }

    /// The line as compact JSON with sorted keys, without an end of line.
    ///
    /// Every text in it is a name or a word of the trace, and neither has anything that JSON escapes.
    public var description: String {
        var members: [String] = []
        if let left { members.append("\"left\":" + Self.list(left)) }
        if let life { members.append("\"life\":\"\(life)\"") }
        if let outcome { members.append("\"outcome\":\"\(outcome)\"") }
        if let phase { members.append("\"phase\":\"\(phase)\"") }
        members.append("\"sequence\":\(sequence)")
        members.append("\"state\":\"\(state)\"")
        members.append("\"trace\":" + Self.list(trace))
        if let was { members.append("\"was\":\"\(was)\"") }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func list(_ words: [String]) -> String {
        "[" + words.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}
