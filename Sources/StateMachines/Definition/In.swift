/// A state and its rules, in a ``TypedDefinition``.
public struct In<State: MachineSymbol, Event: MachineSymbol, Context>: Sendable {
    let state: State
    let definition: StateDefinition
    let parts: [StatePart<Event, Context>]
    /// How many timeouts it was given.
    let timeouts: Int

    /// Says what a state is and what it answers.
    ///
    /// - Parameters:
    ///   - state: the state; each is described at most once, and one that is not has no rules.
    ///   - parent: the state that contains it, and answers what this one does not.
    ///   - rank: breaks a tie between two shared snapshots, 0…255: the higher rank wins.
    ///   - admission: which calls a breaker in this state lets through.
    ///   - isFinal: whether the machine ends here.
    ///   - rules: ``On``, ``OnFault``, ``Always``, ``Ignore``, ``Reject``, ``Defer``, ``Entry``, ``Exit`` and ``Timeout``.
    public init(
        _ state: State,
        parent: State? = nil,
        rank: UInt8 = 0,
        admission: Admission = .all,
        final isFinal: Bool = false,
        @RuleBuilder<State, Event, Context> rules: () -> [StatePart<Event, Context>] = { [] }
    ) {
        self.state = state
        var definition = StateDefinition(
            name: state.wireName,
            parent: parent?.wireName,
            rank: rank,
            admission: admission,
            isFinal: isFinal
        )
        parts = rules()
        for part in parts {
            part.add(to: &definition)
        }
        self.definition = definition
        timeouts = parts.count { if case .timeout = $0.content { true } else { false } }
    }
}

/// Collects the states of a ``TypedDefinition``.
@resultBuilder
public enum StateBuilder<State: MachineSymbol, Event: MachineSymbol, Context> {
    /// One state or several.
    public typealias States = [In<State, Event, Context>]

    /// Takes one state.
    public static func buildExpression(_ state: In<State, Event, Context>) -> States { [state] }

    /// Joins what stands in one block.
    public static func buildBlock(_ parts: States...) -> States { parts.flatMap(\.self) }

    /// Joins what a loop made.
    public static func buildArray(_ parts: [States]) -> States { parts.flatMap(\.self) }

    /// Takes what stands in an `if` without `else`.
    public static func buildOptional(_ part: States?) -> States { part ?? [] }

    /// Takes what stands in an `if` or `switch`.
    public static func buildEither(first part: States) -> States { part }

    /// Takes what stands in an `else` or `switch`.
    public static func buildEither(second part: States) -> States { part }
}
