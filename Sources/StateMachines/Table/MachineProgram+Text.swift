extension MachineProgram {
    /// A trace word as it is printed.
    package func text(_ word: TraceWord) -> String {
        switch word {
        case .timeout(let event): "timeout:\(eventName(event))"
        case .recall(let event): "recall:\(eventName(event))"
        case .guard(let number, let isTrue): "guard:\(definition.guards[number])=\(isTrue)"
        case .exit(let state): "exit:\(stateName(state))"
        case .enter(let state): "enter:\(stateName(state))"
        case .act(let number): "act:\(definition.actions[number])"
        case .fail(let number): "fail:\(definition.actions[number])"
        case .commit: "commit"
        case .final: "final"
        case .arm(let event, let milliseconds):
            "arm:\(eventName(event))@\(MachineDuration.text(.milliseconds(milliseconds)))"
        case .invariant(let number): "invariant:\(definition.invariants[number])=false"
        case .always: "always"
        case .raise(let event): "raise:\(eventName(event))"
        case .fault: MachineDefinition.fault
        case .closed(let closing): "\(closing)"
        case .limit: "limit"
        case .faulted: "faulted"
        }
    }

    /// The name of a state.
    package func stateName(_ state: UInt8) -> String {
        definition.states[Int(state)].name
    }

    /// The name of an event, that of `fault` too.
    package func eventName(_ event: UInt8) -> String {
        Int(event) < definition.events.count ? definition.events[Int(event)] : MachineDefinition.fault
    }
}
