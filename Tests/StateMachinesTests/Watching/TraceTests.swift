import Synchronization
import Testing

@testable import StateMachines

@Suite struct TraceTests {
    private func texts(_ log: MachineTraceLog) -> [String] {
        log.lines.map { line in
            var line = line
            line.duration = .zero
            return line.description
        }
    }

    // MARK: - Lines

    @Test func `a line stays a line, whatever stands in it`() {
        let line = MachineTraceLine(
            machine: "sync",
            id: "a b\n\"\\\u{1B}[31m\u{202E}é",
            sequence: 7,
            cause: .recall,
            event: "go",
            token: "-",
            guards: [.init("online", true), .init("stale", false)],
            from: "a",
            to: "b",
            outcome: .failed,
            phase: .exit,
            duration: .nanoseconds(1250)
        )
        #expect(
            line.description == #"machine=sync id="a b\u{A}\"\\\u{1B}[31m\u{202E}é" sequence=7 cause=recall event=go "#
                + #"token="-" guards=online:true,stale:false from=a to=b outcome=failed phase=exit duration=1250ns"#
        )
        #expect(
            line.json == #"{"cause":"recall","duration":1250,"event":"go","from":"a","guards":[{"guard":"online","#
                + #""value":true},{"guard":"stale","value":false}],"id":"a b\u000a\"\\\u001b[31m\u202eé","#
                + #""machine":"sync","outcome":"failed","phase":"exit","sequence":7,"to":"b","token":"-"}"#
        )
        let bare = MachineTraceLine(machine: "m", sequence: 0, cause: .start, from: "a", to: "a", outcome: .stayed)
        #expect(
            bare.description == "machine=m id=- sequence=0 cause=start event=- token=- guards=- from=a to=a "
                + "outcome=stayed duration=0ns"
        )
    }

    // MARK: - Seats

    @Test func `an owner's steps: guards, raised events, eventless rules, refusals`() throws {
        let log = MachineTraceLog()
        var sync = Sync()
        var machine = try Machine(Sync.definition.compile().watched(as: "j1", trace: log.sink))
        machine.start(&sync)
        machine.fire(.start, &sync)
        machine.fire(.refresh, &sync)
        machine.fire(.success, &sync)
        machine.fire(.start, &sync, ifSequence: 9)
        sync.budget = -1
        machine.fire(.changed, &sync)
        machine.fire(.changed, &sync)
        #expect(
            texts(log)
                == [
                    "cause=start event=- token=- guards=- from=idle to=idle outcome=stayed",
                    "cause=event event=start token=- guards=- from=idle to=syncing outcome=moved",
                    "cause=event event=refresh token=- guards=online:true,stale:false from=syncing to=syncing outcome=moved",
                    "cause=event event=success token=- guards=- from=syncing to=synced outcome=moved",
                    "cause=always event=- token=- guards=stale:false from=synced to=synced outcome=rejected",
                    "cause=raised event=changed token=- guards=- from=synced to=synced outcome=stayed",
                    "cause=always event=- token=- guards=stale:false from=synced to=synced outcome=rejected",
                    "cause=event event=start token=- guards=- from=synced to=synced outcome=conflict",
                    "cause=event event=changed token=- guards=- from=synced to=synced outcome=faulted",
                    "cause=fault event=fault token=- guards=- from=synced to=synced outcome=faulted",
                    "cause=event event=changed token=- guards=- from=synced to=synced outcome=faulted",
                ]
                .enumerated()
                .map { index, text in
                    let sequence = [0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3][index]
                    return "machine=sync id=j1 sequence=\(sequence) \(text) duration=0ns"
                }
        )
        let isTimed = log.lines.contains { $0.duration > .zero }
        #expect(isTimed)
    }

    @Test func `a shared machine's steps, and what is no event of it`() throws {
        let log = MachineTraceLog()
        let table = try MachineTable<StateNumber, EventNumber, Void>(TypedDefinition.door.definition)
        let machine = try AtomicMachine(table.watched(trace: log.sink))
        machine.fire(EventNumber(rawValue: 0))
        machine.fire(EventNumber(rawValue: 0))
        machine.fire(EventNumber(rawValue: 0), ifSequence: 0)
        machine.fire(EventNumber(rawValue: 200))
        let told = log.lines.map { "\($0.event ?? "-") \($0.from) \($0.to) \($0.outcome) \($0.sequence)" }
        #expect(
            told == [
                "push shut open moved 1", "push open open ignored 1", "push open open conflict 1",
                "#200 open open rejected 1",
            ]
        )
    }

    @Test func `a loop's steps: tokens, refusals at the gate, what is left`() async throws {
        let log = MachineTraceLog()
        let table = try TypedDefinition.job.compile().watched(as: "job-1", trace: log.sink)
        let loop = MachineLoop(table, context: Notebook())
        loop.post(.take, token: "early")
        await withDiscardingTaskGroup { group in
            group.addTask { await loop.run() }
            _ = await loop.started()
            _ = try? await loop.send(.take, token: "a1", version: 4).outcome
            _ = try? await loop.send(.take, token: "a1").outcome
            _ = try? await loop.send(.done, version: 4).outcome
            await loop.pause()
            loop.post(.note, token: "left")
            await loop.drain(within: .zero)
        }
        let told = log.lines.map { "\($0.cause) \($0.event ?? "-") \($0.token ?? "-") \($0.outcome)" }
        #expect(
            told == [
                "event take early notRunning", "start - - stayed", "event take a1 moved", "event take a1 duplicate",
                "event done - stale", "event note left notRunning",
            ]
        )
        #expect(log.lines[3].original == .moved)
        #expect(log.lines.allSatisfy { $0.id == "job-1" })
    }

    // MARK: - Sinks

    @Test func `a sink that throws loses the line and changes nothing`() throws {
        struct Full: Error {}
        let sink = MachineTraceSink { line in if line.event == "push" { throw Full() } }
        var machine = try Machine(TypedDefinition.door.compile().watched(trace: sink))
        #expect(machine.fire(.push).kind == .moved)
        #expect(machine.fire(.pull).kind == .moved)
        #expect(sink.lost == 1)
    }

    @Test func `a sink that fires gets no line of that, and sees the machine as it is afterwards`() throws {
        final class Seat: Sendable {
            let machine: AtomicMachine<Door, Hand, Void>
            init(_ table: MachineTable<Door, Hand, Void>) throws { machine = try AtomicMachine(table) }
        }
        let seat = Locked<Seat?>(nil)
        let seen = Locked<[Door]>([])
        let sink = MachineTraceSink { _ in
            guard let seat = seat.withLock({ $0 }) else { return }
            let state = seat.machine.current.state
            seen.withLock { $0.append(state) }
            seat.machine.fire(.pull)
        }
        let watched = try Seat(TypedDefinition.door.compile().watched(trace: sink))
        seat.withLock { $0 = watched }
        #expect(watched.machine.fire(.push).to == .open)
        #expect(seen.withLock { $0 } == [.open])
        #expect(watched.machine.current.state == .shut)
        #expect(sink.lost == 1)
    }

    @Test func `a log keeps the last lines and counts the others`() throws {
        let log = MachineTraceLog(limit: 3)
        var machine = try Machine(TypedDefinition.door.compile().watched(trace: log.sink))
        for event in [Hand.push, .pull, .turn, .knock, .burn] { machine.fire(event) }
        #expect(log.lines.map(\.event) == ["turn", "knock", "burn"])
        #expect(log.dropped == 2)
    }

    // MARK: - Off

    @Test func `a table that nobody watches has no trace of it in its cells`() throws {
        let table = try TypedDefinition.door.compile()
        for state in Door.allCases {
            for event in Hand.allCases {
                #expect(table.cell(state.rawValue, event.rawValue).bits & Cell.slow == 0)
            }
        }
        #expect(table.engine.watch == nil)
        #expect(table.watched(as: "x") === table)
        let watched = table.watched(as: "x", coverage: MachineCoverage(of: table))
        for state in Door.allCases {
            for event in Hand.allCases {
                let (plain, seen) = (
                    table.cell(state.rawValue, event.rawValue), watched.cell(state.rawValue, event.rawValue)
                )
                #expect(seen.bits == plain.bits | Cell.watched)
                #expect(watched.answer(state, event) == table.answer(state, event))
            }
            #expect(watched.rank(of: state) == table.rank(of: state))
            #expect(watched.isIn(state, state))
        }
        // Names cost no cells.
        #expect(unsafe watched.watched(as: "y").lookup.cells == watched.lookup.cells)
        #expect(MemoryLayout<Machine<Door, Hand, Void>>.size <= 16)
    }
}
