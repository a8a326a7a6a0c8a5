/// What stands in an ``In``: one line of a state's description.
public struct StatePart: Sendable, Hashable {
    enum Content: Hashable {
        case on(String, RuleDefinition)
        case ignore([String])
        case reject([String])
    }

    let content: Content

    static func on(_ event: String, _ rule: RuleDefinition) -> StatePart { StatePart(content: .on(event, rule)) }

    static func ignore(_ events: [String]) -> StatePart { StatePart(content: .ignore(events)) }

    static func reject(_ events: [String]) -> StatePart { StatePart(content: .reject(events)) }

    /// Writes the line into the definition; rules for one event stand together, in the order of writing.
    func add(to state: inout StateDefinition) {
        switch content {
        case .on(let event, let rule):
            if let index = state.on.firstIndex(where: { $0.event == event }) {
                state.on[index].rules.append(rule)
            } else {
                state.on.append(EventRules(event, [rule]))
            }
        case .ignore(let events): state.ignore += events
        case .reject(let events): state.reject += events
        }
    }
}
