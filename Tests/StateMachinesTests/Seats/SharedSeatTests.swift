import Testing

@testable import StateMachines

/// A valve that is opened and shut by many; what it does goes into the caller's own log.
private struct Valve: Sendable {
    var isAllowed = true
    var log: [String] = []
    var failing: Set<String> = []

    mutating func run(_ name: String) throws {
        struct Broken: Error {}
        log.append(name)
        if failing.contains(name) { throw Broken() }
    }

    static func action(_ name: String) -> Action<Hand, Valve> { Action(name) { try $0.run(name) } }

    static func definition(handlesFault: Bool) -> TypedDefinition<Door, Hand, Valve> {
        let allowed = Guard<Valve>("allowed") { $0.isAllowed }
        return TypedDefinition(name: "valve", initial: .shut) {
            In(.shut) {
                Exit(action("unseal"))
                On(.push, to: .open, if: allowed, do: action("turn"))
                On(.knock, .stay, do: action("echo"))
            }
            In(.open) {
                Entry(action("flow"))
                On(.pull, to: .shut)
                if handlesFault { OnFault(to: .locked, do: action("alarm")) }
            }
            In(.locked) { On(.turn, to: .shut) }
            In(.gone)
        }
    }
}

@Suite struct SharedSeatTests {
    @Test func `guards are asked of the caller's context, effects run in the usual order`() throws {
        let machine = try AtomicMachine(Valve.definition(handlesFault: true).compile())
        var stranger = Valve(isAllowed: false)
        var friend = Valve()
        #expect(machine.fire(.push, &stranger).kind == .rejected)
        #expect(machine.fire(.push, &friend).kind == .moved)
        #expect(stranger.log.isEmpty)
        #expect(friend.log == ["unseal", "turn", "flow"])
        #expect(machine.current.sequence == 1)
    }

    @Test(arguments: ["unseal", "turn", "flow"])
    func `every effect of a move fails behind the commit, and fault is fired where the machine is`(_ name: String)
        throws
    {
        let machine = try AtomicMachine(Valve.definition(handlesFault: true).compile())
        var valve = Valve(failing: [name])
        let outcome = machine.fire(.push, &valve)
        #expect(outcome.kind == .moved)
        #expect(outcome.to == .locked)
        #expect(outcome.sequence == 2)
        #expect(valve.log.suffix(2) == [name, "alarm"])
    }

    @Test func `nobody answers fault: the machine is marked until it is reset`() throws {
        let machine = try AtomicMachine(Valve.definition(handlesFault: false).compile())
        var valve = Valve(failing: ["flow"])
        let outcome = machine.fire(.push, &valve)
        #expect(outcome.kind == .faulted)
        #expect(outcome.sequence == 1)
        #expect(machine.current.isFaulted)
        #expect(machine.current.state == .open)
        #expect(machine.fire(.pull, &valve).kind == .faulted)
        #expect(machine.fire(.pull, &valve, ifSequence: 0).kind == .faulted)
        machine.reset()
        #expect(machine.current.sequence == 1)
        #expect(machine.fire(.pull, &valve).kind == .moved)
    }

    @Test func `a failing answer to fault marks the machine`() throws {
        let machine = try AtomicMachine(Valve.definition(handlesFault: true).compile())
        var valve = Valve(failing: ["flow", "alarm"])
        #expect(machine.fire(.push, &valve).kind == .faulted)
        #expect(machine.current.state == .locked)
    }

    @Test func `a stay commits nothing, so its failure is the caller's`() throws {
        let machine = try AtomicMachine(Valve.definition(handlesFault: true).compile())
        var valve = Valve(failing: ["echo"])
        let outcome = machine.fire(.knock, &valve)
        #expect(outcome.kind == .failed)
        #expect(outcome.phase == .action)
        #expect(!machine.current.isFaulted)
    }

    @Test func `eventless rules and raised events are refused, each with its place`() {
        let error = #expect(throws: MachineSeatError.self) { _ = try AtomicMachine(Sync.definition.compile()) }
        #expect(
            error?.description == """
                AtomicMachine cannot run the machine sync:
                the state synced has eventless rules: use Machine or MachineLoop
                the action announce can raise events: use Machine or MachineLoop
                """
        )
    }
}
