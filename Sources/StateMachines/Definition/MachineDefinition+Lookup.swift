/// Who answers an event: the one place that knows the order of asking.
///
/// The rules of `on` in order, then `ignore`, `reject`, `defer`; then the same of the parent, and so on outwards. A
/// final state answers by its own `ignore` and `reject` only.
extension MachineDefinition {
    /// Something that can answer an event in a state.
    package struct Candidate: Sendable, Hashable {
        /// What an answer says.
        package enum Answer: Sendable, Hashable {
            /// A rule is taken.
            case take(RuleDefinition)
            /// The event changes nothing.
            case ignore
            /// The event is refused.
            case reject
            /// The event waits.
            case `defer`
        }

        /// The position of the state in which the answer stands: the state asked, or one of its parents.
        package var owner: Int
        /// What it says.
        package var answer: Answer

        /// When it answers; nil is always.
        package var condition: ConditionDefinition? {
            guard case .take(let rule) = answer else { return nil }
            return rule.condition
        }
    }

    /// A state and its parents by position, from the state outwards; ends at an unknown parent or a circle.
    package func ancestry(of state: Int) -> [Int] {
        var path = [state]
        while let parent = states[path[path.count - 1]].parent,
            let next = states.firstIndex(where: { $0.name == parent }), !path.contains(next)
        {
            path.append(next)
        }
        return path
    }

    /// All that could answer an event in a state, in the order of asking; those behind an unconditional one included.
    package func candidates(for event: String, in state: Int) -> [Candidate] {
        guard !states[state].isFinal else { return states[state].listCandidates(for: event, owner: state) }
        return ancestry(of: state)
            .flatMap { owner in
                let rules = states[owner].on.filter { $0.event == event }.flatMap(\.rules)
                return rules.map { Candidate(owner: owner, answer: .take($0)) }
                    + states[owner].listCandidates(for: event, owner: owner)
            }
    }

    /// The eventless rules of a state, in the order of asking.
    package func alwaysCandidates(in state: Int) -> [Candidate] {
        guard !states[state].isFinal else { return [] }
        return ancestry(of: state)
            .flatMap { owner in
                states[owner].always.map { Candidate(owner: owner, answer: .take($0)) }
            }
    }
}

extension StateDefinition {
    /// All answers of this state alone, those to one event in the order of asking; of a final state only its lists count.
    var ownAnswers: [(event: String, answer: MachineDefinition.Candidate.Answer)] {
        let rules = on.flatMap { rules in rules.rules.map { (rules.event, MachineDefinition.Candidate.Answer.take($0)) }
        }
        return (isFinal ? [] : rules) + ignore.map { ($0, .ignore) } + reject.map { ($0, .reject) }
            + (isFinal ? [] : self.defer.map { ($0, .defer) })
    }

    /// The eventless rules of this state alone, in the order of asking.
    var ownAlways: [RuleDefinition] { isFinal ? [] : always }

    /// What the three lists say of an event; of a final state, `defer` does not count.
    fileprivate func listCandidates(for event: String, owner: Int) -> [MachineDefinition.Candidate] {
        var answers: [MachineDefinition.Candidate.Answer] = []
        if ignore.contains(event) { answers.append(.ignore) }
        if reject.contains(event) { answers.append(.reject) }
        if !isFinal, self.defer.contains(event) { answers.append(.defer) }
        return answers.map { MachineDefinition.Candidate(owner: owner, answer: $0) }
    }
}
