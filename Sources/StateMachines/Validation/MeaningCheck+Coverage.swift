extension MeaningCheck {
    /// What the guarded rules that a state and its parents have for one event cover.
    private struct Coverage {
        /// Whether a rule without guard answers whatever the others refuse.
        var isComplete = false
        var rules = 0
        /// The guards, those of the outer states first, so that an inner state only adds to the table.
        var guards: [Int] = []
        var table = TruthTable(guards: 0)

        var isTooLarge: Bool { guards.count > TruthTable.limit }

        /// Puts a state's own answers before those of its parents.
        mutating func add(_ answers: [DefinitionIndex.Answer]) {
            let conditions = answers.compactMap(\.condition)
            guard conditions.count == answers.count else {
                isComplete = true
                return
            }
            guard !isComplete else { return }
            rules += conditions.count
            for condition in conditions { condition.collectGuards(into: &guards) }
            guard !isTooLarge else { return }
            table.extend(toGuards: guards.count)
            for condition in conditions { table.formUnion(TruthTable(condition, order: guards)) }
        }
    }

    /// SM104, and SM105 where parents' rules bring too many guards.
    mutating func checkCoverage() {
        for event in index.events.indices {
            guard definition.states.indices.contains(where: { isGuarded($0, event) }) else { continue }
            var covered = [Coverage](repeating: Coverage(), count: definition.states.count)
            for state in index.outermostFirst {
                // A final state asks no rules.
                guard !definition.states[state].isFinal else { continue }
                let own = index.answers(of: state, to: event)
                if let parent = index.parents[state] { covered[state] = covered[parent] }
                guard !own.isEmpty else { continue }
                covered[state].add(own)
                check(covered[state], own, state, event)
            }
        }
    }

    private func isGuarded(_ state: Int, _ event: Int) -> Bool {
        index.answers(of: state, to: event).contains { $0.condition != nil }
    }

    private mutating func check(
        _ coverage: Coverage,
        _ own: [DefinitionIndex.Answer],
        _ state: Int,
        _ event: Int
    ) {
        guard !coverage.isComplete, coverage.rules > 1 else { return }
        let name = index.events[event]
        if coverage.isTooLarge {
            var ownGuards: [Int] = []
            for answer in own { answer.condition?.collectGuards(into: &ownGuards) }
            // Else the check of the state's own rules has said so already.
            guard ownGuards.count <= TruthTable.limit else { return }
            let what = "whether they and those of its parents leave a case open"
            addUnchecked(state, ["on", .key(name)], "for \(name)", what)
        } else if !coverage.table.isAlwaysTrue {
            let what = "the guards can leave \(name) in \(index.names[state]) without an answer"
            let place = place(state, "on", .key(name), isKey: true)
            add(.uncovered, at: place, "\(what): add a rule without guard, or name the event in ignore or reject")
        }
    }
}
