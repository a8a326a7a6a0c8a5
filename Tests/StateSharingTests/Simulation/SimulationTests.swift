import Foundation
import Testing

@testable import StateSharing

/// The sharing core in a deterministic fleet with faults: whatever happens, everybody agrees in the end.
struct SimulationTests {
    /// How many seeds each test runs; `SIMULATION_SEEDS` asks for more.
    static let count = UInt64(ProcessInfo.processInfo.environment["SIMULATION_SEEDS"] ?? "") ?? 400
    /// Seeds that once found something, by the faults allowed.
    static let regressions: [UInt64] = [1, 314]
    static let regressionsWithoutCrashes: [UInt64] = [1005, 1020, 1236]

    static func firstFailure(_ options: Simulation.Options, seeds: some Sequence<UInt64>) -> String? {
        for seed in seeds {
            var simulation = Simulation(seed: seed, options: options)
            if let failure = simulation.run().first { return "seed \(seed): \(failure)" }
        }
        return nil
    }

    static func options(_ change: (inout Simulation.Options) -> Void) -> Simulation.Options {
        var options = Simulation.Options()
        change(&options)
        return options
    }

    @Test func `a fleet agrees after crashes, cuts, lost messages, data loss and operators`() {
        #expect(Self.firstFailure(Simulation.Options(), seeds: Self.regressions + Array(1...Self.count)) == nil)
    }

    @Test func `without crashes no trip is lost`() {
        let options = Self.options {
            $0.hasCrashes = false
            $0.hasOperators = false
        }
        #expect(
            Self.firstFailure(options, seeds: Self.regressionsWithoutCrashes + Array(1001...1000 + Self.count)) == nil
        )
    }

    @Test func `without data loss no operator's decision is lost`() {
        let options = Self.options { $0.hasDataLoss = false }
        #expect(Self.firstFailure(options, seeds: 2001...2000 + Self.count) == nil)
    }

    @Test func `a seed is a run`() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var first = Simulation(seed: seed)
            var second = Simulation(seed: seed)
            _ = first.run()
            _ = second.run()
            #expect(first.trace == second.trace)
            #expect(first.server.accepted.count == second.server.accepted.count)
        }
    }

    @Test func `the runs are not idle`() {
        var accepted = 0
        var states: Set<String> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            var simulation = Simulation(seed: seed)
            _ = simulation.run()
            accepted += simulation.server.accepted.count
            states.formUnion(simulation.server.accepted.map(\.new.shared.state))
        }
        #expect(accepted > 200)
        #expect(states == ["OPEN", "CLOSED", "FORCED_OPEN"])
    }

    @Test(arguments: SimulationDefect.allCases)
    func `a store or network that breaks a rule is noticed`(defect: SimulationDefect) {
        let options = Self.options { $0.defect = defect }
        #expect(Self.firstFailure(options, seeds: 1...400) != nil)
    }
}
