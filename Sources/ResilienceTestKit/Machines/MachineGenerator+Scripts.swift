package import StateMachines

extension MachineGenerator {
    /// Draws a script for a machine in a loop: all commands there are.
    package mutating func script(for definition: MachineDefinition, length: ClosedRange<Int> = 5...25) -> ReplayScript {
        var commands: [ReplayCommand] = []
        for _ in 0..<number(length) {
            switch number(0...31) {
            case 0...1: commands.append(.pause)
            case 2...4: commands.append(.resume)
            case 5...6: commands.append(.reset)
            case 7...10: commands.append(.advance(Int64(pick([0, 1, 499, 500, 999, 1000, 1000, 2000, 6000]))))
            case 11...14: if let command = preparation(definition) { commands.append(command) }
            case 15: if chance(1, of: 6) { commands.append(.drain(Int64(pick([0, 1, 5000])))) }
            case 16...18: commands.append(.fire(event(of: definition)))
            default: commands.append(.fire(ReplayEvent(pick(definition.events))))
            }
        }
        return ReplayScript(commands)
    }

    /// Draws a script for a machine without queue and clock: events, `reset`, and what they meet.
    package mutating func plainScript(
        for definition: MachineDefinition,
        length: ClosedRange<Int> = 5...25
    ) -> ReplayScript {
        var commands: [ReplayCommand] = []
        for _ in 0..<number(length) {
            switch number(0...15) {
            case 0: commands.append(.reset)
            case 1...3: if let command = preparation(definition) { commands.append(command) }
            case 4:
                let sequence = Int64(number(0...8))
                commands.append(.fire(ReplayEvent(pick(definition.events), ifSequence: sequence)))
            default: commands.append(.fire(ReplayEvent(pick(definition.events))))
            }
        }
        return ReplayScript(commands)
    }

    /// A guard or an action changes; nil where there is none.
    private mutating func preparation(_ definition: MachineDefinition) -> ReplayCommand? {
        let conditions = definition.guards + definition.invariants
        if !conditions.isEmpty, definition.actions.isEmpty || chance(1, of: 2) {
            return .guard(pick(conditions), chance(1, of: 2))
        }
        guard !definition.actions.isEmpty else { return nil }
        return chance(1, of: 3) ? .fail(pick(definition.actions)) : .heal(pick(definition.actions))
    }

    /// An event with a token, a version or an expected sequence, out of few, so that they meet again.
    private mutating func event(of definition: MachineDefinition) -> ReplayEvent {
        var event = ReplayEvent(pick(definition.events))
        if chance(2, of: 3) { event.token = "t\(number(0...20))" }
        if chance(1, of: 3) { event.version = Int64(number(0...12)) }
        if chance(1, of: 6) { event.ifSequence = Int64(number(0...8)) }
        return event
    }
}
