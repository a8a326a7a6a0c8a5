import Testing

@testable import ResilienceTestKit
@testable import StateMachines

/// Every order of the accesses of three threads that make three calls each: all those that a play has, in every order.
@Suite struct ExplorationTests {
    /// What the interpreter says where the call's last access found the word: there the call took place, all of it.
    ///
    /// So the order of last accesses is the one order of calls that everybody was told of; and since a call's last access
    /// lies between its beginning and its end, it is an order in which the calls may have been made one after the other.
    private static func oneAfterTheOther(_ definition: MachineDefinition) -> (Exploration.Told) -> String? {
        { told in
            let event = definition.events[Int(told.call.event.rawValue)]
            let story = "\(event) \(told.call.surroundings) at \(told.before): "
            guard let outcome = told.outcome else {
                return told.after == told.before ? nil : story + "a write, and the call goes on"
            }
            var interpreter = ReferenceInterpreter(definition)
            interpreter.life = .running
            interpreter.state = definition.states[Int(told.before.state)].name
            interpreter.sequence = Int(told.before.sequence)
            for name in told.call.surroundings.isFalse { interpreter.set(guard: name, to: false) }
            for name in told.call.surroundings.failing { interpreter.set(action: name, failing: true) }
            let line = interpreter.fire(ReplayEvent(event, ifSequence: told.expected.map { Int64($0) }))[0]
            let words = line.trace.filter { $0.hasPrefix("act:") || $0.hasPrefix("fail:") }
            let end = MachineWord(bits: told.before.bits & 0xFFFF_FF00 | UInt64(interpreter.sequence) << 32)
            let state = UInt8(definition.states.firstIndex { $0.name == line.state } ?? 255)
            guard "\(outcome.kind)" == line.outcome, outcome.phase.map({ "\($0)" }) == line.phase,
                outcome.from.rawValue == told.before.state, outcome.to.rawValue == state,
                Int(outcome.sequence) == line.sequence, told.words == words, told.after.bits == end.bits | UInt64(state)
            else { return story + "\(outcome) \(told.words) and \(told.after), and alone \(line)" }
            return nil
        }
    }

    @Test(arguments: ExplorationPlay.all)
    func `three threads with three events are told what one after the other would be told`(
        _ play: ExplorationPlay
    ) throws {
        let table = try Surroundings.table(play.definition)
        #expect(play.definition.findings.filter { $0.severity == .error }.isEmpty)
        let calls = play.explorationCalls(table)
        var exploration = Exploration(table, calls, check: Self.oneAfterTheOther(play.definition))
        exploration.explore()
        #expect(exploration.problems.isEmpty)
        print("\(play.testDescription): \(exploration.moments) moments")
        #expect(exploration.moments > 10_000)
    }

    @Test(arguments: ExplorationPlay.all)
    func `a word that loses updates would be noticed`(_ play: ExplorationPlay) throws {
        let table = try Surroundings.table(play.definition)
        let calls = play.explorationCalls(table)
        var exploration = Exploration(table, calls, isBlind: true, check: Self.oneAfterTheOther(play.definition))
        exploration.explore(callsEach: 1)
        #expect(!exploration.problems.isEmpty)
    }

    @Test func `a failing effect ends in fault or in a marked machine, in every order`() throws {
        let play = ExplorationPlay.fault
        let table = try Surroundings.table(play.definition)
        let on = UInt8(play.definition.states.firstIndex { $0.name == "on" } ?? 255)
        let broken = UInt8(play.definition.states.firstIndex { $0.name == "broken" } ?? 255)
        var kinds: Set<MachineOutcomeKind> = []
        var exploration = Exploration(table, play.explorationCalls(table)) { told in
            guard let outcome = told.outcome else { return nil }
            kinds.insert(outcome.kind)
            let hasFailed = told.words.contains("fail:spark")
            switch outcome.kind {
            case .moved where hasFailed && outcome.to.rawValue != broken: return "fault was not answered: \(outcome)"
            case .faulted where hasFailed && outcome.to.rawValue == on: return "fault has an answer in on: \(outcome)"
            default: return nil
            }
        }
        // With three calls each there are millions of moments.
        exploration.explore(callsEach: 2)
        #expect(exploration.problems.isEmpty)
        // Somebody else may have moved the machine to where nobody answers fault.
        #expect(kinds == [.moved, .rejected, .faulted])
        print("\(play.testDescription): \(exploration.moments) moments")
        #expect(exploration.moments > 1000)
    }
}
