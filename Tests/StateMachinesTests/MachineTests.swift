import Testing
@testable import StateMachines

@Suite struct MachineTests {
    @Test func `starts in the initial state at sequence 0`() throws {
        let machine = try Machine(TypedDefinition.door.compile())
        #expect(machine.state == .shut)
        #expect(machine.sequence == 0)
    }

    @Test func `starts where it is told to`() throws {
        let machine = try Machine(TypedDefinition.door.compile(), initial: .locked)
        #expect(machine.state == .locked)
        #expect(machine.sequence == 0)
    }

    @Test func `a move tells both states and counts`() throws {
        var machine = try Machine(TypedDefinition.door.compile())
        let outcome = machine.fire(.push)
        #expect(outcome.kind == .moved)
        #expect(outcome.from == .shut)
        #expect(outcome.to == .open)
        #expect(outcome.sequence == 1)
        #expect(machine.state == .open)
        #expect(machine.sequence == 1)
    }

    @Test func `a re-entry is a move to the same state and counts`() throws {
        var machine = try Machine(TypedDefinition.door.compile())
        let outcome = machine.fire(.slam)
        #expect(outcome.kind == .moved)
        #expect(outcome.from == .shut)
        #expect(outcome.to == .shut)
        #expect(machine.sequence == 1)
    }

    @Test(arguments: [
        (Hand.knock, MachineOutcomeKind.stayed), (.pull, .ignored),
    ])
    func `stay and ignore change nothing`(event: Hand, kind: MachineOutcomeKind) throws {
        var machine = try Machine(TypedDefinition.door.compile())
        _ = machine.fire(.slam)
        let outcome = machine.fire(event)
        #expect(outcome.kind == kind)
        #expect(outcome.from == .shut)
        #expect(outcome.to == .shut)
        #expect(outcome.sequence == 1)
        #expect(machine.sequence == 1)
    }

    @Test func `an event without a rule is rejected`() throws {
        var machine = try Machine(TypedDefinition.door.compile(), initial: .open)
        #expect(machine.fire(.turn).kind == .rejected)
        #expect(machine.state == .open)
        #expect(machine.sequence == 0)
    }

    @Test func `under unhandled ignore only a reject rule rejects`() throws {
        let definition = TypedDefinition<Door, Hand, Void>(name: "door", initial: .shut, unhandled: .ignore) {
            In(.shut) {
                On(.push, to: .open)
                Reject(.turn)
            }
        }
        var machine = try Machine(definition.compile())
        #expect(machine.fire(.turn).kind == .rejected)
        #expect(machine.fire(.pull).kind == .ignored)
    }

    @Test func `a final state answers by its own ignore and reject only`() throws {
        var machine = try Machine(TypedDefinition.door.compile(), initial: .gone)
        #expect(machine.fire(.burn).kind == .ignored)
        #expect(machine.fire(.push).kind == .rejected)
    }

    @Test func `fires only at the expected sequence`() throws {
        var machine = try Machine(TypedDefinition.door.compile())
        let conflict = machine.fire(.push, ifSequence: 1)
        #expect(conflict.kind == .conflict)
        #expect(conflict.from == .shut)
        #expect(conflict.to == .shut)
        #expect(conflict.sequence == 0)
        #expect(machine.fire(.push, ifSequence: 0).kind == .moved)
        // A conflict comes first: nothing is asked, so a rule that would reject does not.
        #expect(machine.fire(.turn, ifSequence: 0).kind == .conflict)
        #expect(machine.fire(.turn, ifSequence: 1).kind == .rejected)
    }

    @Test func `the sequence counts modulo 2 to the 32`() throws {
        var machine = try Machine(TypedDefinition.door.compile())
        machine.commits = .max
        #expect(machine.fire(.push).sequence == 0)
        #expect(machine.sequence == 0)
    }

    @Test func `a shared word counts modulo 2 to the 32 and leaves version and flags alone`() {
        let word = MachineWord(bits: 0xFFFF_FFFF_1234_5603)
        #expect(word.taking(Cell(.move, target: 9)).bits == 0x0000_0000_1234_5609)
        #expect(word.taking(Cell(.reenter, target: 3)).bits == 0x0000_0000_1234_5603)
        #expect(word.taking(Cell(.stay, target: 3)) == word)
    }

    @Test func `a shared word carries the definition's version`() {
        #expect(MachineWord(version: 0xABCD, state: 5).bits == 0x0000_0000_ABCD_0005)
    }

    @Test func `is two words, and an outcome is one`() {
        #expect(MemoryLayout<Machine<Door, Hand, Void>>.size <= 16)
        #expect(MemoryLayout<AtomicMachine<Door, Hand, Void>>.size <= 32)
        #expect(MemoryLayout<MachineOutcome<Door>>.size == 8)
        #expect(isTrivial(MachineOutcome<Door>.self))
    }

    /// Compiles only for a type that is copied as bytes.
    private func isTrivial<Value: BitwiseCopyable>(_: Value.Type) -> Bool { true }

    @Test func `an outcome reads as a sentence`() throws {
        var machine = try Machine(TypedDefinition.door.compile())
        #expect(machine.fire(.push).description == "moved shut → open (1)")
        #expect(machine.fire(.push).description == "ignored in open (1)")
    }
}
