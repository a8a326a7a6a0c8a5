extension MeaningCheck {
    /// SM017.
    mutating func checkClassification() {
        guard definition.unhandled == .error else { return }
        let entered = index.entered
        let width = index.events.count
        var isAnswered = [Bool](repeating: false, count: definition.states.count * width)
        for state in index.outermostFirst {
            let parent = index.parents[state]
            for event in 0..<width {
                let isInherited = parent.map { isAnswered[$0 * width + event] } ?? false
                isAnswered[state * width + event] = isInherited || !index.answers(of: state, to: event).isEmpty
            }
        }
        for state in definition.states.indices where entered.contains(state) && !definition.states[state].isFinal {
            for (event, name) in index.events.enumerated() where !isAnswered[state * width + event] {
                guard name != MachineDefinition.fault else { continue }
                let what = "\(index.names[state]) says nothing of \(name)"
                add(
                    .unclassified,
                    at: place(state, isKey: true),
                    "\(what): write a rule for it, or name it in ignore, reject or defer"
                )
            }
        }
    }

    /// SM103.
    mutating func checkUse() {
        var use = Use()
        for state in definition.states { use.add(state) }
        // An invariant is asked like a guard, so a list of all guards may name it.
        use.guards.formUnion(definition.invariants)
        let lists = [
            ("events", "event", definition.events, use.events), ("guards", "guard", definition.guards, use.guards),
            ("actions", "action", definition.actions, use.actions),
        ]
        for (key, kind, entries, used) in lists {
            for (position, name) in entries.enumerated() where !used.contains(name) {
                let message = "no state uses the \(kind) \(name): use it or take it out of \(key)"
                add(.unused, at: Place([.key(key), .index(position)]), message)
            }
        }
    }

    /// The names that states mention.
    private struct Use {
        var events: Set<String> = []
        var guards: Set<String> = []
        var actions: Set<String> = []

        mutating func add(_ state: StateDefinition) {
            events.formUnion(state.on.map(\.event))
            for list in [state.ignore, state.reject, state.defer] { events.formUnion(list) }
            if let timeout = state.timeout { events.insert(timeout.fires) }
            actions.formUnion(state.entry)
            actions.formUnion(state.exit)
            for rule in state.on.flatMap(\.rules) + state.always {
                events.formUnion(rule.raises)
                actions.formUnion(rule.actions)
                if let condition = rule.condition { add(condition) }
            }
        }

        private mutating func add(_ condition: ConditionDefinition) {
            switch condition {
            case .guard(let name): guards.insert(name)
            case .all(let parts), .any(let parts): for part in parts { add(part) }
            case .not(let part): add(part)
            }
        }
    }
}
