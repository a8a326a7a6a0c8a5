/// Where a machine stands: all that its steps change.
package struct MachinePosition: Sendable, Hashable {
    /// The current state.
    package var state: UInt8
    /// Whether it refuses every event until a reset.
    package var isFaulted = false
    /// Commits since the start.
    package var sequence: UInt64 = 0

    /// Creates a position.
    package init(state: UInt8, isFaulted: Bool = false, sequence: UInt64 = 0) {
        self.state = state
        self.isFaulted = isFaulted
        self.sequence = sequence
    }
}

/// What became of an event: its own outcome, and where it failed if it did.
package struct StepAnswer: Sendable, Hashable {
    /// The outcome.
    package var kind: MachineOutcomeKind
    /// The phase, for ``MachineOutcomeKind/failed``.
    package var phase: FailurePhase?

    /// Creates an answer.
    package init(_ kind: MachineOutcomeKind, phase: FailurePhase? = nil) {
        self.kind = kind
        self.phase = phase
    }
}

extension MachineProgram {
    /// Runs an event to its end: its own microstep, then `fault`, eventless rules and raised events until nothing is left.
    ///
    /// - Parameters:
    ///   - event: which; not that of ``fault``.
    ///   - position: where the machine stands, and then where it ended.
    ///   - host: who answers and acts.
    /// - Returns: what became of the event itself; faulted if the machine is at the end.
    package func step<Host: MachineHost & ~Copyable>(
        _ event: UInt8,
        at position: inout MachinePosition,
        host: inout Host
    ) -> StepAnswer {
        guard !position.isFaulted else { return StepAnswer(.faulted) }
        guard Int(event) < definition.events.count else { return StepAnswer(.rejected) }
        var macrostep = Macrostep(self, position)
        var answer: StepAnswer
        switch macrostep.answer(event, isRaised: false, &host) {
        case .moved: answer = StepAnswer(.moved)
        case .stayed: answer = StepAnswer(.stayed)
        case .ignored: return StepAnswer(.ignored)
        case .rejected: return StepAnswer(.rejected)
        case .deferred: return StepAnswer(.deferred)
        case .full: return StepAnswer(.full)
        case .failed(let phase): return StepAnswer(.failed, phase: phase)
        }
        macrostep.settle(&host)
        position = macrostep.position
        if position.isFaulted { answer = StepAnswer(.faulted) }
        return answer
    }

    /// Enters the initial state from its outermost parent inwards and goes on as after any move; commits nothing.
    ///
    /// - Returns: `stayed`, or `faulted` if the machine is at the end.
    @discardableResult
    package func start<Host: MachineHost & ~Copyable>(
        at position: inout MachinePosition,
        host: inout Host
    ) -> StepAnswer {
        host.begin(.start, at: position)
        var macrostep = Macrostep(self, position)
        macrostep.enter(line(of: position.state), isFault: false, &host)
        macrostep.settle(&host)
        position = macrostep.position
        let answer = StepAnswer(position.isFaulted ? .faulted : .stayed)
        host.end(answer, was: nil, at: position)
        return answer
    }

    /// Marks a machine at which a 65th recall in a row was due; nothing is asked.
    package func fault<Host: MachineHost & ~Copyable>(
        beyondLimitAt position: inout MachinePosition,
        host: inout Host
    ) -> StepAnswer {
        var macrostep = Macrostep(self, position)
        macrostep.becomeFaulted(beyondLimit: true, &host)
        position = macrostep.position
        return StepAnswer(.faulted)
    }
}

/// One event and all that it causes.
struct Macrostep {
    /// How many microsteps an event may cause, its own included.
    static let limit = 64

    /// What became of one microstep.
    enum Microstep {
        case moved
        case stayed
        case ignored
        case rejected
        case deferred
        case full
        case failed(FailurePhase)

        /// The word that closes it, if it did not move.
        var closing: TraceWord.Closing? {
            switch self {
            case .moved: nil
            case .stayed: .stayed
            case .ignored: .ignored
            case .rejected: .rejected
            case .deferred: .deferred
            case .full: .full
            case .failed: .failed
            }
        }
    }

    let program: MachineProgram
    var position: MachinePosition
    var raised = RaisedEvents()
    var isFaultDue = false
    /// How many were taken: the first is at hand.
    private var microsteps = 1

