extension Validator {
    /// The findings for a definition whose names are all known.
    func meaningFindings() -> [Finding] {
        let errors = definition.states.flatMap(ruleErrors)
        let unused = unusedEvents()
        guard errors.isEmpty else { return unused + errors }
        return unused + unreachableStates()
    }

    private func ruleErrors(_ state: StateDefinition) -> [Finding] {
        var findings = unclassifiedEvents(state)
        if state.isFinal, state.rules.contains(where: { $0.answer.list == .on }) {
            findings.append(
                Finding(
                    .ruleInFinal,
                    at: "states.\(state.name).on",
                    "the final state \(state.name) can only ignore and reject"
                )
            )
        }
        var answered: Set<String> = []
        for (index, rule) in state.rules.enumerated() {
            if !answered.insert(rule.event).inserted {
                findings.append(
                    Finding(
                        .hiddenRule,
                        at: state.path(ofRule: index),
                        "an earlier rule of \(state.name) always answers \(rule.event)"
                    )
                )
            }
            if rule.answer == .move(to: state.name) {
                findings.append(
                    Finding(
                        .moveToSelf,
                        at: state.path(ofRule: index),
                        "\(rule.event) moves to \(state.name) itself: write reenter or stay"
                    )
                )
            }
        }
        return findings
    }

    private func unclassifiedEvents(_ state: StateDefinition) -> [Finding] {
        guard definition.unhandled == .error, !state.isFinal, entered.contains(state.name) else { return [] }
        let answered = Set(state.rules.map(\.event))
        return definition.events.filter { !answered.contains($0) }
            .map { event in
                Finding(.unclassified, at: "states.\(state.name)", "\(state.name) has no rule for \(event)")
            }
    }

    private func unusedEvents() -> [Finding] {
        let used = Set(definition.states.flatMap { $0.rules.map(\.event) })
        return definition.events.filter { !used.contains($0) }
            .map { Finding(.unused, at: "events.\($0)", "no rule uses the event \($0)") }
    }

    /// SM101 and SM102, every event taken as possible.
    private func unreachableStates() -> [Finding] {
        let finals = Set(definition.states.filter(\.isFinal).map(\.name))
        let reachable = closure(of: [definition.initial], along: targets)
        let ending = closure(of: finals, along: sources)
        return definition.states.compactMap { state in
            let path = "states.\(state.name)"
            if !reachable.contains(state.name) {
                return Finding(.unreachable, at: path, "\(state.name) cannot be reached from \(definition.initial)")
            }
            if !finals.isEmpty, !ending.contains(state.name) {
                return Finding(.endless, at: path, "no final state can be reached from \(state.name)")
            }
            return nil
        }
    }

    /// State → the states to which its rules move.
    private var targets: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: definition.states.map { ($0.name, Set($0.rules.compactMap(\.target))) })
    }

    /// State → the states whose rules move to it.
    private var sources: [String: Set<String>] {
        var sources: [String: Set<String>] = [:]
        for state in definition.states {
            for target in state.rules.compactMap(\.target) {
                sources[target, default: []].insert(state.name)
            }
        }
        return sources
    }

    private func closure(of start: Set<String>, along edges: [String: Set<String>]) -> Set<String> {
        var found = start
        var open = Array(start)
        while let state = open.popLast() {
            for next in edges[state] ?? [] where found.insert(next).inserted {
                open.append(next)
            }
        }
        return found
    }
}

extension StateDefinition {
    /// Where a rule stands: `states.closed.on.trip`, with `[1]` behind it for the second of several in that list.
    func path(ofRule index: Int) -> String {
        let rule = rules[index]
        let earlier = rules[..<index].count { $0.event == rule.event && $0.answer.list == rule.answer.list }
        return "states.\(name).\(rule.answer.list.rawValue).\(rule.event)" + (earlier > 0 ? "[\(earlier)]" : "")
    }
}

extension RuleDefinition {
    /// The state that the rule moves to, if it moves to another one.
    var target: String? {
        guard case .move(let target) = answer else { return nil }
        return target
    }
}
