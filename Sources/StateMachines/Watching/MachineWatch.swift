/// Who looks on at the machines of a table: a trace, a coverage, or both.
final class MachineWatch: Sendable {
    let program: MachineProgram
    /// What the program calls these machines; empty for nothing.
    let id: String
    let sink: MachineTraceSink?
    let coverage: MachineCoverage?

    init(_ program: MachineProgram, id: String = "", sink: MachineTraceSink?, coverage: MachineCoverage? = nil) {
        if let coverage {
            precondition(
                coverage.definition == program.definition,
                "a coverage of \(coverage.definition.name) \(coverage.definition.version) watches another machine, or "
                    + "another version or order, of \(program.definition.name) \(program.definition.version)"
            )
        }
        self.program = program
        self.id = id
        self.sink = sink
        self.coverage = coverage
    }

    /// Tells of an event about which nothing is asked.
    func refused(_ origin: StepOrigin, _ kind: MachineOutcomeKind, at position: MachinePosition) {
        var recorder = StepRecorder(self)
        recorder.begin(origin, at: position)
        recorder.end(StepAnswer(kind), was: nil, at: position)
    }

    /// The name of an event, whatever number was fired.
    func eventName(_ event: UInt8) -> String {
        let isKnown = Int(event) < program.definition.events.count || event == program.fault
        return isKnown ? program.eventName(event) : "#\(event)"
    }
}
