/// What stands in an ``In``: one line of a state's description.
public struct StatePart<Event: NumberedSymbol, Context>: Sendable {
    enum Content: Sendable {
        case on(String, RuleDefinition)
        case always(RuleDefinition)
        case ignore([String])
        case reject([String])
        case `defer`([String])
        case entry
        case exit
        case timeout(TimeoutDefinition)
    }

    let content: Content
    var guards: [NamedFunction<GuardFunction>] = []
    var actions: [Action<Event, Context>] = []

    init(_ content: Content) {
        self.content = content
    }

    /// A line with a rule.
    init(
        _ content: (RuleDefinition) -> Content,
        _ answer: RuleDefinition.Answer,
        _ condition: Guard<Context>?,
        _ actions: [Action<Event, Context>],
        _ raises: [String]
    ) {
        let names = actions.map(\.function.name)
        self.content = content(RuleDefinition(answer, if: condition?.condition, do: names, raise: raises))
        self.guards = condition?.functions ?? []
        self.actions = actions
    }

    /// A line with actions.
    init(_ content: Content, _ actions: [Action<Event, Context>]) {
        self.content = content
        self.actions = actions
    }

    /// Writes the line into the definition; rules for one event stand together, in the order of writing.
    func add(to state: inout StateDefinition) {
        switch content {
        case .on(let event, let rule):
            if let index = state.on.firstIndex(where: { $0.event == event }) {
                state.on[index].rules.append(rule)
            } else {
                state.on.append(EventRules(event, [rule]))
            }
        case .always(let rule): state.always.append(rule)
        case .ignore(let events): state.ignore += events
        case .reject(let events): state.reject += events
        case .defer(let events): state.defer += events
        case .entry: state.entry += actions.map(\.function.name)
        case .exit: state.exit += actions.map(\.function.name)
        case .timeout(let timeout): state.timeout = timeout
        }
    }
}
