import StateMachines

/// Microsteps and macrosteps.
extension ReferenceInterpreter {
    /// What became of one microstep.
    enum Result: Equatable {
        case moved
        case stayed
        case ignored
        case rejected
        case deferred
        case full
        case failed(phase: String)

        /// The word that says so.
        var word: String {
            switch self {
            case .moved: "moved"
            case .stayed: "stayed"
            case .ignored: "ignored"
            case .rejected: "rejected"
            case .deferred: "deferred"
            case .full: "full"
            case .failed: "failed"
            }
        }
    }

    /// Does what was answered to an event, that of `fault` excepted.
    mutating func perform(_ answer: Answer, event: String) -> Result {
        switch answer {
        case .take(let rule, let owner): return take(rule, owner: owner, isFault: false)
        case .ignore: return .ignored
        case .reject: return .rejected
        case .defer:
            guard deferred.count < Self.deferralLimit else { return .full }
            deferred.append(event)
            return .deferred
        case .nobody: return definition.unhandled == .ignore ? .ignored : .rejected
        }
    }

    /// One microstep by a rule; a failure behind the commit makes `fault` due.
    mutating func take(_ rule: RuleDefinition, owner: String, isFault: Bool) -> Result {
        let raisedBefore = raised
        let wasOverfull = isOverfull
        let (left, target, entered) = way(of: rule, owner: owner)
        for state in left {
            trace.append("exit:\(state.name)")
            for action in state.exit where !run(action) {
                raised = raisedBefore
                isOverfull = wasOverfull
                return .failed(phase: "exit")
            }
        }
        for action in rule.actions where !run(action) {
            raised = raisedBefore
            isOverfull = wasOverfull
            return .failed(phase: "action")
        }
        guard rule.answer != .stay else {
            for event in rule.raises { raise(event) }
            if !isFault { checkInvariants() }
            return .stayed
        }
        trace.append("commit")
        state = target
        sequence += 1
        timers.removeAll { timer in left.contains { $0.name == timer.state } }
        for event in rule.raises { raise(event) }
        enter(entered, checksInvariants: !isFault)
        return .moved
    }

    /// The states that a rule leaves, in order; where it ends; and the states that it enters, in order.
    private func way(
        of rule: RuleDefinition,
        owner: String
    ) -> (left: [StateDefinition], target: String, entered: [StateDefinition]) {
        let from = chain(state)
        switch rule.answer {
        case .stay: return ([], state, [])
        case .reenter:
            var left: [StateDefinition] = []
            for one in from {
                left.append(one)
                if one.name == owner { break }
            }
            return (left, state, left.reversed())
        case .move(let target) where target == state: return ([current], state, [current])
        case .move(let target):
            let to = chain(target)
            // The nearest state that contains, or is, both; none if they share no parent.
            let common = from.first { one in to.contains { $0.name == one.name } }?.name
            return (
                Array(from.prefix { $0.name != common }), target, to.prefix { $0.name != common }.reversed()
            )
        }
    }

    /// Entry, then timers, then invariants: what follows a commit, and the start.
    mutating func enter(_ states: [StateDefinition], checksInvariants: Bool) {
        var hasFailed = false
        entering: for state in states {
            trace.append("enter:\(state.name)")
            for action in state.entry where !run(action) {
                hasFailed = true
                break entering
            }
            if state.isFinal { trace.append("final") }
        }
        if current.isFinal {
            timers = []
        } else {
            for state in states {
                guard let timeout = state.timeout else { continue }
                let after = timeout.after.components
                let milliseconds = after.seconds * 1000 + after.attoseconds / 1_000_000_000_000_000
                timers.append(Timer(state: state.name, event: timeout.fires, left: milliseconds))
                trace.append("arm:\(timeout.fires)@\(ReplayDuration.text(milliseconds))")
            }
        }
        if hasFailed {
            isFaultDue = true
        } else if checksInvariants {
            checkInvariants()
        }
    }

