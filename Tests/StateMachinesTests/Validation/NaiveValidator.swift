import StateMachines

/// The findings about meaning, worked out for each pair by itself and by trying every value of the guards.
///
/// Slow and plain, and shares nothing with the validator but the order of asking.
struct NaiveValidator {
    let definition: MachineDefinition

    /// Places with codes, for SM012, SM013, SM016, SM017 and SM104; SM101 and SM102 too if there is no error.
    var findings: Set<String> {
        var findings: Set<String> = []
        for (number, state) in definition.states.enumerated() {
            for event in definition.alphabet {
                findings.formUnion(pairFindings(number, state, event))
            }
            findings.formUnion(orderFindings(state.always, "states.\(state.name).always"))
        }
        findings.formUnion(cycleFindings())
        if findings.allSatisfy({ $0.contains("SM1") }) { findings.formUnion(wayFindings()) }
        return findings
    }

    private func pairFindings(_ number: Int, _ state: StateDefinition, _ event: String) -> Set<String> {
        let way = "states.\(state.name)"
        let own = state.on.first { $0.event == event }?.rules ?? []
        var findings = orderFindings(own, "\(way).on.\(event)")
        var isAnswered = own.contains { $0.condition == nil }
        for (key, list) in [("ignore", state.ignore), ("reject", state.reject), ("defer", state.defer)] {
            for (index, name) in list.enumerated() where name == event {
                if isAnswered { findings.insert("\(way).\(key)[\(index)] SM012") }
                isAnswered = true
            }
        }
        let asked = definition.candidates(for: event, in: number)
        if asked.isEmpty, definition.unhandled == .error, event != MachineDefinition.fault, !state.isFinal,
            isEntered(state.name)
        {
            findings.insert("\(way)! SM017")
        }
        if !state.isFinal, !own.isEmpty, asked.allSatisfy({ $0.condition != nil }), asked.count > 1,
            combinations.contains(where: { values in !asked.contains { holds($0.condition, values) } })
        {
            findings.insert("\(way).on.\(event)! SM104")
        }
        return findings
    }

    private func orderFindings(_ rules: [RuleDefinition], _ way: String) -> Set<String> {
        var findings: Set<String> = []
        for later in rules.indices {
            for earlier in rules[..<later] {
                if earlier.condition == nil { findings.insert("\(way)[\(later)] SM012") }
                guard let first = earlier.condition, let second = rules[later].condition else { continue }
                if combinations.contains(where: { holds(first, $0) && holds(second, $0) }) {
                    findings.insert("\(way)[\(later)] SM013")
                }
            }
        }
        return findings
    }

    private func isEntered(_ name: String) -> Bool {
        definition.initial == name
            || definition.states.contains { state in
                (state.on.flatMap(\.rules) + state.always).contains { $0.answer == .move(to: name) }
            }
    }

    private func cycleFindings() -> Set<String> {
        var findings: Set<String> = []
        for start in definition.states.indices {
            var path: [Int] = []
            var current = start
            while let next = certain(current), !path.contains(current) {
                path.append(current)
                current = next
            }
            guard current == start, start == path.min(), let owner = certainOwner(start) else { continue }
            findings.insert("states.\(definition.states[owner].name).always[0]! SM016")
        }
        return findings
    }

    private func certain(_ state: Int) -> Int? {
        guard let first = definition.alwaysCandidates(in: state).first, first.condition == nil else { return nil }
        return target(first)
    }

    private func certainOwner(_ state: Int) -> Int? {
        definition.alwaysCandidates(in: state).first?.owner
    }

    private func target(_ candidate: MachineDefinition.Candidate) -> Int? {
        guard case .take(let rule) = candidate.answer, case .move(let name) = rule.answer else { return nil }
        return definition.states.firstIndex { $0.name == name }
    }

    private func wayFindings() -> Set<String> {
        let states = definition.states.indices
        let current = from(states.first { definition.states[$0].name == definition.initial } ?? 0)
        let isEnding = states.map { state in from(state).contains { definition.states[$0].isFinal } }
        var findings: Set<String> = []
        for state in states {
            let inside = states.filter { definition.ancestry(of: $0).contains(state) && current.contains($0) }
            let name = definition.states[state].name
            let judged = current.contains(state) ? [state] : inside
            if inside.isEmpty {
                findings.insert("states.\(name)! SM101")
            } else if definition.states.contains(where: \.isFinal), !judged.contains(where: { isEnding[$0] }) {
                findings.insert("states.\(name)! SM102")
            }
        }
        return findings
    }

    private func from(_ start: Int) -> Set<Int> {
        var found: Set<Int> = [start]
        while true {
            let more = Set(found.flatMap(steps)).union(found)
            guard more.count > found.count else { return found }
            found = more
        }
    }

    private func steps(_ state: Int) -> [Int] {
        let lists =
            definition.alphabet.map { definition.candidates(for: $0, in: state) }
            + [definition.alwaysCandidates(in: state)]
        return lists.flatMap { list in
            let end = list.firstIndex { $0.condition == nil } ?? list.endIndex
            return list[..<min(end + 1, list.endIndex)].compactMap(target)
        }
    }

    private var combinations: Range<Int> { 0..<1 << definition.guards.count }

    private func holds(_ condition: ConditionDefinition?, _ values: Int) -> Bool {
        condition?
            .holds { name in
                values >> (definition.guards.firstIndex(of: name) ?? 0) & 1 == 1
            } ?? true
    }
}
