/// One rule of a ``StateDefinition``: what a state does with an event, or with no event at all.
public struct RuleDefinition: Sendable, Hashable {
    /// Where a rule ends.
    public enum Answer: Sendable, Hashable {
        /// Leaves the state and enters another one.
        case move(to: String)
        /// Leaves the state that owns the rule and enters it again; that is a move like any other.
        case reenter
        /// Takes the event and stays where it is.
        case stay
    }

    /// Where the rule ends.
    public var answer: Answer
    /// When the rule answers; nil is always.
    public var condition: ConditionDefinition?
    /// The actions that run when the rule is taken, in order.
    public var actions: [String]
    /// The events that are queued, in order, when the rule has done its actions.
    public var raises: [String]

    /// Creates a rule from its parts, unchecked.
    public init(
        _ answer: Answer,
        if condition: ConditionDefinition? = nil,
        do actions: [String] = [],
        raise raises: [String] = []
    ) {
        self.answer = answer
        self.condition = condition
        self.actions = actions
        self.raises = raises
    }
}

/// The rules of one state for one event, tried in order.
public struct EventRules: Sendable, Hashable {
    /// The event's name.
    public var event: String
    /// The rules: the first whose condition holds answers.
    public var rules: [RuleDefinition]

    /// Creates the rules for an event, unchecked.
    public init(_ event: String, _ rules: [RuleDefinition]) {
        self.event = event
        self.rules = rules
    }
}
