/// A host whose steps somebody may look on at.
package struct WatchedHost<Base: MachineHost>: MachineHost {
    /// Who answers and acts.
    package var base: Base
    /// Nil if nobody looks on.
    private var recorder: StepRecorder?

    init(_ base: Base, _ watch: MachineWatch?) {
        self.base = base
        recorder = watch.map { StepRecorder($0) }
    }

    /// A host for a machine that is not made by a table.
    package init(
        _ base: Base,
        _ program: MachineProgram,
        trace sink: MachineTraceSink?,
        coverage: MachineCoverage?
    ) {
        let isWatched = sink != nil || coverage != nil
        self.init(base, isWatched ? MachineWatch(program, sink: sink, coverage: coverage) : nil)
    }

    package mutating func begin(_ origin: StepOrigin, at position: MachinePosition) {
        recorder?.begin(origin, at: position)
    }

    package mutating func look(for lookup: Lookup, at position: MachinePosition) {
        recorder?.look(for: lookup, at: position)
    }

    package mutating func found() { recorder?.found() }

    package mutating func end(_ answer: StepAnswer, was: MachineOutcomeKind?, at position: MachinePosition) {
        recorder?.end(answer, was: was, at: position)
    }

    package mutating func note(_ word: TraceWord) {
        recorder?.note(word)
        base.note(word)
    }

    package mutating func isTrue(guard number: Int) -> Bool { base.isTrue(guard: number) }

    package mutating func holds(invariant: Int) -> Bool { base.holds(invariant: invariant) }

    package mutating func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool {
        base.run(action, raising: &raised)
    }

    package mutating func keep(_ event: UInt8, isRaised: Bool) -> Bool { base.keep(event, isRaised: isRaised) }

    package mutating func armTimer(of state: UInt8) { base.armTimer(of: state) }

    package mutating func endTimer(of state: UInt8) { base.endTimer(of: state) }

    package mutating func endAllTimers() { base.endAllTimers() }
}
