import StateMachines

/// The two seats, beside the same machine written as a `switch`.
///
/// `machine.owner` fires events in a short cycle, which a branch predictor learns; `Random` rows fire them in no order.
enum MachineRows {
    static func rows() throws -> [Row] {
        let table = try gate.compile()
        let cycle: [Knock] = (0..<1024).map { [.trip, .elapsed, .passed, .failed][$0 % 4] }
        let random = shuffled()
        let shared = Shared(table)
        // The two forms of a machine check each other.
        let byHand = { (iterations: Int) in plain(cycle, iterations) }
        let byTable = { (iterations: Int) in owner(table, cycle, iterations) }
        let byHandRandom = { (iterations: Int) in plain(random, iterations) }
        let byTableRandom = { (iterations: Int) in owner(table, random, iterations) }
        return [
            Row("floor.switch", expected: byTable, body: byHand),
            Row("floor.switchRandom", expected: byTableRandom, body: byHandRandom),
            Row("machine.owner", against: "floor.switch", expected: byHand, body: byTable),
            Row(
                "machine.ownerRandom",
                against: "floor.switchRandom",
                expected: byHandRandom,
                body: byTableRandom
            ),
            Row("machine.atomic", against: "floor.cas") { shared.move($0) },
            Row("machine.atomicRefused", against: "floor.atomicLoad") { shared.refuse($0) },
            Row("machine.atomicRead", against: "floor.atomicLoad") { shared.read($0) },
        ]
    }

    /// Fires on a machine with one owner; this loop's disassembly shows no call, no reference count and no
    /// exclusivity check.
    @inline(never)
    private static func owner(_ table: MachineTable<Gate, Knock, Void>, _ events: [Knock], _ iterations: Int) -> UInt64 {
        var machine = Machine(table)
        var sum: UInt64 = 0
        for index in 0..<iterations {
            let outcome = machine.fire(events[index & 1023])
            sum &+= UInt64(outcome.sequence) &+ UInt64(outcome.kind.rawValue) << 16 &+ UInt64(outcome.to.rawValue)
        }
        return sum
    }

    @inline(never)
    private static func plain(_ events: [Knock], _ iterations: Int) -> UInt64 {
        var machine = SwitchMachine()
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

    init(_ table: MachineTable<Gate, Knock, Void>) {
        machine = AtomicMachine(table)
    }

    /// Every event moves: `reset` leads to closed from anywhere and re-enters there.
    func move(_ iterations: Int) -> UInt64 {
        var moved: UInt64 = 0
        for _ in 0..<iterations {
            moved &+= machine.fire(.reset).kind == .moved ? 1 : 0
        }
        return moved
    }

    /// No event moves: a closed gate ignores `elapsed`.
    func refuse(_ iterations: Int) -> UInt64 {
        _ = machine.fire(.reset)
        var ignored: UInt64 = 0
        for _ in 0..<iterations {
            ignored &+= machine.fire(.elapsed).kind == .ignored ? 1 : 0
        }
        return ignored
    }

    func read(_ iterations: Int) -> UInt64 {
        _ = machine.fire(.reset)
        var closed: UInt64 = 0
        for _ in 0..<iterations {
            closed &+= machine.current.state == .closed ? 1 : 0
        }
        return closed
    }
}
