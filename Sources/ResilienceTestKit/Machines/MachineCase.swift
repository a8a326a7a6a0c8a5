package import StateMachines

/// A machine and a script for it: what two implementations are compared on.
package struct MachineCase: Sendable, CustomStringConvertible {
    /// The machine.
    package var definition: MachineDefinition
    /// What happens to it.
    package var script: ReplayScript

    package init(_ definition: MachineDefinition, _ script: ReplayScript) {
        self.definition = definition
        self.script = script
    }

    /// The smallest case found for which something still holds, by taking away one thing after the other.
    ///
    /// - Parameter holds: what must go on to be true; asked of machines without errors only.
    /// - Returns: a case from which nothing can be taken away.
    package func shrunk(while holds: (MachineCase) -> Bool) -> MachineCase {
        var best = self
        var hasShrunk = true
        while hasShrunk {
            hasShrunk = false
            for smaller in best.smaller() {
                guard !smaller.definition.findings.contains(where: { $0.severity == .error }), holds(smaller) else {
                    continue
                }
                best = smaller
                hasShrunk = true
                break
            }
        }
        return best
    }

    /// All cases that lack one thing of this one.
    private func smaller() -> [MachineCase] {
        var cases: [MachineCase] = []
        // Halves first, so that long scripts shrink fast.
        var length = script.commands.count / 2
        while length > 0 {
            for start in stride(from: 0, to: script.commands.count, by: length) {
                var smaller = self
                smaller.script.commands.removeSubrange(start..<min(start + length, script.commands.count))
                cases.append(smaller)
            }
            length /= 2
        }
        for index in definition.states.indices {
            if definition.states.count > 1, definition.states[index].name != definition.initial {
                cases.append(without(state: index))
            }
            cases += definition.states[index].smaller()
                .map { state in
                    var smaller = self
                    smaller.definition.states[index] = state
                    return smaller
                }
        }
        for index in definition.invariants.indices {
            var smaller = self
            smaller.definition.invariants.remove(at: index)
            cases.append(smaller)
        }
        return cases
    }

    private func without(state index: Int) -> MachineCase {
        var smaller = self
        let state = smaller.definition.states.remove(at: index)
        for other in smaller.definition.states.indices where smaller.definition.states[other].parent == state.name {
            smaller.definition.states[other].parent = state.parent
        }
        return smaller
    }
}

extension StateDefinition {
    /// All states that lack one thing of this one.
    fileprivate func smaller() -> [StateDefinition] {
        var states: [StateDefinition] = []
        func add(_ change: (inout StateDefinition) -> Void) {
            var smaller = self
            change(&smaller)
            if smaller != self { states.append(smaller) }
        }
        add { $0.parent = nil }
        add { $0.timeout = nil }
        add { $0.entry = [] }
        add { $0.exit = [] }
        add { $0.always = [] }
        for (event, rules) in on.enumerated() {
            add { $0.on.remove(at: event) }
            for (index, rule) in rules.rules.enumerated() {
                if rules.rules.count > 1 { add { $0.on[event].rules.remove(at: index) } }
                for smaller in rule.smaller() { add { $0.on[event].rules[index] = smaller } }
            }
        }
        for (index, rule) in always.enumerated() {
            for smaller in rule.smaller() { add { $0.always[index] = smaller } }
        }
        for index in ignore.indices { add { $0.ignore.remove(at: index) } }
        for index in reject.indices { add { $0.reject.remove(at: index) } }
        for index in self.defer.indices { add { $0.defer.remove(at: index) } }
        return states
    }
}

extension RuleDefinition {
    /// All rules that lack one thing of this one.
    fileprivate func smaller() -> [RuleDefinition] {
        var rules: [RuleDefinition] = []
        if condition != nil { rules.append(RuleDefinition(answer, do: actions, raise: raises)) }
        for index in actions.indices {
            var smaller = self
            smaller.actions.remove(at: index)
            rules.append(smaller)
        }
        for index in raises.indices.prefix(4) {
            var smaller = self
            smaller.raises.remove(at: index)
            rules.append(smaller)
        }
        return rules
    }
}
