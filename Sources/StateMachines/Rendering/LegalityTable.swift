/// Draws a definition as a Markdown table: a row for each state, a column for each event.
public enum LegalityTable {
    /// The table of a definition, what parents answer included.
    ///
    /// A pair shows all that can answer, in the order of asking, `A if CONDITION; B`: a target's name, `NAME*` for a
    /// re-entry of that state, `stay`, `ignore`, `defer`, or `—` for a rejection. A pair without a rule shows what
    /// ``MachineDefinition/unhandled`` makes of it. Eventless rules and timeouts have columns of their own, and so
    /// has `fault`, where the machine uses them.
    ///
    /// - Parameter definition: a definition without errors; of any other what can be looked up.
    /// - Returns: the table, ending in a newline.
    public static func render(_ definition: MachineDefinition) -> String {
        render(definition, nil)
    }

    /// The table of a coverage's definition, with what was taken and what was not.
    ///
    /// Behind each pair that can be taken stands `✓` or `✗`, a last column counts those of a state, and behind the table
    /// stands ``MachineCoverage/summary``.
    ///
    /// - Parameter coverage: what was taken.
    /// - Returns: the table and the summary, ending in a newline.
    public static func render(_ coverage: MachineCoverage) -> String {
        render(coverage.definition, CoverageHeat(coverage)) + "\n" + coverage.summary.description
    }

    private static func render(_ definition: MachineDefinition, _ heat: CoverageHeat?) -> String {
        let events = definition.alphabet
        let states = definition.states.indices
        var head = ["state \\ event"] + events.map(escaped)
        var body = states.map { state in
            [escaped(definition.states[state].name)]
                + events.map { cell(definition, state, $0) + sign(heat?.isTaken($0, in: state)) }
        }
        let always = states.map { alwaysCell(definition, $0) + sign(heat?.isTaken(nil, in: $0)) }
        if always.contains(where: { !$0.isEmpty }) {
            head.append("*always*")
            for state in states { body[state].append(always[state]) }
        }
        if definition.states.contains(where: { $0.timeout != nil }) {
            head.append("*timeout*")
            for state in states {
                let taken = heat?.isTaken(nil, isTimeout: true, in: state)
                body[state].append(timeoutCell(definition.states[state]) + sign(taken))
            }
        }
        if let heat {
            head.append("*taken*")
            for state in states { body[state].append(heat.count(of: state).description) }
        }
        let rows = [head, head.map { _ in "---" }] + body
        return rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    /// What stands behind a pair: nothing if it cannot be taken, or if nobody asks.
    private static func sign(_ isTaken: Bool??) -> String {
        (isTaken ?? nil).map { $0 ? " ✓" : " ✗" } ?? ""
    }

    private static func cell(_ definition: MachineDefinition, _ state: Int, _ event: String) -> String {
        let candidates = definition.candidates(for: event, in: state)
        guard !candidates.isEmpty else {
            // Nobody is told of a fault that no rule answers: the machine is faulted.
            return definition.unhandled == .ignore && event != MachineDefinition.fault ? "ignore" : "—"
        }
        return text(definition, candidates)
    }

    private static func alwaysCell(_ definition: MachineDefinition, _ state: Int) -> String {
        text(definition, definition.alwaysCandidates(in: state))
    }

    private static func timeoutCell(_ state: StateDefinition) -> String {
        guard let timeout = state.timeout else { return "" }
        return "\(escaped(timeout.fires)) after \(MachineDuration.text(timeout.after))"
    }

    /// Nothing is shown behind what always answers.
    private static func text(_ definition: MachineDefinition, _ candidates: [MachineDefinition.Candidate]) -> String {
        let last = candidates.firstIndex { $0.condition == nil } ?? candidates.count
        return candidates.prefix(last + 1)
            .map { candidate in
                let answer = text(definition, candidate)
                guard let condition = candidate.condition else { return answer }
                let words = RuleText.text(condition).split(separator: "|", omittingEmptySubsequences: false)
                return "\(answer) if \(words.joined(separator: "\\|"))"
            }
            .joined(separator: "; ")
    }

    private static func text(_ definition: MachineDefinition, _ candidate: MachineDefinition.Candidate) -> String {
        switch candidate.answer {
        case .take(let rule):
            switch rule.answer {
            case .move(let target): escaped(target)
            case .reenter: "\(escaped(definition.states[candidate.owner].name))*"
            case .stay: "stay"
            }
        case .ignore: "ignore"
        case .reject: "—"
        case .defer: "defer"
        }
    }

    /// An underscore at either end would make the name slanted or bold.
    private static func escaped(_ name: String) -> String {
        guard name.hasPrefix("_") || name.hasSuffix("_") else { return name }
        return name.split(separator: "_", omittingEmptySubsequences: false).joined(separator: "\\_")
    }
}
