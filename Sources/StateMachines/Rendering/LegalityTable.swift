/// Draws a definition as a Markdown table: a row for each state, a column for each event.
public enum LegalityTable {
    /// The table of a definition: a target's name, `NAME*` for a re-entry, `stay`, `ignore`, or `—` for a rejection.
    ///
    /// A pair without a rule shows what ``MachineDefinition/unhandled`` makes of it.
    public static func render(_ definition: MachineDefinition) -> String {
        let head = ["state \\ event"] + definition.events
        let body = definition.states.map { state in
            [state.name] + definition.events.map { cell(state, $0, definition.unhandled) }
        }
        let rows = [head, head.map { _ in "---" }] + body
        return rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private static func cell(
        _ state: StateDefinition,
        _ event: String,
        _ unhandled: MachineDefinition.Unhandled
    ) -> String {
        switch state.rules.first(where: { $0.event == event })?.answer {
        case .move(let target): target
        case .reenter: "\(state.name)*"
        case .stay: "stay"
        case .ignore: "ignore"
        case .reject: "—"
        case nil: unhandled == .ignore ? "ignore" : "—"
        }
    }
}
