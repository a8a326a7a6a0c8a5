/// One rule of a ``StateDefinition``: what a state answers to an event.
public struct RuleDefinition: Sendable, Hashable {
    /// What a rule answers.
    public enum Answer: Sendable, Hashable {
        /// Leaves the state and enters another one.
        case move(to: String)
        /// Leaves the state and enters it again; that is a move like any other.
        case reenter
        /// Takes the event and leaves everything as it is.
        case stay
        /// Passes over the event.
        case ignore
        /// Refuses the event, whatever ``MachineDefinition/unhandled`` says.
        case reject
    }

    /// The event's name.
    public var event: String
    /// What is answered.
    public var answer: Answer

    /// Creates a rule from its parts, unchecked.
    public init(event: String, answer: Answer) {
        self.event = event
        self.answer = answer
    }
}

extension RuleDefinition {
    /// The lists in which a state's rules stand in a file, in the order in which they are asked.
    enum List: String, CaseIterable {
        case on
        case ignore
        case reject
    }
}

extension RuleDefinition.Answer {
    /// The list in which a rule with this answer stands.
    var list: RuleDefinition.List {
        switch self {
        case .move, .reenter, .stay: .on
        case .ignore: .ignore
        case .reject: .reject
        }
    }
}
