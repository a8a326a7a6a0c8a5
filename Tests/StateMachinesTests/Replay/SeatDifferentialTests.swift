import ResilienceTestKit
import StateMachines
import Testing

/// A line as the seats can tell it.
private struct SeatLine: Hashable {
    var outcome: String?
    var state: String
    var sequence: Int
    var actions: [String]
}

/// What is done to a seat.
private enum SeatStep {
    case start
    case reset
    case fire(EventNumber, ifSequence: UInt32?)
}

/// The two seats without queue and clock against the interpreter.
@Suite struct SeatDifferentialTests {
    private func interpreted(_ machine: MachineCase) -> [SeatLine] {
        var interpreter = ReferenceInterpreter(machine.definition)
        return machine.script.run(on: &interpreter)
            .map { line in
                SeatLine(
                    outcome: line.outcome.map { $0 + (line.phase ?? "") },
                    state: line.state,
                    sequence: line.sequence,
                    actions: line.trace.filter { $0.hasPrefix("act:") || $0.hasPrefix("fail:") }
                )
            }
    }

    /// Steps a seat through a script; `step` tells all of a line but the actions.
    private func lines(_ machine: MachineCase, step: (SeatStep, inout Surroundings) -> SeatLine) -> [SeatLine] {
        var surroundings = Surroundings()
        var lines: [SeatLine] = []
        func add(_ what: SeatStep) {
            var line = step(what, &surroundings)
            line.actions = surroundings.words
            surroundings.words = []
            lines.append(line)
        }
        for command in machine.script.commands {
            if lines.isEmpty {
                switch command {
                case .guard, .fail, .heal: break
                case .fire, .reset, .advance, .pause, .resume, .drain: add(.start)
                }
            }
            switch command {
            case .guard(let name, true): surroundings.isFalse.remove(name)
            case .guard(let name, false): surroundings.isFalse.insert(name)
            case .fail(let name): surroundings.failing.insert(name)
            case .heal(let name): surroundings.failing.remove(name)
            case .fire(let event):
                let number = machine.definition.events.firstIndex(of: event.name) ?? 0
                let symbol = EventNumber(rawValue: UInt8(number))
                add(.fire(symbol, ifSequence: event.ifSequence.map { UInt32($0) }))
            case .reset, .advance, .pause, .resume, .drain: add(.reset)
            }
        }
        if lines.isEmpty { add(.start) }
        return lines
    }

    private func told(_ outcome: MachineOutcome<StateNumber>) -> String {
        "\(outcome.kind)" + (outcome.phase.map { "\($0)" } ?? "")
    }

    private func owned(_ machine: MachineCase) throws -> [SeatLine] {
        let table = try Surroundings.table(machine.definition)
        var seat = try Machine(table)
        return lines(machine) { step, surroundings in
            var outcome: MachineOutcome<StateNumber>?
            switch step {
            case .start: seat.start(&surroundings)
            case .reset: seat.reset()
            case .fire(let event, nil): outcome = seat.fire(event, &surroundings)
            case .fire(let event, let sequence?): outcome = seat.fire(event, &surroundings, ifSequence: sequence)
            }
            return SeatLine(
                outcome: outcome.map(told),
                state: table.name(of: seat.state),
                sequence: Int(seat.sequence),
                actions: []
            )
        }
    }

    private func shared(_ machine: MachineCase) throws -> [SeatLine] {
        let table = try Surroundings.table(machine.definition)
        let seat = try AtomicMachine(table)
        return lines(machine) { step, surroundings in
            var outcome: MachineOutcome<StateNumber>?
            switch step {
            case .start: break
            case .reset: seat.reset()
            case .fire(let event, nil): outcome = seat.fire(event, &surroundings)
            case .fire(let event, let sequence?): outcome = seat.fire(event, &surroundings, ifSequence: sequence)
            }
            return SeatLine(
                outcome: outcome.map(told),
                state: table.name(of: seat.current.state),
                sequence: Int(seat.current.sequence),
                actions: []
            )
        }
    }

    private func compare(
        _ machine: MachineCase,
        skipping count: Int,
        seed: UInt64,
        with seat: (MachineCase) throws -> [SeatLine]
    ) rethrows -> Bool {
        func differs(_ machine: MachineCase) -> Bool {
            guard let lines = try? seat(machine) else { return true }
            return lines.dropFirst(count) != interpreted(machine).dropFirst(count)
        }
        guard differs(machine) else { return true }
        let smallest = machine.shrunk(while: differs)
        let lines = (try? seat(smallest)) ?? []
        Issue.record("seed \(seed)\n\(smallest)\ninterpreter: \(interpreted(smallest))\nseat: \(lines)")
        return false
    }

    @Test func `a machine with one owner does what the interpreter does`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        for _ in 0..<10_000 {
            let definition = generator.definition(.owner)
            let machine = MachineCase(definition, generator.plainScript(for: definition, length: 4...16))
            guard try compare(machine, skipping: 0, seed: seed, with: owned) else { return }
        }
    }

    /// Its effects come behind the commit, so what fails in it is another story; it does not enter its first state.
    @Test func `a shared machine does what the interpreter does as long as nothing fails`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        for _ in 0..<10_000 {
            let definition = generator.definition(.atomic)
            var script = generator.plainScript(for: definition, length: 4...16)
            script.commands.removeAll { command in
                switch command {
                case .fail: true
                case .guard(let name, _): definition.invariants.contains(name)
                default: false
                }
            }
            guard try compare(MachineCase(definition, script), skipping: 1, seed: seed, with: shared) else { return }
        }
    }
}
