import Testing

@testable import StateMachines

private enum Lamp: UInt8, MachineSymbol { case off, on, broken }
private enum Tap: UInt8, MachineSymbol { case flip, hold, smash }

/// Every order of accesses of three threads with three events each.
@Suite struct ExplorationTests {
    private typealias Lamps = Exploration<Lamp, Tap, Int>

    /// Flips work three times a thread, then the guard refuses.
    private static func plain() throws -> MachineTable<Lamp, Tap, Int> {
        let fresh = Guard<Int>("fresh") { $0 < 2 }
        let count = Action<Tap, Int>("count") { $0 += 1 }
        return try TypedDefinition<Lamp, Tap, Int>(name: "lamp", initial: .off) {
            In(.off) {
                On(.flip, to: .on, if: fresh, do: count)
                Ignore(.hold)
                On(.smash, to: .broken)
            }
            In(.on) {
                On(.flip, to: .off)
                On(.hold, .stay, do: count)
                On(.smash, to: .broken)
            }
            In(.broken) { On(.hold, .reenter) }
        }
        .compile()
    }

    /// What one owner's machine tells at the state in which the call's last access found the word.
    private static func sequential(_ table: MachineTable<Lamp, Tap, Int>) -> (Lamps.Told) -> String? {
        { told in
            let found = MachineWord(bits: told.last.word)
            guard var machine = try? Machine(table, initial: Lamp.at(found.state)) else { return "no machine" }
            var context = told.before
            let due = machine.fire(told.event, &context)
            let sequence = found.sequence &+ due.sequence
            guard told.outcome.kind == due.kind, told.outcome.from == due.from, told.outcome.to == due.to,
                told.outcome.sequence == sequence, told.after == context,
                (due.kind == .moved) == told.last.won
            else { return "\(told.event) at \(due.from): \(told.outcome), and alone \(due)" }
            return nil
        }
    }

    private static func threads(_ events: [[Tap]]) -> Lamps.Moment {
        Lamps.Moment(word: 0, threads: events.map { Lamps.Thread(events: $0, context: 0) })
    }

    /// Every way to give a thread three of the events.
    private static let scripts: [[Tap]] = Tap.allCases.flatMap { first in
        Tap.allCases.flatMap { second in Tap.allCases.map { [first, second, $0] } }
    }

    @Test func `three threads with three events are told what one after the other would be told`() throws {
        let table = try Self.plain()
        var moments = 0
        var index = 0
        // Threads are alike, so their order does not matter; of the 3654 sets every 53rd is enough for a test run.
        for first in Self.scripts.indices {
            for second in first..<Self.scripts.count {
                for third in second..<Self.scripts.count {
                    index += 1
                    guard index.isMultiple(of: 53) else { continue }
                    var exploration = Lamps(table, check: Self.sequential(table))
                    exploration.explore(Self.threads([Self.scripts[first], Self.scripts[second], Self.scripts[third]]))
                    #expect(exploration.problems.isEmpty)
                    moments += exploration.moments
                }
            }
        }
        print("\(moments) moments")
        #expect(moments > 5000)
    }

    @Test func `a word that loses updates would be noticed`() throws {
        let table = try Self.plain()
        var exploration = Lamps(table, isBlind: true, check: Self.sequential(table))
        exploration.explore(Self.threads([[.flip, .flip, .flip], [.flip, .hold, .smash], [.smash, .hold, .flip]]))
        #expect(!exploration.problems.isEmpty)
    }

    @Test func `a failing effect ends in fault or in a marked machine, in every order`() throws {
        struct Broken: Error {}
        let spark = Action<Tap, Int>("spark") { uses in
            uses += 1
            if uses.isMultiple(of: 2) { throw Broken() }
        }
        let table = try TypedDefinition<Lamp, Tap, Int>(name: "lamp", initial: .off) {
            In(.off) { On(.flip, to: .on) }
            In(.on) {
                Entry(spark)
                On(.flip, to: .off)
                On(.hold, .reenter)
                OnFault(to: .broken)
            }
            In(.broken) { On(.smash, to: .off) }
        }
        .compile()
        var kinds: Set<MachineOutcomeKind> = []
        var exploration = Lamps(table) { told in
            kinds.insert(told.outcome.kind)
            let hasFailed = told.after > told.before && told.after.isMultiple(of: 2)
            switch told.outcome.kind {
            case .moved where hasFailed && told.outcome.to != .broken: return "fault was not answered: \(told.outcome)"
            case .faulted where hasFailed && told.outcome.to == .on: return "fault has an answer in on: \(told.outcome)"
            default: return nil
            }
        }
        exploration.explore(Self.threads([[.flip, .flip, .flip], [.flip, .hold, .flip], [.hold, .smash, .flip]]))
        #expect(exploration.problems.isEmpty)
        // Somebody else may have moved the machine to where nobody answers fault.
        #expect(kinds == [.moved, .rejected, .faulted])
        #expect(exploration.moments > 1000)
    }
}
