/// How drawings write rules: `failure [budgetLeft && !stale] / note, countRetry ^changed`.
enum RuleText {
    /// What stands on an arrow: the event, when, what is done, and what is raised.
    ///
    /// `isElse` says that the rule, if it has no guard, stands behind ones that do.
    static func label(_ event: String, _ rule: RuleDefinition, isElse: Bool) -> String {
        var text = event
        if let condition = rule.condition {
            text += " [\(RuleText.text(condition))]"
        } else if isElse {
            text += " [else]"
        }
        if !rule.actions.isEmpty { text += " / \(list(rule.actions))" }
        for event in rule.raises { text += " ^\(event)" }
        return text
    }

    /// A condition as a program writes it: `a && (b || !c)`.
    static func text(_ condition: ConditionDefinition) -> String {
        text(condition, within: "")
    }

    private static func text(_ condition: ConditionDefinition, within joint: String) -> String {
        switch condition {
        case .guard(let name): name
        case .all(let parts): joined(parts, " && ", "true", within: joint)
        case .any(let parts): joined(parts, " || ", "false", within: joint)
        case .not(let part): "!\(text(part, within: "!"))"
        }
    }

    private static func joined(
        _ parts: [ConditionDefinition],
        _ own: String,
        _ ofNone: String,
        within joint: String
    ) -> String {
        if parts.isEmpty { return ofNone }
        if parts.count == 1 { return text(parts[0], within: joint) }
        let text = parts.map { self.text($0, within: own) }.joined(separator: own)
        return joint.isEmpty || joint == own ? text : "(\(text))"
    }

    /// What happens in a state without leaving it, a line each: entry, exit, timeout, `stay` rules, deferral.
    static func details(_ state: StateDefinition) -> [String] {
        var lines: [String] = []
        if !state.entry.isEmpty { lines.append("entry / \(list(state.entry))") }
        if !state.exit.isEmpty { lines.append("exit / \(list(state.exit))") }
        if let timeout = state.timeout {
            lines.append("after \(MachineDuration.text(timeout.after)) ^\(timeout.fires)")
        }
        for item in state.on {
            for (index, rule) in item.rules.enumerated() where rule.answer == .stay {
                lines.append("stay on \(label(item.event, rule, isElse: index > 0))")
            }
        }
        if !state.defer.isEmpty { lines.append("defer \(list(state.defer))") }
        return lines
    }

    static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

/// The arrows that leave a state by its own rules: one a target, with the labels of all rules that lead there.
struct RuleArrow {
    var target: String
    var labels: [String]
    /// The event of each label; nil for eventless rules.
    var events: [String?]

    static func arrows(of state: StateDefinition) -> [RuleArrow] {
        var arrows: [RuleArrow] = []
        var positions: [String: Int] = [:]
        for (event, rules) in state.on.map({ ($0.event as String?, $0.rules) }) + [(nil, state.always)] {
            for (index, rule) in rules.enumerated() {
                let target: String
                switch rule.answer {
                case .move(let other): target = other
                case .reenter: target = state.name
                case .stay: continue
                }
                let label = RuleText.label(event ?? "always", rule, isElse: index > 0)
                if let position = positions[target] {
                    arrows[position].labels.append(label)
                    arrows[position].events.append(event)
                } else {
                    positions[target] = arrows.count
                    arrows.append(RuleArrow(target: target, labels: [label], events: [event]))
                }
            }
        }
        return arrows
    }
}
