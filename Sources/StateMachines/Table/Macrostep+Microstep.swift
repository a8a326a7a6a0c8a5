extension Macrostep {
    /// One microstep by an event.
    mutating func answer<Host: MachineHost & ~Copyable>(
        _ event: UInt8,
        isRaised: Bool,
        _ host: inout Host
    ) -> Microstep {
        let choice = find(.event(event), from: program.head(of: event, in: position.state), &host)
        switch choice?.kind ?? program.unhandled {
        case .move, .reenter, .stay: return choice.map { take($0, isFault: false, &host) } ?? .rejected
        case .ignore: return .ignored
        case .reject: return .rejected
        case .defer: return host.keep(event, isRaised: isRaised) ? .deferred : .full
        }
    }

    /// One microstep by a rule; a failure behind its commit makes `fault` due.
    mutating func take<Host: MachineHost & ~Copyable>(
        _ choice: Choice,
        isFault: Bool,
        _ host: inout Host
    ) -> Microstep {
        let before = raised.count
        guard let (target, left, entered) = program.way(of: choice, from: position.state) else {
            guard run(choice.actions, &host) else { return fail(.action, before) }
            raise(choice.raises)
            if !isFault { checkInvariants(&host) }
            return .stayed
        }
        let exits = program.line(of: position.state).prefix(left)
        for state in exits {
            host.note(.exit(state))
            guard run(program.states[Int(state)].exit, &host) else { return fail(.exit, before) }
        }
        guard run(choice.actions, &host) else { return fail(.action, before) }
        position.state = target
        position.sequence &+= 1
        host.note(.commit(target))
        for state in exits where program.states[Int(state)].timeout != nil { host.endTimer(of: state) }
        raise(choice.raises)
        enter(program.line(of: target).prefix(entered), isFault: isFault, &host)
        return .moved
    }

    /// What follows a commit, and the start: entry actions from the outermost state inwards, timers, invariants.
    ///
    /// - Parameters:
    ///   - states: the states entered, innermost first; none if the machine came to a parent.
    ///   - isFault: whether this answers `fault`, which asks no invariant.
    ///   - host: who answers and acts.
    mutating func enter<Host: MachineHost & ~Copyable>(
        _ states: ArraySlice<UInt8>,
        isFault: Bool,
        _ host: inout Host
    ) {
        let hasEntered = runEntries(of: states, &host)
        if program.isFinal(position.state) {
            host.endAllTimers()
        } else {
            // A failure does not keep timers from starting: the state has changed hands.
            for state in states.reversed() {
                guard let timeout = program.states[Int(state)].timeout else { continue }
                host.note(.arm(timeout.event, milliseconds: timeout.milliseconds))
                host.armTimer(of: state)
            }
        }
        if !hasEntered {
            isFaultDue = true
        } else if !isFault {
            checkInvariants(&host)
        }
    }

    private mutating func runEntries<Host: MachineHost & ~Copyable>(
        of states: ArraySlice<UInt8>,
        _ host: inout Host
    ) -> Bool {
        for state in states.reversed() {
            host.note(.enter(state))
            guard run(program.states[Int(state)].entry, &host) else { return false }
            if program.isFinal(state) { host.note(.final) }
        }
        return true
    }

    /// Runs actions in order; false as soon as one fails.
    private mutating func run<Host: MachineHost & ~Copyable>(_ list: ListPart, _ host: inout Host) -> Bool {
        for action in program.actions[list.range] {
            guard host.run(Int(action), raising: &raised) else {
                host.note(.fail(Int(action)))
                return false
            }
            host.note(.act(Int(action)))
        }
        return true
    }

    private mutating func raise(_ list: ListPart) {
        for event in program.raises[list.range] { raised.append(event) }
    }

    /// What callbacks raised in a microstep that fails before its commit is dropped with it.
    private mutating func fail(_ phase: FailurePhase, _ count: Int) -> Microstep {
        raised.drop(downTo: count)
        return .failed(phase)
    }

    /// Asks the invariants in order; the first that is false makes `fault` due.
    private mutating func checkInvariants<Host: MachineHost & ~Copyable>(_ host: inout Host) {
        for invariant in program.definition.invariants.indices where !host.holds(invariant: invariant) {
            host.note(.invariant(invariant))
            isFaultDue = true
            return
        }
    }
}
