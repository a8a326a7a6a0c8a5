/// Draws a definition as a Markdown table: a row for each state, a column for each event.
public enum LegalityTable {
    /// The table of a definition: a target's name, `NAME*` for a re-entry, `stay`, `ignore`, or `—` for a rejection.
    ///
    /// A pair without a rule shows what ``MachineDefinition/unhandled`` makes of it.
    public static func render(_ definition: MachineDefinition) -> String {
        let head = ["state \\ event"] + definition.events
        let body = definition.states.indices.map { state in
            [definition.states[state].name] + definition.events.map { cell(definition, state, $0) }
        }
        let rows = [head, head.map { _ in "---" }] + body
        return rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private static func cell(_ definition: MachineDefinition, _ state: Int, _ event: String) -> String {
        switch definition.candidates(for: event, in: state).first?.answer {
        case .take(let rule):
            switch rule.answer {
            case .move(let target): target
            case .reenter: "\(definition.states[state].name)*"
            case .stay: "stay"
            }
        case .ignore: "ignore"
        case .reject, .defer: "—"
        case nil: definition.unhandled == .ignore ? "ignore" : "—"
        }
    }
}
