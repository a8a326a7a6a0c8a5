/// A program with its functions: what a seat calls for an event that a cell cannot answer alone.
///
/// Not generic, so that it is compiled and specialised once, here.
@usableFromInline
final class MachineEngine: Sendable {
    let program: MachineProgram
    let functions: MachineFunctions
    /// Who looks on at each step; nil if nobody does.
    let watch: MachineWatch?

    init(_ program: MachineProgram, _ functions: MachineFunctions, _ watch: MachineWatch?) {
        self.program = program
        self.functions = functions
        self.watch = watch
    }

    /// Runs an event of a machine with one owner.
    ///
    /// - Parameters:
    ///   - event: which.
    ///   - state: where the machine is.
    ///   - flags: its flags: bit 15 is faulted.
    ///   - sequence: its sequence.
    ///   - context: where the context is.
    /// - Returns: the word of the outcome, and the flags afterwards.
    @usableFromInline
    func fire(
        _ event: UInt8,
        state: UInt8,
        flags: UInt16,
        sequence: UInt32,
        context: ContextAddress
    ) -> (outcome: UInt64, flags: UInt16) {
        var position = MachinePosition(state: state, isFaulted: flags >> 15 == 1, sequence: UInt64(sequence))
        let answer: StepAnswer
        if watch == nil {
            var host = BoundHost(functions: functions, context: context)
            answer = program.step(event, at: &position, host: &host)
        } else {
            var host = WatchedHost(BoundHost(functions: functions, context: context), watch)
            host.begin(.event(event, token: nil), at: position)
            answer = program.step(event, at: &position, host: &host)
            host.end(answer, was: nil, at: position)
        }
        return told(answer, from: state, position, flags)
    }

    /// Tells those who look on that an event came too late: the machine is at another sequence than was expected.
    @usableFromInline
    func tellConflict(_ event: UInt8, state: UInt8, sequence: UInt32) {
        let position = MachinePosition(state: state, sequence: UInt64(sequence))
        watch?.refused(.event(event, token: nil), .conflict, at: position)
    }

    /// Enters the initial state of a machine with one owner.
    @usableFromInline
    func start(
        state: UInt8,
        flags: UInt16,
        sequence: UInt32,
        context: ContextAddress
    ) -> (outcome: UInt64, flags: UInt16) {
        var position = MachinePosition(state: state, sequence: UInt64(sequence))
        var host = WatchedHost(BoundHost(functions: functions, context: context), watch)
        let answer = program.start(at: &position, host: &host)
        return told(answer, from: state, position, flags)
    }

    private func told(
        _ answer: StepAnswer,
        from state: UInt8,
        _ position: MachinePosition,
        _ flags: UInt16
    ) -> (outcome: UInt64, flags: UInt16) {
        let outcome = OutcomeWord.bits(answer, from: state, to: position.state, sequence: position.sequence)
        return (outcome, flags & 0x7FFF | (position.isFaulted ? 0x8000 : 0))
    }
}
