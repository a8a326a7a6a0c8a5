/// A state and its rules, in a ``TypedDefinition``.
public struct In<State: MachineSymbol, Event: MachineSymbol>: Sendable {
    let state: State
    let definition: StateDefinition

    /// Says what a state is and what it answers.
    ///
    /// - Parameters:
    ///   - state: the state; each is described at most once, and one that is not has no rules.
    ///   - rank: breaks a tie between two shared snapshots, 0…255: the higher rank wins.
    ///   - admission: which calls a breaker in this state lets through.
    ///   - isFinal: whether the machine ends here.
    ///   - rules: ``On``, ``Ignore`` and ``Reject``.
    public init(
        _ state: State,
        rank: UInt8 = 0,
        admission: Admission = .all,
        final isFinal: Bool = false,
        @RuleBuilder<State, Event> rules: () -> [StatePart] = { [] }
    ) {
        self.state = state
        var definition = StateDefinition(name: state.wireName, rank: rank, admission: admission, isFinal: isFinal)
        for part in rules() {
            part.add(to: &definition)
        }
        self.definition = definition
    }
}

/// A rule that takes an event, in a ``TypedDefinition``.
public struct On<State: MachineSymbol, Event: MachineSymbol>: Sendable {
    /// A rule's way to end in the state in which it began.
    public enum Same: Sendable {
        /// Leaves the state and enters it again; that is a move like any other.
        case reenter
        /// Takes the event and leaves everything as it is.
        case stay
    }

    let part: StatePart

    /// The event moves the machine to another state.
    public init(_ event: Event, to target: State) {
        part = .on(event.wireName, RuleDefinition(.move(to: target.wireName)))
    }

    /// The event is taken, and the machine ends in the same state.
    public init(_ event: Event, _ same: Same) {
        part = .on(event.wireName, RuleDefinition(same == .reenter ? .reenter : .stay))
    }
}

/// Events that change nothing, in a ``TypedDefinition``.
public struct Ignore<Event: MachineSymbol>: Sendable {
    let events: [Event]

    /// The events are passed over.
    public init(_ events: Event...) {
        self.events = events
    }
}

/// Events that are refused, in a ``TypedDefinition``.
public struct Reject<Event: MachineSymbol>: Sendable {
    let events: [Event]

    /// The events are refused, whatever the definition says of unhandled ones.
    public init(_ events: Event...) {
        self.events = events
    }
}

/// Collects the states of a ``TypedDefinition``.
@resultBuilder
public enum StateBuilder<State: MachineSymbol, Event: MachineSymbol> {
    /// Takes one state.
    public static func buildExpression(_ state: In<State, Event>) -> [In<State, Event>] { [state] }

    /// Joins what stands in one block.
    public static func buildBlock(_ parts: [In<State, Event>]...) -> [In<State, Event>] { parts.flatMap(\.self) }

    /// Joins what a loop made.
    public static func buildArray(_ parts: [[In<State, Event>]]) -> [In<State, Event>] { parts.flatMap(\.self) }

    /// Takes what stands in an `if` without `else`.
    public static func buildOptional(_ part: [In<State, Event>]?) -> [In<State, Event>] { part ?? [] }

    /// Takes what stands in an `if` or `switch`.
    public static func buildEither(first part: [In<State, Event>]) -> [In<State, Event>] { part }

    /// Takes what stands in an `else` or `switch`.
    public static func buildEither(second part: [In<State, Event>]) -> [In<State, Event>] { part }
}

/// Collects the rules of one state of a ``TypedDefinition``.
@resultBuilder
public enum RuleBuilder<State: MachineSymbol, Event: MachineSymbol> {
    /// Takes a rule.
    public static func buildExpression(_ rule: On<State, Event>) -> [StatePart] { [rule.part] }

    /// Takes ignored events.
    public static func buildExpression(_ list: Ignore<Event>) -> [StatePart] {
        [.ignore(list.events.map(\.wireName))]
    }

    /// Takes rejected events.
    public static func buildExpression(_ list: Reject<Event>) -> [StatePart] {
        [.reject(list.events.map(\.wireName))]
    }

    /// Joins what stands in one block.
    public static func buildBlock(_ parts: [StatePart]...) -> [StatePart] { parts.flatMap(\.self) }

    /// Joins what a loop made.
    public static func buildArray(_ parts: [[StatePart]]) -> [StatePart] { parts.flatMap(\.self) }

    /// Takes what stands in an `if` without `else`.
    public static func buildOptional(_ part: [StatePart]?) -> [StatePart] { part ?? [] }

    /// Takes what stands in an `if` or `switch`.
    public static func buildEither(first part: [StatePart]) -> [StatePart] { part }

    /// Takes what stands in an `else` or `switch`.
    public static func buildEither(second part: [StatePart]) -> [StatePart] { part }
}
