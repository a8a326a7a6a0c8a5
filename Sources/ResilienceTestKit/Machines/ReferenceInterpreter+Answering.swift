import StateMachines

/// Who answers an event.
extension ReferenceInterpreter {
    /// What was found to answer.
    enum Answer {
        case take(RuleDefinition, owner: String)
        case ignore
        case reject
        case `defer`
        case nobody
    }

    /// Looks for who answers an event: the current state first, then its parents outwards; in each the rules in order,
    /// then the three lists.
    mutating func answer(to event: String) -> Answer {
        let answer = findAnswer(to: event)
        if case .nobody = answer { return answer }
        covered.pairs[state, default: []].insert(event)
        return answer
    }

    private mutating func findAnswer(to event: String) -> Answer {
        answers = [:]
        // A final state inherits nothing.
        for owner in current.isFinal ? [current] : chain(state) {
            for rules in owner.on where rules.event == event {
                for rule in rules.rules where isTrue(rule.condition) { return .take(rule, owner: owner.name) }
            }
            if owner.ignore.contains(event) { return .ignore }
            if owner.reject.contains(event) { return .reject }
            if owner.defer.contains(event) { return .defer }
        }
        return .nobody
    }

    /// Looks for the first eventless rule that answers.
    mutating func eventlessRule() -> (rule: RuleDefinition, owner: String)? {
        answers = [:]
        guard !current.isFinal else { return nil }
        for owner in chain(state) {
            for rule in owner.always where isTrue(rule.condition) {
                covered.always.insert(state)
                return (rule, owner.name)
            }
        }
        return nil
    }

    private mutating func isTrue(_ condition: ConditionDefinition?) -> Bool {
        switch condition {
        case nil: return true
        case .guard(let name): return ask(name)
        case .all(let parts):
            for part in parts where !isTrue(part) { return false }
            return true
        case .any(let parts):
            for part in parts where isTrue(part) { return true }
            return false
        case .not(let part): return !isTrue(part)
        }
    }

    /// Calls a guard, once a microstep.
    private mutating func ask(_ name: String) -> Bool {
        if let known = answers[name] { return known }
        let value = !falseGuards.contains(name)
        answers[name] = value
        if value { covered.seenTrue.insert(name) } else { covered.seenFalse.insert(name) }
        trace.append("guard:\(name)=\(value)")
        return value
    }

    /// Whether the current state could still defer an event, whatever the guards say.
    ///
    /// A rule without guard, an `ignore` or a `reject` on the way hides a `defer` further out.
    func couldDefer(_ event: String) -> Bool {
        guard !current.isFinal else { return false }
        for owner in chain(state) {
            for rules in owner.on where rules.event == event {
                for rule in rules.rules where rule.condition == nil { return false }
            }
            if owner.ignore.contains(event) || owner.reject.contains(event) { return false }
            if owner.defer.contains(event) { return true }
        }
        return false
    }
}
