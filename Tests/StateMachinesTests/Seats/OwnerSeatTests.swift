import Testing

@testable import StateMachines

@Suite struct OwnerSeatTests {
    @Test func `guards choose, actions act, parents are left and entered`() throws {
        var sync = Sync()
        var machine = try Machine(Sync.definition.compile())
        #expect(machine.fire(.start, &sync).kind == .moved)
        #expect(machine.state == .syncing)
        let isWorking = machine.isIn(.working)
        #expect(isWorking)
        let isIdle = machine.isIn(.idle)
        #expect(!isIdle)
        #expect(sync.log == ["openLog"])
        #expect(machine.fire(.failure, &sync).to == .failed)
        #expect(machine.fire(.retry, &sync).to == .syncing)
        #expect(machine.fire(.failure, &sync).to == .failed)
        #expect(machine.fire(.retry, &sync).to == .syncing)
        sync.log = []
        let last = machine.fire(.failure, &sync)
        #expect(last.to == .archived)
        #expect(last.sequence == 6)
        #expect(sync.log == ["closeLog"])
    }

    @Test func `a raised event runs before the next one, and its outcome is nobody's`() throws {
        var sync = Sync()
        var machine = try Machine(Sync.definition.compile(), initial: .syncing)
        let outcome = machine.fire(.success, &sync)
        #expect(outcome.kind == .moved)
        #expect(sync.log == ["closeLog", "note", "announce", "note"])
        #expect(outcome.description == "moved syncing → synced (1)")
    }

    @Test func `eventless rules are asked first, and the outcome tells where it ended`() throws {
        var sync = Sync(isStale: true)
        var machine = try Machine(Sync.definition.compile(), initial: .syncing)
        let outcome = machine.fire(.success, &sync)
        #expect(outcome.to == .idle)
        #expect(outcome.sequence == 2)
        #expect(sync.log == ["closeLog", "note", "announce"])
    }

    @Test func `a failure before the commit changes nothing and says where it was`() throws {
        var sync = Sync(failing: ["note"])
        var machine = try Machine(Sync.definition.compile(), initial: .syncing)
        let outcome = machine.fire(.success, &sync)
        #expect(outcome.kind == .failed)
        #expect(outcome.phase == .action)
        #expect(outcome.sequence == 0)
        #expect(machine.state == .syncing)
        sync.failing = ["closeLog"]
        #expect(machine.fire(.success, &sync).phase == .exit)
        #expect(outcome.description == "failed (action) in syncing (0)")
    }

    @Test func `a failure behind the commit is answered by fault`() throws {
        var sync = Sync(failing: ["openLog"])
        var machine = try Machine(Sync.definition.compile())
        let outcome = machine.fire(.start, &sync)
        #expect(outcome.kind == .moved)
        #expect(outcome.to == .failed)
        #expect(outcome.sequence == 2)
    }

    @Test func `a faulted machine refuses everything until it is reset`() throws {
        var sync = Sync(budget: -1)
        var machine = try Machine(Sync.definition.compile(), initial: .synced)
        #expect(machine.fire(.changed, &sync).kind == .faulted)
        let isFaulted = machine.isFaulted
        #expect(isFaulted)
        #expect(machine.fire(.archive, &sync).kind == .faulted)
        #expect(machine.fire(.archive, &sync, ifSequence: 9).kind == .faulted)
        machine.reset()
        sync.budget = 0
        #expect(machine.fire(.archive, &sync).kind == .moved)
    }

    @Test func `starting enters the initial state`() throws {
        var sync = Sync()
        var machine = try Machine(Sync.definition.compile(), initial: .syncing)
        machine.start(&sync)
        #expect(sync.log == ["openLog"])
        #expect(machine.sequence == 0)
        var stale = Sync(isStale: true)
        var other = try Machine(Sync.definition.compile(), initial: .synced)
        other.start(&stale)
        #expect(other.state == .idle)
        #expect(other.sequence == 1)
    }

    @Test func `timers and deferral are refused with the seat that has them`() {
        let definition = TypedDefinition<Door, Hand, Void>(name: "slow", initial: .shut) {
            In(.shut) {
                On(.push, to: .open)
                Defer(.knock)
            }
            In(.open) {
                On(.slam, to: .shut)
                Timeout(after: .seconds(3), fires: .slam)
            }
        }
        let error = #expect(throws: MachineSeatError.self) { _ = try Machine(definition.compile()) }
        #expect(
            error?.description == """
                Machine cannot run the machine slow:
                the state shut defers events: use MachineLoop
                the state open has a timeout: use MachineLoop
                """
        )
        #expect(throws: MachineSeatError.self) { _ = try AtomicMachine(definition.compile()) }
    }

    @Test func `it is two words, also with a context`() {
        #expect(MemoryLayout<Machine<SyncState, SyncEvent, Sync>>.size <= 16)
    }
}
