import ResilienceTestKit

@testable import StateMachines

/// A bare machine on the engine: it notes every word, and knows neither timers nor deferral.
struct EngineSubject {
    let program: MachineProgram
    var position: MachinePosition
    var host: Host

    struct Host: MachineHost {
        let program: MachineProgram
        var falseGuards: Set<String> = []
        var failingActions: Set<String> = []
        var raisedByActions: [String: [String]] = [:]
        var trace: [String] = []
        /// The states whose timers run, in the order armed.
        var timers: [UInt8] = []

        func isTrue(guard number: Int) -> Bool { !falseGuards.contains(program.definition.guards[number]) }

        func holds(invariant: Int) -> Bool { !falseGuards.contains(program.definition.invariants[invariant]) }

        func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool {
            let name = program.definition.actions[action]
            guard !failingActions.contains(name) else { return false }
            for event in raisedByActions[name] ?? [] {
                if let event = program.event(named: event) { raised.append(event) }
            }
            return true
        }

        func keep(_ event: UInt8, isRaised: Bool) -> Bool { true }

        mutating func armTimer(of state: UInt8) { timers.append(state) }

        mutating func endTimer(of state: UInt8) { timers.removeAll { $0 == state } }

        mutating func endAllTimers() { timers = [] }

        mutating func note(_ word: TraceWord) { trace.append(program.text(word)) }
    }

    init(_ definition: MachineDefinition) {
        program = MachineProgram(checked: definition)
        position = MachinePosition(state: program.initial)
        host = Host(program: program)
    }

    /// The answer in the form of the reference interpreter.
    mutating func fire(_ event: String) -> ReplayLine {
        host.trace = []
        let answer = program.step(program.event(named: event) ?? 255, at: &position, host: &host)
        return ReplayLine(
            outcome: "\(answer.kind)",
            phase: answer.phase.map { "\($0)" },
            sequence: Int(position.sequence),
            state: program.stateName(position.state),
            trace: host.trace
        )
    }

    mutating func start() -> ReplayLine {
        host.trace = []
        program.start(at: &position, host: &host)
        return ReplayLine(
            life: "running",
            sequence: Int(position.sequence),
            state: program.stateName(position.state),
            trace: host.trace
        )
    }
}
