/// Makes lines of a trace, and bits of a coverage, of what the engine says while it steps a machine.
///
/// Without a trace it allocates nothing.
struct StepRecorder {
    /// A microstep that is not over, or whose line is not written yet.
    private struct Draft {
        var cause: MachineTraceLine.Cause
        var event: UInt8?
        var from: UInt8
        var to: UInt8
        var sequence: UInt64
        var guards: [MachineTraceLine.GuardResult] = []
        /// Nil while nothing was chosen.
        var outcome: MachineOutcomeKind?
        var began: ContinuousClock.Instant
        var duration = Duration.zero
    }

    private let watch: MachineWatch
    private var drafts: [Draft] = []
    private var token: String?
    /// Where the machine stands; between two microsteps that is where the next one begins.
    private var state: UInt8 = 0
    private var sequence: UInt64 = 0
    /// What was looked for last.
    private var lookup: Lookup?
    /// The bit of an answer that was found and not yet given up for another one.
    private var answered: Int?

    init(_ watch: MachineWatch) {
        self.watch = watch
    }

    private var isTracing: Bool { watch.sink != nil }

    /// A step begins, or a shared machine begins it anew because it lost a race.
    mutating func begin(_ origin: StepOrigin, at position: MachinePosition) {
        (state, sequence, lookup, answered) = (position.state, position.sequence, nil, nil)
        if let coverage = watch.coverage, case .timeout(_, let owner) = origin {
            coverage.mark(coverage.bit(of: .timeout, in: owner))
        }
        guard isTracing else { return }
        let began = drafts.first?.began ?? .now
        drafts.removeAll(keepingCapacity: true)
        token = origin.token
        open(origin.cause, origin.event, at: began)
    }

    /// Somebody is looked for who answers; guards come next.
    mutating func look(for lookup: Lookup, at position: MachinePosition) {
        // A shared machine that lost the race to answer `fault` looks again.
        let isAgain = lookup == .fault && self.lookup == .fault
        flush()
        (state, sequence, self.lookup) = (position.state, position.sequence, lookup)
        guard isTracing else { return }
        switch lookup {
        // The draft of an event was opened when it came, or was taken from the raised ones.
        case .event: break
        case .always: open(.always)
        case .fault:
            if isAgain { drafts.removeLast() }
            open(.fault)
        }
    }

    /// Somebody answers.
    mutating func found() {
        guard let lookup, let coverage = watch.coverage else { return }
        answered = coverage.bit(of: lookup.pair(fault: watch.program.fault), in: state)
    }

    mutating func note(_ word: TraceWord) {
        if case .guard(let number, let isTrue) = word { watch.coverage?.mark(guard: number, isTrue) }
        if case .commit(let target) = word { (state, sequence) = (target, sequence &+ 1) }
        guard isTracing else { return }
        switch word {
        case .guard(let number, let isTrue):
            drafts[drafts.count - 1].guards.append(.init(watch.program.definition.guards[number], isTrue))
        case .commit:
            drafts[drafts.count - 1].to = state
            drafts[drafts.count - 1].sequence = sequence
            drafts[drafts.count - 1].outcome = .moved
        case .always: drafts[drafts.count - 1].outcome = .stayed
        case .raise(let event): open(.raised, event)
        case .closed(let closing): drafts[drafts.count - 1].outcome = closing.outcome
        case .limit:
            // A recall too many is a line of its own already; of eventless rules that were one too many, the guards are told.
            if lookup == nil, drafts[0].cause == .recall { return }
            open(.limit, guards: dropUnanswered()?.guards ?? [])
            drafts[drafts.count - 1].outcome = .faulted
        case .faulted: drafts[drafts.count - 1].outcome = .faulted
        case .timeout, .recall, .exit, .enter, .act, .fail, .final, .arm, .invariant, .fault: break
        }
    }

    /// The step is over.
    mutating func end(_ answer: StepAnswer, was original: MachineOutcomeKind?, at position: MachinePosition) {
        flush()
        guard let sink = watch.sink else { return }
        close()
        let lines = drafts.enumerated().map { line($1, $0 == 0 ? answer : nil, original) }
        drafts.removeAll(keepingCapacity: true)
        sink.write(lines)
    }

    /// The last answer that was found is final.
    private mutating func flush() {
        if let answered { watch.coverage?.mark(answered) }
        answered = nil
    }

    private mutating func open(
        _ cause: MachineTraceLine.Cause,
        _ event: UInt8? = nil,
        guards: [MachineTraceLine.GuardResult] = [],
        at began: ContinuousClock.Instant? = nil
    ) {
        let began = began ?? close()
        drafts.append(
            Draft(cause: cause, event: event, from: state, to: state, sequence: sequence, guards: guards, began: began)
        )
    }

    /// Ends the last draft; one of eventless rules that asked nobody is none.
    @discardableResult
    private mutating func close() -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        guard let last = drafts.last else { return now }
        drafts[drafts.count - 1].duration = last.began.duration(to: now)
        guard last.cause == .always, last.outcome == nil, last.guards.isEmpty else { return now }
        drafts.removeLast()
        return last.began
    }

    /// Takes eventless rules away that nobody chose, if they were looked at last.
    private mutating func dropUnanswered() -> Draft? {
        guard let last = drafts.last, last.cause == .always, last.outcome == nil else { return nil }
        return drafts.removeLast()
    }

    private func line(_ draft: Draft, _ answer: StepAnswer?, _ original: MachineOutcomeKind?) -> MachineTraceLine {
        MachineTraceLine(
            machine: watch.program.definition.name,
            id: watch.id,
            sequence: draft.sequence,
            cause: draft.cause,
            event: draft.cause == .fault ? MachineDefinition.fault : draft.event.map(watch.eventName),
            token: answer == nil ? nil : token,
            guards: draft.guards,
            from: watch.program.stateName(draft.from),
            to: watch.program.stateName(draft.to),
            outcome: answer?.kind ?? draft.outcome ?? .rejected,
            phase: answer?.phase,
            original: answer == nil ? nil : original,
            duration: draft.duration
        )
    }
}

extension Lookup {
    /// The pair that a coverage counts.
    fileprivate func pair(fault: UInt8?) -> MachineCoverage.Pair {
        switch self {
        case .event(let event): .event(event)
        case .always: .always
        // Who answers `fault` has given it a number.
        case .fault: .event(fault ?? 0)
        }
    }
}

extension TraceWord.Closing {
    /// The outcome that the word says.
    fileprivate var outcome: MachineOutcomeKind {
        switch self {
        case .stayed: .stayed
        case .ignored: .ignored
        case .rejected: .rejected
        case .deferred: .deferred
        case .full: .full
        case .failed: .failed
        }
    }
}
