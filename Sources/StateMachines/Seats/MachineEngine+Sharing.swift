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
        var host = BoundHost(functions: functions, context: context)
        var before = before
        while true {
            if before.isFaulted { return told(StepAnswer(.faulted), before) }
            if let expected, expected != before.sequence { return told(StepAnswer(.conflict), before) }
            guard Int(event) < program.definition.events.count else { return told(StepAnswer(.rejected), before) }
            let from = before.state
            let macrostep = Macrostep(program, MachinePosition(state: from))
            let choice = macrostep.first(from: program.head(of: event, in: from), &host)
            guard let choice, let way = program.way(of: choice, from: from) else {
                return stand(choice, word, before, &host)
            }
            let after = before.moved(to: way.target)
            let (won, found) = word.replace(before.bits, with: after.bits)
            guard won else {
                before = MachineWord(bits: found)
                continue
            }
            var (answer, end) = (StepAnswer(.moved), after)
            if !runEffects(of: choice, way, from: from, isFault: false, &host) {
                (answer, end) = fireFault(word, &host)
            }
            return OutcomeWord.bits(answer, from: from, to: end.state, sequence: UInt64(end.sequence))
        }
    }

    /// Answers an event that moves nothing: there is nothing to win.
    private func stand<Word: SharedWord & ~Copyable>(
        _ choice: Choice?,
        _ word: borrowing Word,
        _ before: MachineWord,
        _ host: inout BoundHost
    ) -> UInt64 {
        switch choice?.kind ?? program.unhandled {
        case .ignore: return told(StepAnswer(.ignored), before)
        case .stay:
            guard let choice else { return told(StepAnswer(.rejected), before) }
            guard run(choice.actions, &host) else { return told(StepAnswer(.failed, phase: .action), before) }
            guard !holdInvariants(&host) else { return told(StepAnswer(.stayed), before) }
            let (answer, end) = fireFault(word, &host)
            let told = answer.kind == .faulted ? answer : StepAnswer(.stayed)
            return OutcomeWord.bits(told, from: before.state, to: end.state, sequence: UInt64(end.sequence))
        case .move, .reenter, .reject, .defer: return told(StepAnswer(.rejected), before)
        }
    }

    /// Fires `fault` at the state as it is now; marks the machine if nobody answers or the answer fails.
    ///
    /// - Returns: `moved` or `faulted`, and the word afterwards.
    private func fireFault<Word: SharedWord & ~Copyable>(
        _ word: borrowing Word,
        _ host: inout BoundHost
    ) -> (StepAnswer, MachineWord) {
        var before = MachineWord(bits: word.read())
        while !before.isFaulted {
            let macrostep = Macrostep(program, MachinePosition(state: before.state))
            let head = program.fault.map { program.head(of: $0, in: before.state) } ?? -1
            let choice = macrostep.first(from: head, &host)
            if let choice, let way = program.way(of: choice, from: before.state) {
                let after = before.moved(to: way.target)
                let (won, found) = word.replace(before.bits, with: after.bits)
                guard won else {
                    before = MachineWord(bits: found)
                    continue
                }
                guard !runEffects(of: choice, way, from: before.state, isFault: true, &host) else {
                    return (StepAnswer(.moved), after)
                }
                return mark(word)
            }
            switch choice?.kind {
            case .ignore: return (StepAnswer(.moved), before)
            case .stay:
                if let choice, run(choice.actions, &host) { return (StepAnswer(.moved), before) }
                return mark(word)
            case .move, .reenter, .reject, .defer, nil:
                // Only if the machine is still where nobody answers.
                let (won, found) = word.replace(before.bits, with: before.faulted(true).bits)
                guard !won else { return (StepAnswer(.faulted), before.faulted(true)) }
                before = MachineWord(bits: found)
            }
        }
        return (StepAnswer(.faulted), before)
    }

    /// Marks the machine as faulted, wherever it is.
    private func mark<Word: SharedWord & ~Copyable>(_ word: borrowing Word) -> (StepAnswer, MachineWord) {
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
        _ host: inout BoundHost
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

    private func run(_ list: ListPart, _ host: inout BoundHost) -> Bool {
        // Actions that can raise were refused when the machine was made.
        var nowhere = RaisedEvents()
        return program.actions[list.range].allSatisfy { host.run(Int($0), raising: &nowhere) }
    }

    private func holdInvariants(_ host: inout BoundHost) -> Bool {
        program.definition.invariants.indices.allSatisfy { host.holds(invariant: $0) }
    }

    private func told(_ answer: StepAnswer, _ word: MachineWord) -> UInt64 {
        OutcomeWord.bits(answer, from: word.state, to: word.state, sequence: UInt64(word.sequence))
    }
}
