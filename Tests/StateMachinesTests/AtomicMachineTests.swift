@testable import StateMachines
import Testing

@Suite struct AtomicMachineTests {
    @Test func `starts in the initial state or where it is told to`() throws {
        let table = try TypedDefinition.door.compile()
        let machine = try AtomicMachine(table)
        #expect(machine.current.state == .shut)
        #expect(machine.current.sequence == 0)
        let other = try AtomicMachine(table, initial: .open)
        #expect(other.current.state == .open)
    }

    @Test func `fires only at the expected sequence`() throws {
        let machine = try AtomicMachine(TypedDefinition.door.compile())
        #expect(machine.fire(.push, ifSequence: 1).kind == .conflict)
        #expect(machine.current.state == .shut)
        let moved = machine.fire(.push, ifSequence: 0)
        #expect(moved.kind == .moved)
        #expect(moved.sequence == 1)
        #expect(machine.fire(.turn, ifSequence: 0).kind == .conflict)
        #expect(machine.fire(.turn, ifSequence: 1).kind == .rejected)
        #expect(machine.current.sequence == 1)
    }

    @Test func `takes over a state that no rule leads to`() throws {
        let machine = try AtomicMachine(TypedDefinition.door.compile())
        let outcome = machine.set(.gone, ifSequence: 0)
        #expect(outcome.kind == .moved)
        #expect(outcome.from == .shut)
        #expect(outcome.to == .gone)
        #expect(outcome.sequence == 1)
        #expect(machine.current.state == .gone)
    }

    @Test func `taking over the current state counts too`() throws {
        let machine = try AtomicMachine(TypedDefinition.door.compile())
        let outcome = machine.set(.shut, ifSequence: 0)
        #expect(outcome.kind == .moved)
        #expect(outcome.from == .shut)
        #expect(machine.current.sequence == 1)
    }

    @Test func `does not take over a state once it has moved`() throws {
        let machine = try AtomicMachine(TypedDefinition.door.compile())
        _ = machine.fire(.push)
        let outcome = machine.set(.gone, ifSequence: 0)
        #expect(outcome.kind == .conflict)
        #expect(outcome.to == .open)
        #expect(machine.current.state == .open)
        #expect(machine.current.sequence == 1)
    }
}

extension AtomicMachine {
    /// What a ``SmallMachine`` does to take over a state.
    func set(_ state: State, ifSequence sequence: UInt32) -> MachineOutcome<State> {
        SharedFiring.set(table.checked(state), word, ifSequence: sequence)
    }
}
