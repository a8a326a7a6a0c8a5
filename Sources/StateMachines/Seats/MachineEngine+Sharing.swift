/// Steps of a shared machine: guards first, then the compare-and-swap, then the effects.
extension MachineEngine {
    /// Runs an event of a shared machine.
    ///
    /// - Parameters:
    ///   - event: which.
    ///   - word: the machine's word.
    ///   - before: the word that was found.
    ///   - expected: the sequence that the caller expects, if any.
    ///   - context: where the context is.
    /// - Returns: the word of the outcome.
    @usableFromInline
    func fire<Word: SharedWord & ~Copyable>(
        _ event: UInt8,
        _ word: borrowing Word,
        _ before: MachineWord,
        ifSequence expected: UInt32?,
        context: ContextAddress
    ) -> UInt64 {
        var host = WatchedHost(BoundHost(functions: functions, context: context), watch)
        let (answer, from, end) = take(event, word, before, ifSequence: expected, &host)
        host.end(answer, was: nil, at: end.position)
        return OutcomeWord.bits(answer, from: from, to: end.state, sequence: UInt64(end.sequence))
    }

    /// Takes the event, and tells what became of it, the state before, and the word afterwards.
    private func take<Word: SharedWord & ~Copyable>(
        _ event: UInt8,
        _ word: borrowing Word,
        _ before: MachineWord,
        ifSequence expected: UInt32?,
        _ host: inout WatchedHost<BoundHost>
    ) -> (StepAnswer, from: UInt8, MachineWord) {
        var before = before
        while true {
            host.begin(.event(event, token: nil), at: before.position)
            let from = before.state
            if before.isFaulted { return (StepAnswer(.faulted), from, before) }
            if let expected, expected != before.sequence { return (StepAnswer(.conflict), from, before) }
            guard Int(event) < program.definition.events.count else { return (StepAnswer(.rejected), from, before) }
            host.look(for: .event(event), at: before.position)
            let macrostep = Macrostep(program, before.position)
            let choice = macrostep.first(from: program.head(of: event, in: from), &host)
            guard let choice, let way = program.way(of: choice, from: from) else {
                let (answer, end) = stand(choice, word, before, &host)
                return (answer, from, end)
            }
            let after = before.moved(to: way.target)
            let (won, found) = word.replace(before.bits, with: after.bits)
            guard won else {
                before = MachineWord(bits: found)
                continue
            }
            host.found()
            host.note(.commit(way.target))
            guard runEffects(of: choice, way, from: from, isFault: false, &host) else {
                let (answer, end) = fireFault(word, &host)
                return (answer, from, end)
            }
            return (StepAnswer(.moved), from, after)
        }
    }

    /// Answers an event that moves nothing: there is nothing to win.
    private func stand<Word: SharedWord & ~Copyable>(
        _ choice: Choice?,
        _ word: borrowing Word,
        _ before: MachineWord,
        _ host: inout WatchedHost<BoundHost>
    ) -> (StepAnswer, MachineWord) {
        if choice != nil { host.found() }
        switch choice?.kind ?? program.unhandled {
        case .ignore: return (StepAnswer(.ignored), before)
        case .stay:
            guard let choice else { return (StepAnswer(.rejected), before) }
            guard run(choice.actions, &host) else { return (StepAnswer(.failed, phase: .action), before) }
            guard !holdInvariants(&host) else { return (StepAnswer(.stayed), before) }
            let (answer, end) = fireFault(word, &host)
            return (answer.kind == .faulted ? answer : StepAnswer(.stayed), end)
        case .move, .reenter, .reject, .defer: return (StepAnswer(.rejected), before)
        }
    }

    /// Fires `fault` at the state as it is now; marks the machine if nobody answers or the answer fails.
    ///
    /// - Returns: `moved` or `faulted`, and the word afterwards.
    private func fireFault<Word: SharedWord & ~Copyable>(
        _ word: borrowing Word,
        _ host: inout WatchedHost<BoundHost>
    ) -> (StepAnswer, MachineWord) {
        var before = MachineWord(bits: word.read())
        while !before.isFaulted {
            host.look(for: .fault, at: before.position)
            let macrostep = Macrostep(program, before.position)
            let head = program.fault.map { program.head(of: $0, in: before.state) } ?? -1
            let choice = macrostep.first(from: head, &host)
            if let choice, let way = program.way(of: choice, from: before.state) {
                let after = before.moved(to: way.target)
                let (won, found) = word.replace(before.bits, with: after.bits)
                guard won else {
                    before = MachineWord(bits: found)
                    continue
                }
                host.found()
                host.note(.commit(way.target))
                guard !runEffects(of: choice, way, from: before.state, isFault: true, &host) else {
                    return (StepAnswer(.moved), after)
                }
                return mark(word, &host)
            }
            if choice != nil { host.found() }
            switch choice?.kind {
            case .ignore:
                host.note(.closed(.ignored))
                return (StepAnswer(.moved), before)
            case .stay:
                guard let choice, run(choice.actions, &host) else { return mark(word, &host) }
                host.note(.closed(.stayed))
                return (StepAnswer(.moved), before)
            case .move, .reenter, .reject, .defer, nil:
                // Only if the machine is still where nobody answers.
                let (won, found) = word.replace(before.bits, with: before.faulted(true).bits)
                guard !won else {
                    host.note(.faulted)
                    return (StepAnswer(.faulted), before.faulted(true))
                }
                before = MachineWord(bits: found)
            }
        }
        return (StepAnswer(.faulted), before)
    }

    /// Marks the machine as faulted, wherever it is.
    private func mark<Word: SharedWord & ~Copyable>(
        _ word: borrowing Word,
        _ host: inout WatchedHost<BoundHost>
    ) -> (StepAnswer, MachineWord) {
        host.note(.faulted)
        var before = MachineWord(bits: word.read())
        while true {
            let after = before.faulted(true)
            let (won, found) = word.replace(before.bits, with: after.bits)
            guard !won else { return (StepAnswer(.faulted), after) }
            before = MachineWord(bits: found)
        }
    }

    /// Runs exit, rule and entry actions, then asks the invariants; false at the first that fails.
    private func runEffects(
        of choice: Choice,
        _ way: (target: UInt8, left: Int, entered: Int),
        from state: UInt8,
        isFault: Bool,
        _ host: inout WatchedHost<BoundHost>
    ) -> Bool {
        for left in program.line(of: state).prefix(way.left) {
            guard run(program.states[Int(left)].exit, &host) else { return false }
        }
        guard run(choice.actions, &host) else { return false }
        for entered in program.line(of: way.target).prefix(way.entered).reversed() {
            guard run(program.states[Int(entered)].entry, &host) else { return false }
        }
        return isFault || holdInvariants(&host)
    }

    private func run(_ list: ListPart, _ host: inout WatchedHost<BoundHost>) -> Bool {
        // Actions that can raise were refused when the machine was made.
        var nowhere = RaisedEvents()
        return program.actions[list.range].allSatisfy { host.run(Int($0), raising: &nowhere) }
    }

    private func holdInvariants(_ host: inout WatchedHost<BoundHost>) -> Bool {
        program.definition.invariants.indices.allSatisfy { host.holds(invariant: $0) }
    }
}