    private mutating func checkInvariants() {
        for name in definition.invariants where falseGuards.contains(name) {
            trace.append("invariant:\(name)=false")
            isFaultDue = true
            return
        }
    }

    /// Runs an action and says whether it succeeded.
    private mutating func run(_ action: String) -> Bool {
        guard !failingActions.contains(action) else {
            trace.append("fail:\(action)")
            return false
        }
        trace.append("act:\(action)")
        for event in raisedByActions[action] ?? [] { raise(event) }
        return true
    }

    private mutating func raise(_ event: String) {
        guard raised.count < Self.limit else {
            isOverfull = true
            return
        }
        raised.append(event)
    }

    /// Begins a macrostep: its first microstep is at hand.
    mutating func beginMacrostep(_ words: [String] = []) {
        trace = words
        microsteps = 1
        raised = []
        isFaultDue = false
        isOverfull = false
    }

    /// Goes on, behind a microstep that moved or stayed, until nothing is left to do or the machine is faulted.
    mutating func finishMacrostep() {
        while true {
            if isOverfull { return becomeFaulted("limit") }
            if isFaultDue {
                guard takesMicrostep() else { return becomeFaulted("limit") }
                openLine(.fault, MachineDefinition.fault)
                let result = handleFault()
                closeLine(result?.word ?? "faulted")
                if result == nil { return becomeFaulted() }
                continue
            }
            let words = trace.count
            let rule = eventlessRule()
            if let (rule, owner) = rule {
                guard takesMicrostep() else { return becomeFaulted("limit", words: words) }
                trace.append("always")
                openLine(.always, words: words)
                close(take(rule, owner: owner, isFault: false))
                continue
            }
            // What a limit ends is told in its own line.
            if raised.isEmpty || !isFull { closeUnanswered(words) }
            guard !raised.isEmpty else { return }
            guard takesMicrostep() else { return becomeFaulted("limit", words: words) }
            let event = raised.removeFirst()
            trace.append("raise:\(event)")
            openLine(.raised, event)
            close(perform(answer(to: event), event: event))
        }
    }

    /// Whether a further microstep would be one too many.
    private var isFull: Bool { microsteps >= Self.limit }

    /// A line for eventless rules whose guards all refused, if any was asked.
    private mutating func closeUnanswered(_ words: Int) {
        guard trace.count > words else { return }
        openLine(.always, words: words)
        closeLine("rejected")
    }

    private mutating func takesMicrostep() -> Bool {
        guard microsteps < Self.limit else { return false }
        microsteps += 1
        return true
    }

    /// Closes an eventless rule's or a raised event's microstep.
    private mutating func close(_ result: Result) {
        closeLine(result.word)
        if result != .moved { trace.append(result.word) }
        // Nobody could be told of a failure in front of the commit.
        if case .failed = result { isFaultDue = true }
    }

    /// Takes `fault` up and says what became of it; nil if it was not answered, or not without another failure.
    private mutating func handleFault() -> Result? {
        isFaultDue = false
        trace.append("fault")
        let result: Result
        switch answer(to: MachineDefinition.fault) {
        case .take(let rule, let owner): result = take(rule, owner: owner, isFault: true)
        case .ignore: result = .ignored
        case .reject, .defer, .nobody: return nil
        }
        if case .failed = result { return nil }
        guard !isFaultDue else { return nil }
        if result != .moved { trace.append(result.word) }
        return result
    }

    /// Marks the machine and refuses what is still raised.
    mutating func becomeFaulted(_ word: String? = nil, hasLine: Bool = false, words: Int? = nil) {
        if let word {
            if !hasLine {
                openLine(.limit, words: words)
                closeLine("faulted")
            }
            trace.append(word)
        }
        trace.append("faulted")
        isFaulted = true
        isFaultDue = false
        for event in raised {
            trace += ["raise:\(event)", "faulted"]
            openLine(.raised, event)
            closeLine("faulted")
        }
        raised = []
    }
}
