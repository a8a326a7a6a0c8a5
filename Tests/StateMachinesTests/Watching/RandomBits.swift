@testable import StateMachines

extension MachineCoverage {
    /// Takes about half of what can be taken.
    func markAtRandom(_ random: inout some RandomNumberGenerator) {
        for state in definition.states.indices.map({ UInt8($0) }) {
            for pair in pairs(in: state) where Bool.random(using: &random) { mark(bit(of: pair, in: state)) }
        }
        for number in definition.guards.indices {
            for isTrue in [true, false] where Bool.random(using: &random) { mark(guard: number, isTrue) }
        }
    }
}
