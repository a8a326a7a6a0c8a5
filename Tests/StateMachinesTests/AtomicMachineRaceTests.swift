import Foundation
import StateMachines
import Synchronization
import Testing

/// A door that can always move on.
private let restless = TypedDefinition<Door, Hand, Void>(name: "restless", initial: .shut) {
    In(.shut) {
        On(.push, to: .open)
        On(.turn, to: .locked)
        On(.slam, .reenter)
        On(.knock, .stay)
        Ignore(.pull)
    }
    In(.open) {
        On(.pull, to: .shut)
        On(.slam, to: .shut)
        On(.burn, to: .gone)
    }
    In(.locked) {
        On(.turn, to: .shut)
        Ignore(.push)
    }
    In(.gone) {
        On(.knock, to: .shut)
        On(.burn, .reenter)
    }
}

/// A commit that a thread was told of.
private struct Commit: Sendable {
    /// What was fired; `nil` for a state taken over.
    let event: Hand?
    let outcome: MachineOutcome<Door>
}

/// A machine, and threads that race on it in all three ways to commit.
///
/// Threads and not tasks: other tests can hold the few threads on which tasks run, and then nothing races.
private final class Race: Sendable {
    let machine: AtomicMachine<Door, Hand, Void>
    let conflicts = Atomic<Int>(0)
    let commits = Locked<[Commit]>([])

    init(_ table: MachineTable<Door, Hand, Void>) throws {
        machine = try AtomicMachine(table)
    }

    /// Runs until the threads have been seen to lose `conflicts` races, but no longer than the deadline.
    func run(threads: Int, seed: UInt64, conflicts wanted: Int, deadline: ContinuousClock.Instant) {
        let running = DispatchGroup()
        for thread in 0..<threads {
            running.enter()
            Thread {
                self.work(seed: seed &+ UInt64(thread), until: wanted, deadline)
                running.leave()
            }
            .start()
        }
        running.wait()
    }

    private func work(seed: UInt64, until wanted: Int, _ deadline: ContinuousClock.Instant) {
        var random = SeededGenerator(seed: seed)
        var own: [Commit] = []
        while conflicts.load(ordering: .relaxed) < wanted, ContinuousClock.now < deadline {
            for _ in 0..<100 {
                let draw = random.next()
                let event = Hand.allCases[Int(draw % 6)]
                let commit =
                    switch (draw >> 32) % 4 {
                    case 0: Commit(event: event, outcome: machine.fire(event, ifSequence: machine.current.sequence))
                    case 1: Commit(event: nil, outcome: machine.set(.open, ifSequence: machine.current.sequence))
                    default: Commit(event: event, outcome: machine.fire(event))
                    }
                switch commit.outcome.kind {
                case .moved: own.append(commit)
                case .conflict: conflicts.wrappingAdd(1, ordering: .relaxed)
                default: break
                }
            }
        }
        commits.withLock { $0 += own }
    }
}

@Suite struct AtomicMachineRaceTests {
    @Test func `every commit of many threads has its own sequence and follows the one before`() throws {
        let table = try restless.compile()
        let race = try Race(table)
        let seed = UInt64.random(in: 1 ... .max)
        print("seed \(seed)")
        race.run(threads: 4, seed: seed, conflicts: 50, deadline: .now + .seconds(30))
        let commits = race.commits.withLock(\.self).sorted { $0.outcome.sequence < $1.outcome.sequence }

        #expect(race.conflicts.load(ordering: .relaxed) > 0, "nothing raced, so this run tells nothing")
        // Not `==`: what it prints of two unequal arrays of this length takes minutes to make.
        let misplaced = zip(commits, UInt32(1)...).first { $0.outcome.sequence != $1 }
        #expect(misplaced?.1 == nil, "\(misplaced.debugDescription)")
        #expect(race.machine.current.sequence == UInt32(commits.count))
        #expect(race.machine.current.state == commits.last?.outcome.to)
        var state = Door.shut
        let broken = commits.first { commit in
            defer { state = commit.outcome.to }
            let target = commit.event.map { table.answer(state, $0).target } ?? .open
            return commit.outcome.from != state || commit.outcome.to != target
        }
        #expect(broken?.outcome == nil, "\(broken.debugDescription)")
    }
}
