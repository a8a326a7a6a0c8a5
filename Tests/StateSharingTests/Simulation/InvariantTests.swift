import Testing

/// The invariants of the fleet protocol, section 13, in a fleet with every fault that the simulation has.
///
/// A crash may take a trip with it, and lost data an operator's decision; so there are runs without the one and the other.
@Suite struct InvariantTests {
    private static let failures: [Invariant: String] = {
        let count = SimulationTests.count
        let everything = Simulation.Options()
        let withoutCrashes = SimulationTests.options { ($0.hasCrashes, $0.hasOperators) = (false, false) }
        let withoutLoss = SimulationTests.options { $0.hasDataLoss = false }
        // The single seeds once found something.
        let runs = [
            SimulationTests.failures(everything, seeds: [1, 314] + Array(1...count)),
            SimulationTests.failures(withoutCrashes, seeds: [1005, 1020, 1236] + Array(1001...1000 + count)),
            SimulationTests.failures(withoutLoss, seeds: 2001...2000 + count),
        ]
        return runs.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }()

    @Test func `I1 convergence: everybody holds the store's version in the end`() {
        #expect(Self.failures[.convergence] == nil)
    }

    @Test func `I2 monotone: what a process holds as committed only rises`() {
        #expect(Self.failures[.monotone] == nil)
    }

    @Test func `I3 no blind overwrite: a version replaces only what its writer has seen`() {
        #expect(Self.failures[.noBlindOverwrite] == nil)
    }

    @Test func `I4 no lost trip: without crashes a trip that nobody superseded stands`() {
        #expect(Self.failures[.noLostTrip] == nil)
    }

    @Test func `I6 fencing: no outcome of an older epoch replaces a later one's`() {
        #expect(Self.failures[.fencing] == nil)
    }

    @Test func `I7 fail-static: a cut changes no effective state`() {
        #expect(Self.failures[.failStatic] == nil)
    }

    @Test func `I8 bounds: nobody spins`() {
        #expect(Self.failures[.bounds] == nil)
    }

    @Test func `I9 deadline: a learned deadline is late by no more than the delivery`() {
        #expect(Self.failures[.deadline] == nil)
    }

    @Test func `I10 idempotence: requests and messages seen already change nothing, in any order`() {
        #expect(Self.failures[.idempotence] == nil)
    }

    @Test func `I11 operators: a hold in force ends only by a later operator's decision`() {
        #expect(Self.failures[.operators] == nil)
    }
}
