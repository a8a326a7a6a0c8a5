/// Draws a definition as a Mermaid `stateDiagram-v2`.
public enum Mermaid {
    /// The diagram of a definition, states and rules in its order.
    ///
    /// Events that lead the same way share an arrow; a re-entry is an arrow back to the state. What a state merely
    /// takes, ignores or rejects is not drawn: ``LegalityTable`` shows it.
    public static func render(_ definition: MachineDefinition) -> String {
        let ids = identifiers(definition.states.map(\.name))
        var lines = ["stateDiagram-v2"]
        for state in definition.states where ids[state.name] != state.name {
            lines.append("    state \"\(state.name)\" as \(ids[state.name] ?? state.name)")
        }
        lines.append("    [*] --> \(ids[definition.initial] ?? definition.initial)")
        for state in definition.states {
            let own = ids[state.name] ?? state.name
            for (target, events) in arrows(state) {
                lines.append("    \(own) --> \(ids[target] ?? target) : \(events.joined(separator: ", "))")
            }
            if state.isFinal {
                lines.append("    \(own) --> [*]")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A state's targets in the order of their first rule, each with its events.
    private static func arrows(_ state: StateDefinition) -> [(target: String, events: [String])] {
        var arrows: [(target: String, events: [String])] = []
        for (event, rule) in state.on.flatMap({ rules in rules.rules.map { (rules.event, $0) } }) {
            let target: String
            switch rule.answer {
            case .move(let other): target = other
            case .reenter: target = state.name
            case .stay: continue
            }
            if let index = arrows.firstIndex(where: { $0.target == target }) {
                arrows[index].events.append(event)
            } else {
                arrows.append((target, [event]))
            }
        }
        return arrows
    }

    /// The names themselves, or numbers for all of them if Mermaid could misread one.
    private static func identifiers(_ names: [String]) -> [String: String] {
        let reserved: Set<String> = [
            "as", "choice", "class", "classdef", "click", "direction", "end", "fork", "hide", "href", "join", "left",
            "note", "of", "right", "scale", "state", "style",
        ]
        let plain = names.allSatisfy { name in
            !name.contains("-") && !name.contains(".") && !reserved.contains(name.lowercased())
        }
        let ids = plain ? names : names.indices.map { "s\($0)" }
        return Dictionary(zip(names, ids)) { first, _ in first }
    }
}
