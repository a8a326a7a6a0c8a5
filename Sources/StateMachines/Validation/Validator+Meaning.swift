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
        if state.isFinal, !state.on.isEmpty {
            let message = "the final state \(state.name) can only ignore and reject"
            findings.append(Finding(.ruleInFinal, at: state.place("on", isKey: true), message))
        }
        var answered: Set<String> = []
        for mention in state.mentions {
            let event = mention.event
            if !answered.insert(event).inserted {
                let message = "an earlier rule of \(state.name) always answers \(event)"
                findings.append(Finding(.hiddenRule, at: mention.place, message))
            }
            if mention.rule?.answer == .move(to: state.name) {
                let message = "\(event) moves to \(state.name) itself: write reenter or stay"
                findings.append(Finding(.moveToSelf, at: mention.place, message))
            }
        }
        return findings
    }

    private func unclassifiedEvents(_ state: StateDefinition) -> [Finding] {
        guard definition.unhandled == .error, !state.isFinal, entered.contains(state.name) else { return [] }
        let answered = Set(state.mentions.map(\.event))
        return definition.events.filter { !answered.contains($0) }
            .map { event in
                Finding(.unclassified, at: state.place(), "\(state.name) has no rule for \(event)")
            }
    }

    private func unusedEvents() -> [Finding] {
        let used = Set(definition.states.flatMap(\.mentions).map(\.event))
        return definition.events.enumerated().filter { !used.contains($0.element) }
            .map { Finding(.unused, at: Place(["events", .index($0.offset)]), "no rule uses the event \($0.element)") }
    }

    /// SM101 and SM102, every event taken as possible.
    private func unreachableStates() -> [Finding] {
        let finals = Set(definition.states.filter(\.isFinal).map(\.name))
        let reachable = closure(of: [definition.initial], along: targets)
        let ending = closure(of: finals, along: sources)
        return definition.states.compactMap { state in
            let place = state.place()
            if !reachable.contains(state.name) {
                return Finding(.unreachable, at: place, "\(state.name) cannot be reached from \(definition.initial)")
            }
            if !finals.isEmpty, !ending.contains(state.name) {
                return Finding(.endless, at: place, "no final state can be reached from \(state.name)")
            }
            return nil
        }
    }

    /// State → the states to which its rules move.
    private var targets: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: definition.states.map { ($0.name, Set($0.targets)) })
    }

    /// State → the states whose rules move to it.
    private var sources: [String: Set<String>] {
        var sources: [String: Set<String>] = [:]
        for state in definition.states {
            for target in state.targets {
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
    /// An event that the state says something of.
    struct Mention {
        var event: String
        var rule: RuleDefinition?
        var place: Place
    }

    /// Where the state stands, or something under it.
    func place(_ steps: Place.Step..., isKey: Bool = true) -> Place {
        Place(["states", .key(name)] + steps, isKey: isKey)
    }

    /// All that answers, in the order of asking.
    var mentions: [Mention] {
        on.flatMap { item in
            item.rules.enumerated()
                .map { index, rule in
                    Mention(
                        event: item.event,
                        rule: rule,
                        place: place("on", .key(item.event), .index(index), isKey: false)
                    )
                }
        }
            + list("ignore", ignore) + list("reject", reject) + list("defer", self.defer)
    }

    private func list(_ key: String, _ events: [String]) -> [Mention] {
        events.enumerated()
            .map { Mention(event: $1, rule: nil, place: place(.key(key), .index($0), isKey: false)) }
    }

    /// The states that its rules move to.
    var targets: [String] {
        (on.flatMap(\.rules) + always).compactMap(\.target)
    }
}

extension RuleDefinition {
    /// The state that the rule moves to, if it moves to another one.
    var target: String? {
        guard case .move(let target) = answer else { return nil }
        return target
    }
}
