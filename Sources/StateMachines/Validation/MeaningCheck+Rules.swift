extension MeaningCheck {
    /// SM012, SM013, SM018 and, for the state's own rules, SM105.
    mutating func checkRules(of state: Int) {
        for item in definition.states[state].on {
            checkMovesToSelf(item.rules, of: state, ["on", .key(item.event)], "for \(item.event)")
        }
        checkMovesToSelf(definition.states[state].always, of: state, ["always"], "of always")
        for event in index.events.indices {
            let name = index.events[event]
            checkOrder(index.answers(of: state, to: event), of: state, ["on", .key(name)], "for \(name)")
        }
        checkOrder(index.always[state], of: state, ["always"], "of always")
    }

    /// SM018.
    private mutating func checkMovesToSelf(
        _ rules: [RuleDefinition],
        of state: Int,
        _ way: [Place.Step],
        _ whatFor: String
    ) {
        for (position, rule) in rules.enumerated() where rule.target == index.names[state] {
            let steps = ["states", .key(index.names[state])] + way + [.index(position), "to"]
            let what = "a rule \(whatFor) in \(index.names[state]) moves to \(index.names[state]) itself"
            let fix = "write reenter: true to leave it and enter it again, or stay: true to do neither"
            add(.moveToSelf, at: Place(steps), "\(what): \(fix)")
        }
    }

    /// What stands in one state for one event, or for none.
    private mutating func checkOrder(
        _ answers: [DefinitionIndex.Answer],
        of state: Int,
        _ way: [Place.Step],
        _ whatFor: String
    ) {
        guard answers.count > 1 || answers.first?.condition != nil else { return }
        checkHidden(answers, of: state, way, whatFor)
        var guards: [Int] = []
        for answer in answers { answer.condition?.collectGuards(into: &guards) }
        guard guards.count <= TruthTable.limit else {
            // Said once a pair, here or by the check of what is covered.
            addUnchecked(state, way, whatFor, "whether two of its rules can answer at once")
            return
        }
        checkAmbiguous(answers, guards, of: state, way, whatFor)
    }

    /// SM012.
    private mutating func checkHidden(
        _ answers: [DefinitionIndex.Answer],
        of state: Int,
        _ way: [Place.Step],
        _ whatFor: String
    ) {
        guard let first = answers.firstIndex(where: { $0.condition == nil }) else { return }
        for answer in answers[(first + 1)...] {
            let what: String
            let steps: [Place.Step]
            switch answer.origin {
            case .rule(let position):
                what = "this rule \(whatFor) in \(index.names[state]) is never asked"
                steps = way + [.index(position)]
            case .list(let key, let position):
                what = "\(key) \(whatFor) in \(index.names[state]) is never asked"
                steps = [.key(key), .index(position)]
            }
            let place = Place(["states", .key(index.names[state])] + steps)
            add(
                .hiddenRule,
                at: place,
                "\(what), an earlier rule always answers: "
                    + "take it away or give that rule a guard"
            )
        }
    }

    /// SM013; a rule without guard is the "else", and what stands behind it is SM012.
    private mutating func checkAmbiguous(
        _ answers: [DefinitionIndex.Answer],
        _ guards: [Int],
        of state: Int,
        _ way: [Place.Step],
        _ whatFor: String
    ) {
        guard answers.count > 1 else { return }
        var earlier = TruthTable(guards: guards.count)
        for answer in answers {
            guard case .rule(let position) = answer.origin, let condition = answer.condition else { continue }
            let table = TruthTable(condition, order: guards)
            if table.intersects(earlier) {
                let what = "this rule \(whatFor) in \(index.names[state]) and an earlier one can be true together"
                let place = Place(["states", .key(index.names[state])] + way + [.index(position)])
                add(.ambiguous, at: place, "\(what): make their guards exclude each other")
            }
            earlier.formUnion(table)
        }
    }

    /// SM105.
    mutating func addUnchecked(_ state: Int, _ way: [Place.Step], _ whatFor: String, _ what: String) {
        let count = "the rules \(whatFor) in \(index.names[state]) ask more than \(TruthTable.limit) guards"
        let place = Place(["states", .key(index.names[state])] + way, isKey: true)
        add(.unchecked, at: place, "\(count), too many to check \(what): join guards in the program")
    }
}
