/// What a machine would do with an event in a state: who is asked, in which order, and what each answer means.
package struct Explanation: Sendable, Hashable {
    /// One that may answer.
    package struct Answer: Sendable, Hashable {
        /// What it does with the event.
        package enum Kind: String, Sendable, Hashable {
            case move
            case reenter
            case stay
            case ignore
            case reject
            case `defer`
        }

        /// The state in which the rule or the list stands.
        package var owner: String
        /// What it does.
        package var kind: Kind
        /// When it answers; nil is always.
        package var condition: ConditionDefinition?
        /// The current state afterwards.
        package var target: String
        /// The states that are left, in order, with their exit actions.
        package var exits: [Step] = []
        /// The rule's actions.
        package var actions: [String] = []
        /// The events that are raised.
        package var raises: [String] = []
        /// The states that are entered, in order, with their entry actions.
        package var entries: [Step] = []
        /// The timers that are armed, in order.
        package var timers: [TimeoutDefinition] = []
        /// Whether a final state is entered.
        package var isFinal = false
    }

    /// A state that is left or entered.
    package struct Step: Sendable, Hashable {
        /// Its name.
        package var state: String
        /// The actions that run.
        package var actions: [String]
    }

    /// The state that is asked about.
    package var state: String
    /// The event; nil for the state's eventless rules.
    package var event: String?
    /// Who is asked, in order; nobody behind one that always answers.
    package var answers: [Answer]
    /// What becomes of the event when none of them answers; nil if one of them always does.
    package var otherwise: String?

    /// Explains an event.
    ///
    /// - Parameters:
    ///   - event: an event's position in the definition's alphabet; nil for eventless rules.
    ///   - state: a state's position.
    ///   - definition: without errors.
    package init(of event: String?, in state: Int, of definition: MachineDefinition) {
        self.state = definition.states[state].name
        self.event = event
        var answers: [Answer] = []
        var isOpen = true
        let candidates =
            event.map { definition.candidates(for: $0, in: state) } ?? definition.alwaysCandidates(in: state)
        for candidate in candidates where isOpen {
            answers.append(definition.explain(candidate, in: state))
            isOpen = candidate.condition != nil
        }
        self.answers = answers
        if isOpen {
            otherwise =
                event == MachineDefinition.fault
                ? "faulted" : event == nil ? "nothing" : definition.unhandled == .ignore ? "ignored" : "rejected"
        }
    }
}

extension MachineDefinition {
    fileprivate func explain(_ candidate: Candidate, in state: Int) -> Explanation.Answer {
        let owner = states[candidate.owner].name
        let here = states[state].name
        switch candidate.answer {
        case .ignore: return Explanation.Answer(owner: owner, kind: .ignore, target: here)
        case .reject: return Explanation.Answer(owner: owner, kind: .reject, target: here)
        case .defer: return Explanation.Answer(owner: owner, kind: .defer, target: here)
        case .take(let rule):
            let way = way(of: rule.answer, ownedBy: candidate.owner, in: state)
            var answer = Explanation.Answer(owner: owner, kind: .stay, condition: rule.condition, target: here)
            answer.actions = rule.actions
            answer.raises = rule.raises
            answer.target = states[way.target].name
            answer.exits = way.left.map { Explanation.Step(state: states[$0].name, actions: states[$0].exit) }
            answer.entries = way.entered.map { Explanation.Step(state: states[$0].name, actions: states[$0].entry) }
            answer.isFinal = states[way.target].isFinal && !way.entered.isEmpty
            // A final state arms none, its parents' neither.
            if !answer.isFinal { answer.timers = way.entered.compactMap { states[$0].timeout } }
            switch rule.answer {
            case .stay: answer.kind = .stay
            case .move: answer.kind = .move
            case .reenter: answer.kind = .reenter
            }
            return answer
        }
    }

    /// The states that an answer leaves and enters, in order, and where it ends.
    package func way(
        of answer: RuleDefinition.Answer,
        ownedBy owner: Int,
        in state: Int
    ) -> (left: [Int], target: Int, entered: [Int]) {
        let from = ancestry(of: state)
        switch answer {
        case .stay: return ([], state, [])
        case .reenter:
            let left = Array(from.prefix { $0 != owner }) + [owner]
            return (left, state, left.reversed())
        case .move(let name):
            let target = states.firstIndex { $0.name == name } ?? state
            guard target != state else { return ([state], state, [state]) }
            let to = ancestry(of: target)
            let common = from.first { to.contains($0) }
            return (Array(from.prefix { $0 != common }), target, to.prefix { $0 != common }.reversed())
        }
    }
}

extension ConditionDefinition: CustomStringConvertible {
    /// `online and not stale`, with brackets where they are needed.
    public var description: String {
        switch self {
        case .guard(let name): name
        case .all(let parts): parts.map(\.bracketed).joined(separator: " and ")
        case .any(let parts): parts.map(\.bracketed).joined(separator: " or ")
        case .not(let part): "not " + part.bracketed
        }
    }

    private var bracketed: String {
        switch self {
        case .guard: description
        case .all(let parts) where parts.count == 1: parts[0].bracketed
        case .any(let parts) where parts.count == 1: parts[0].bracketed
        case .all, .any: "(\(description))"
        case .not: description
        }
    }
}
