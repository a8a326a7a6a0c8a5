import Foundation
import Testing

@testable import StateSharing

/// The sharing core in a deterministic fleet with faults: whatever happens, everybody agrees in the end.
struct SimulationTests {
    /// How many seeds each test runs; `SIMULATION_SEEDS` asks for more.
    static let count = UInt64(ProcessInfo.processInfo.environment["SIMULATION_SEEDS"] ?? "") ?? 400
    /// The first failure of each invariant, with its seed.
    static func failures(_ options: Simulation.Options, seeds: some Sequence<UInt64>) -> [Invariant: String] {
        var found: [Invariant: String] = [:]
        for seed in seeds {
            var simulation = Simulation(seed: seed, options: options)
            for failure in simulation.run() where found[failure.invariant] == nil {
                found[failure.invariant] = "seed \(seed): \(failure.text)"
            }
        }
        return found
    }

    static func options(_ change: (inout Simulation.Options) -> Void) -> Simulation.Options {
        var options = Simulation.Options()
        change(&options)
        return options
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

    /// Which invariant notices.
    @Test(
        arguments: [
            (.compareLeftOut, .noBlindOverwrite), (.compareLeftOut, .fencing), (.holdNotChecked, .operators),
            (.repeatsAccepted, .idempotence), (.staleReads, .convergence),
        ] as [(SimulationDefect, Invariant)]
    )
    func `a store or network that breaks a rule is noticed`(defect: SimulationDefect, invariant: Invariant) {
        let options = Self.options { ($0.defect, $0.hasDataLoss) = (defect, invariant != .fencing) }
        #expect(
            (1...400 as ClosedRange<UInt64>)
                .contains { seed in
                    var simulation = Simulation(seed: seed, options: options)
                    return simulation.run().contains { $0.invariant == invariant }
                }
        )
    }
}
