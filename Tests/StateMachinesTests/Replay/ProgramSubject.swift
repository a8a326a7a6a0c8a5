import ResilienceTestKit
import StateMachines

/// The engine's steps without timers and deferral, as a subject of replays.
struct ProgramSubject: ReplaySubject {
    /// What a replay's surroundings answer, and the words that come out.
    private struct Host: MachineHost {
        let definition: MachineDefinition
        var falseConditions: Set<String> = []
        var failing: Set<String> = []
        var raisedByActions: [String: [UInt8]] = [:]
        var words: [TraceWord] = []
        var asked: [Int: Int] = [:]

        mutating func isTrue(guard number: Int) -> Bool { !falseConditions.contains(definition.guards[number]) }

        mutating func holds(invariant: Int) -> Bool { !falseConditions.contains(definition.invariants[invariant]) }

        mutating func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool {
            let name = definition.actions[action]
            guard !failing.contains(name) else { return false }
            for event in raisedByActions[name] ?? [] { raised.append(event) }
            return true
        }

        mutating func keep(_ event: UInt8, isRaised: Bool) -> Bool { false }

        mutating func armTimer(of state: UInt8) {}

        mutating func endTimer(of state: UInt8) {}

        mutating func endAllTimers() {}

        mutating func note(_ word: TraceWord) { words.append(word) }
    }

    private let program: MachineProgram
    private var position: MachinePosition
    private var host: Host

    init(_ definition: MachineDefinition, raisedByActions: [String: [String]] = [:]) {
        program = MachineProgram(checked: definition)
        position = MachinePosition(state: program.initial)
        host = Host(definition: definition)
        host.raisedByActions = raisedByActions.mapValues { events in
            events.compactMap { definition.events.firstIndex(of: $0) }.map { UInt8($0) }
        }
    }

    mutating func start() -> [ReplayLine] {
        program.start(at: &position, host: &host)
        return [lifeLine()]
    }

    mutating func fire(_ event: ReplayEvent) -> [ReplayLine] {
        guard !position.isFaulted else { return [line(StepAnswer(.faulted))] }
        if let expected = event.ifSequence, expected != Int64(position.sequence) {
            return [line(StepAnswer(.conflict))]
        }
        guard let number = program.event(named: event.name) else { return [] }
        return [line(program.step(number, at: &position, host: &host))]
    }

    mutating func reset() -> [ReplayLine] {
        position.isFaulted = false
        return [lifeLine()]
    }

    mutating func advance(milliseconds: Int64) -> [ReplayLine] { [] }

    mutating func pause() -> [ReplayLine] { [] }

    mutating func resume() -> [ReplayLine] { [] }

    mutating func drain(milliseconds: Int64) -> [ReplayLine] { [] }

    mutating func set(guard name: String, to value: Bool) {
        if value { host.falseConditions.remove(name) } else { host.falseConditions.insert(name) }
    }

    mutating func set(action name: String, failing: Bool) {
        if failing { host.failing.insert(name) } else { host.failing.remove(name) }
    }

    private mutating func line(_ answer: StepAnswer) -> ReplayLine {
        ReplayLine(
            outcome: "\(answer.kind)",
            phase: answer.phase.map { "\($0)" },
            sequence: Int(position.sequence),
            state: program.stateName(position.state),
            trace: takeWords()
        )
    }

    private mutating func lifeLine() -> ReplayLine {
        ReplayLine(
            life: "running",
            sequence: Int(position.sequence),
            state: program.stateName(position.state),
            trace: takeWords()
        )
    }

    private mutating func takeWords() -> [String] {
        defer { host.words.removeAll(keepingCapacity: true) }
        return host.words.map { program.text($0) }
    }
}
