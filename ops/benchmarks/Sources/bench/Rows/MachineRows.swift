import StateMachines

/// The two seats, beside the same machine written as a `switch`.
///
/// `cycle` rows fire events in a short cycle, which a branch predictor learns; `random` rows fire them in no order.
enum MachineRows {
    static func rows() throws -> [Row] {
        let table = try gate.compile()
        let shared = try Shared(table)
        // Events that a closed gate takes, one that it ignores, and one that a forced gate rejects.
        let streams: [(name: String, events: [Knock], initial: Gate)] = [
            ("cycle", (0..<1024).map { [.trip, .elapsed, .passed, .failed][$0 % 4] }, .closed),
            ("random", shuffled(), .closed),
            ("moved", Array(repeating: .reset, count: 1024), .closed),
            ("ignored", Array(repeating: .elapsed, count: 1024), .closed),
            ("rejected", Array(repeating: .passed, count: 1024), .forced),
        ]
        // The two forms of a machine check each other.
        var rows: [Row] = []
        for (name, events, initial) in streams {
            let byHand = { (iterations: Int) in plain(initial, events, iterations) }
            let byTable = { (iterations: Int) in owner(table, initial, events, iterations) }
            rows.append(Row("floor.switch.\(name)", expected: byTable, body: byHand))
            rows.append(
                Row("machine.owner.\(name)", against: "floor.switch.\(name)", expected: byHand, body: byTable)
            )
        }
        return rows + [
            Row("machine.atomic", against: "floor.cas") { shared.move($0) },
            Row.twoThreads("machine.atomic.2threads", against: "floor.cas.2threads") { shared.move($0) },
            Row("machine.atomic.ignored", against: "floor.atomicLoad") { shared.refuse($0, .elapsed, .ignored) },
            Row("machine.atomic.rejected", against: "floor.atomicLoad") { shared.reject($0) },
            Row("machine.atomic.read", against: "floor.atomicLoad") { shared.read($0) },
        ]
    }

    /// Fires on a machine with one owner; this loop's disassembly shows no call, no reference count and no
    /// exclusivity check.
    @inline(never)
    private static func owner(
        _ table: MachineTable<Gate, Knock, Void>,
        _ initial: Gate,
        _ events: [Knock],
        _ iterations: Int
    ) -> UInt64 {
        guard var machine = try? Machine(table, initial: initial) else { return 0 }
        var sum: UInt64 = 0
        for index in 0..<iterations {
            let outcome = machine.fire(events[index & 1023])
            sum &+= UInt64(outcome.sequence) &+ UInt64(outcome.kind.rawValue) << 16 &+ UInt64(outcome.to.rawValue)
        }
        return sum
    }

    @inline(never)
    private static func plain(_ initial: Gate, _ events: [Knock], _ iterations: Int) -> UInt64 {
        var machine = SwitchMachine(initial)
        var sum: UInt64 = 0
        for index in 0..<iterations {
            let outcome = machine.fire(events[index & 1023])
            sum &+= UInt64(outcome.sequence) &+ UInt64(outcome.kind.rawValue) << 16 &+ UInt64(outcome.to.rawValue)
        }
        return sum
    }

    /// Events in no order, the same in every run: a linear congruential generator (Knuth's MMIX constants).
    private static func shuffled() -> [Knock] {
        var state: UInt64 = 1
        return (0..<1024)
            .map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Knock.allCases[Int(state >> 33) % Knock.allCases.count]
            }
    }
}

/// A machine that a closure can hold.
private final class Shared: Sendable {
    private let machine: AtomicMachine<Gate, Knock, Void>

    init(_ table: MachineTable<Gate, Knock, Void>) throws {
        machine = try AtomicMachine(table)
    }

    /// Every event moves: `reset` leads to closed from anywhere and re-enters there.
    @inline(never)
    func move(_ iterations: Int) -> UInt64 {
        var moved: UInt64 = 0
        for _ in 0..<iterations {
            moved &+= machine.fire(.reset).kind == .moved ? 1 : 0
        }
        return moved
    }

    /// No event moves: a closed gate ignores `elapsed`.
    func refuse(_ iterations: Int, _ event: Knock, _ kind: MachineOutcomeKind) -> UInt64 {
        _ = machine.fire(.reset)
        return count(iterations, event, kind)
    }

    /// No event moves: a forced gate rejects `passed`.
    func reject(_ iterations: Int) -> UInt64 {
        _ = machine.fire(.force)
        return count(iterations, .passed, .rejected)
    }

    @inline(never)
    private func count(_ iterations: Int, _ event: Knock, _ kind: MachineOutcomeKind) -> UInt64 {
        var told: UInt64 = 0
        for _ in 0..<iterations {
            told &+= machine.fire(event).kind == kind ? 1 : 0
        }
        return told
    }

    @inline(never)
    func read(_ iterations: Int) -> UInt64 {
        _ = machine.fire(.reset)
        var closed: UInt64 = 0
        for _ in 0..<iterations {
            closed &+= machine.current.state == .closed ? 1 : 0
        }
        return closed
    }
}
