/// What the steps of a loop ask for: the program's guards and actions from `Calls`, timers and deferral from here.
struct LoopHost<Calls: MachineHost>: MachineHost {
    /// How many deferred events may wait.
    static var deferralLimit: Int { 16 }

    let program: MachineProgram
    /// Calls guards, invariants and actions, and takes the words of the trace.
    var calls: Calls
    var timers = LoopTimers()
    /// The deferred events, the oldest first.
    var deferred: [UInt8] = []

    init(_ program: MachineProgram, calls: Calls) {
        self.program = program
        self.calls = calls
    }

    mutating func isTrue(guard: Int) -> Bool { calls.isTrue(guard: `guard`) }

    mutating func holds(invariant: Int) -> Bool { calls.holds(invariant: invariant) }

    mutating func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool {
        calls.run(action, raising: &raised)
    }

    mutating func keep(_ event: UInt8, isRaised: Bool) -> Bool {
        guard deferred.count < Self.deferralLimit else { return false }
        deferred.append(event)
        return true
    }

    mutating func armTimer(of state: UInt8) {
        guard let timeout = program.timeout(of: state) else { return }
        timers.arm(state, event: timeout.event, milliseconds: timeout.milliseconds)
    }

    mutating func endTimer(of state: UInt8) {
        guard !timers.isEmpty else { return }
        timers.end(state)
    }

    mutating func endAllTimers() { timers.endAll() }

    mutating func note(_ word: TraceWord) { calls.note(word) }

    mutating func begin(_ origin: StepOrigin, at position: MachinePosition) { calls.begin(origin, at: position) }

    mutating func look(for lookup: Lookup, at position: MachinePosition) { calls.look(for: lookup, at: position) }

    mutating func found() { calls.found() }

    mutating func end(_ answer: StepAnswer, was: MachineOutcomeKind?, at position: MachinePosition) {
        calls.end(answer, was: was, at: position)
    }
}
