/// A program with its functions: what a seat calls for an event that a cell cannot answer alone.
///
/// Not generic, so that it is compiled and specialised once, here.
@usableFromInline
final class MachineEngine: Sendable {
    let program: MachineProgram
    let functions: MachineFunctions

    init(_ program: MachineProgram, _ functions: MachineFunctions) {
        self.program = program
        self.functions = functions
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
        var host = BoundHost(functions: functions, context: context)
        let answer = program.step(event, at: &position, host: &host)
        return told(answer, from: state, position, flags)
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
        var host = BoundHost(functions: functions, context: context)
        program.start(at: &position, host: &host)
        return told(StepAnswer(position.isFaulted ? .faulted : .stayed), from: state, position, flags)
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