    init(_ program: MachineProgram, _ position: MachinePosition) {
        self.program = program
        self.position = position
    }

    /// Goes on, behind a microstep that moved or stayed, until nothing is left or the machine is faulted.
    mutating func settle<Host: MachineHost & ~Copyable>(_ host: inout Host) {
        while true {
            if raised.isOverfull { return becomeFaulted(beyondLimit: true, &host) }
            if isFaultDue {
                guard count() else { return becomeFaulted(beyondLimit: true, &host) }
                guard answersFault(&host) else { return becomeFaulted(beyondLimit: false, &host) }
            } else if let rule = eventlessRule(&host) {
                guard count() else { return becomeFaulted(beyondLimit: true, &host) }
                host.note(.always)
                close(take(rule, isFault: false, &host), &host)
            } else if raised.count > 0 {
                guard count() else { return becomeFaulted(beyondLimit: true, &host) }
                guard let event = raised.popFirst() else { return }
                host.note(.raise(event))
                close(answer(event, isRaised: true, &host), &host)
            } else {
                return
            }
        }
    }

    private mutating func count() -> Bool {
        microsteps += 1
        return microsteps <= Self.limit
    }

    /// Closes an eventless rule or a raised event; nobody could be told of its failure, so `fault` is due.
    private mutating func close<Host: MachineHost & ~Copyable>(_ microstep: Microstep, _ host: inout Host) {
        if let closing = microstep.closing { host.note(.closed(closing)) }
        if case .failed = microstep { isFaultDue = true }
    }

    /// Takes up `fault`; false if nobody answers it or its own microstep fails.
    private mutating func answersFault<Host: MachineHost & ~Copyable>(_ host: inout Host) -> Bool {
        isFaultDue = false
        host.note(.fault)
        let head = program.fault.map { program.head(of: $0, in: position.state) } ?? -1
        guard let choice = find(.fault, from: head, &host) else { return false }
        let microstep: Microstep
        switch choice.kind {
        case .move, .reenter, .stay: microstep = take(choice, isFault: true, &host)
        case .ignore: microstep = .ignored
        case .reject, .defer: return false
        }
        if case .failed = microstep { return false }
        guard !isFaultDue else { return false }
        if let closing = microstep.closing { host.note(.closed(closing)) }
        return true
    }

    /// Marks the machine and refuses what is still raised.
    mutating func becomeFaulted<Host: MachineHost & ~Copyable>(beyondLimit: Bool, _ host: inout Host) {
        if beyondLimit { host.note(.limit) }
        position.isFaulted = true
        host.note(.faulted)
        while let event = raised.popFirst() {
            host.note(.raise(event))
            host.note(.faulted)
        }
    }

    /// The first eventless rule that answers.
    private func eventlessRule<Host: MachineHost & ~Copyable>(_ host: inout Host) -> Choice? {
        find(.always, from: program.states[Int(position.state)].always, &host)
    }

    /// Looks for who answers, before the eyes of those who look on.
    func find<Host: MachineHost & ~Copyable>(_ lookup: Lookup, from head: Int32, _ host: inout Host) -> Choice? {
        host.look(for: lookup, at: position)
        let choice = first(from: head, &host)
        if choice != nil { host.found() }
        return choice
    }

    /// The first choice of a list whose condition holds; a guard is called at most once.
    func first<Host: MachineHost & ~Copyable>(from head: Int32, _ host: inout Host) -> Choice? {
        guard head >= 0 else { return nil }
        var memo = GuardMemo()
        var next = head
        while next >= 0 {
            let choice = program.choices[Int(next)]
            if holds(choice.condition, &memo, &host) { return choice }
            next = choice.next
        }
        return nil
    }

    private func holds<Host: MachineHost & ~Copyable>(
        _ condition: Int32,
        _ memo: inout GuardMemo,
        _ host: inout Host
    ) -> Bool {
        var next = condition
        while next >= 0 {
            let test = program.tests[Int(next)]
            let number = Int(test.guard)
            let isTrue: Bool
            if let known = memo[number] {
                isTrue = known
            } else {
                isTrue = host.isTrue(guard: number)
                memo[number] = isTrue
                host.note(.guard(number, isTrue))
            }
            next = isTrue ? test.ifTrue : test.ifFalse
        }
        return next == ConditionTest.isTrue
    }
}
