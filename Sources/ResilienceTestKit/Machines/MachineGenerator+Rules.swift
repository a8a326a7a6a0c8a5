import StateMachines

extension MachineGenerator {
    /// Draws all that one state answers.
    mutating func fill(
        _ definition: inout MachineDefinition,
        _ index: Int,
        _ features: Features,
        raiseRate: Int
    ) {
        var state = definition.states[index]
        state.entry = actions(definition, 2)
        if !state.isFinal { state.exit = actions(definition, 2) }
        for event in definition.events + (features.contains(.fault) ? [MachineDefinition.fault] : []) {
            answer(event, &state, definition, features, raiseRate: raiseRate)
        }
        if features.contains(.always), !state.isFinal, definition.states.count > 1, chance(1, of: 3) {
            state.always = rules(in: state, definition, features, raiseRate: raiseRate, isAlways: true)
        }
        definition.states[index] = state
    }

    /// Draws what a state answers to one event: rules, or a list, or rules with a list behind them, or nothing.
    private mutating func answer(
        _ event: String,
        _ state: inout StateDefinition,
        _ definition: MachineDefinition,
        _ features: Features,
        raiseRate: Int
    ) {
        var isOpen = true
        if !state.isFinal, chance(1, of: 2) {
            let rules = rules(in: state, definition, features, raiseRate: raiseRate, isAlways: false)
            state.on.append(EventRules(event, rules))
            isOpen = rules.last?.condition != nil
        }
        guard isOpen, chance(1, of: 3) else { return }
        // `fault` cannot be deferred.
        let canDefer = features.contains(.deferral) && !state.isFinal && event != MachineDefinition.fault
        switch number(canDefer ? 0...4 : 0...1) {
        case 0: state.ignore.append(event)
        case 1: state.reject.append(event)
        default: state.defer.append(event)
        }
    }

    /// Draws rules of which at most one can answer; the last one may be the "else".
    private mutating func rules(
        in state: StateDefinition,
        _ definition: MachineDefinition,
        _ features: Features,
        raiseRate: Int,
        isAlways: Bool
    ) -> [RuleDefinition] {
        var rules: [RuleDefinition] = []
        var earlier: [ConditionDefinition] = []
        let count = definition.guards.isEmpty ? 1 : number(1...3)
        for position in 0..<count {
            let isElse = position == count - 1 && (definition.guards.isEmpty || chance(1, of: 2))
            var condition: ConditionDefinition?
            if !isElse {
                let drawn = self.condition(definition.guards, depth: 2)
                condition = earlier.isEmpty ? drawn : .all(earlier.map { .not($0) } + [drawn])
                earlier.append(drawn)
            }
            var rule = RuleDefinition(
                ending(in: state, definition, isAlways: isAlways),
                if: condition,
                do: actions(definition, 2)
            )
            if chance(raiseRate, of: 12) {
                // Now and then more than one step can work off.
                let length = chance(1, of: 16) ? 40 : number(1...3)
                for _ in 0..<length { rule.raises.append(pick(definition.events)) }
            }
            rules.append(rule)
        }
        return rules
    }

    private mutating func ending(
        in state: StateDefinition,
        _ definition: MachineDefinition,
        isAlways: Bool
    ) -> RuleDefinition.Answer {
        let others = definition.states.map(\.name).filter { $0 != state.name }
        if isAlways || !others.isEmpty && chance(2, of: 3) { return .move(to: pick(others)) }
        return chance(1, of: 2) ? .stay : .reenter
    }

    private mutating func condition(_ guards: [String], depth: Int) -> ConditionDefinition {
        switch depth == 0 ? 0 : number(0...5) {
        case 3: return .not(condition(guards, depth: depth - 1))
        case 4: return .all((0...number(0...1)).map { _ in condition(guards, depth: depth - 1) })
        case 5: return .any((0...number(0...1)).map { _ in condition(guards, depth: depth - 1) })
        default: return .guard(pick(guards))
        }
    }

    private mutating func actions(_ definition: MachineDefinition, _ most: Int) -> [String] {
        guard !definition.actions.isEmpty, chance(1, of: 2) else { return [] }
        return (0..<number(1...most)).map { _ in pick(definition.actions) }
    }
}
