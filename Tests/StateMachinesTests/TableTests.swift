import StateMachines
import Testing

@Suite struct TableTests {
    @Test(arguments: [
        (Door.shut, Hand.push, MachineAnswerKind.move, Door.open), (.shut, .slam, .reenter, .shut),
        (.shut, .knock, .stay, .shut), (.shut, .pull, .ignore, .shut), (.open, .pull, .move, .shut),
        (.locked, .push, .reject, .locked), (.open, .turn, .reject, .open), (.gone, .burn, .ignore, .gone),
        (.gone, .push, .reject, .gone),
    ])
    func `answers without a machine`(state: Door, event: Hand, kind: MachineAnswerKind, target: Door) throws {
        let answer = try TypedDefinition.door.compile().answer(state, event)
        #expect(answer.kind == kind)
        #expect(answer.target == target)
    }

    @Test(arguments: [
        (Door.shut, UInt8(0), Admission.all, false), (.open, 1, .all, false), (.locked, 200, .none, false),
        (.gone, 3, .limited, true),
    ])
    func `knows rank, admission and end of each state`(
        state: Door,
        rank: UInt8,
        admission: Admission,
        isFinal: Bool
    ) throws {
        let table = try TypedDefinition.door.compile()
        #expect(table.rank(of: state) == rank)
        #expect(table.admission(of: state) == admission)
        #expect(table.isFinal(state) == isFinal)
    }

    @Test func `keeps its definition`() throws {
        let table = try TypedDefinition.door.compile()
        #expect(table.definition == TypedDefinition.door.definition)
        #expect(table.initial == .shut)
    }

    @Test func `takes 256 states and 256 events`() throws {
        let definition = TypedDefinition<Symbol<Size256>, Symbol<Size256>, Void>(name: "ring", initial: Symbol(255)) {
            for state in Symbol<Size256>.allCases {
                In(state, rank: state.rawValue) {
                    for event in Symbol<Size256>.allCases where event.rawValue != 0 {
                        On(event, to: Symbol(state.rawValue &+ event.rawValue))
                    }
                    On(Symbol(0), .reenter)
                }
            }
        }
        let table = try definition.compile()
        var machine = try Machine(table)
        for event: UInt8 in [0, 1, 254, 255, 128] {
            let expected = machine.state.rawValue &+ event
            #expect(machine.fire(Symbol(event)).to.rawValue == expected)
        }
        #expect(machine.sequence == 5)
        #expect(table.rank(of: Symbol(255)) == 255)
    }
}
