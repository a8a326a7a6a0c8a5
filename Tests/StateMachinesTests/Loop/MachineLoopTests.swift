import Testing

@testable import StateMachines

@Suite(.timeLimit(.minutes(1))) struct MachineLoopTests {
    @Test func `a loop that was created refuses events and enters nothing`() async throws {
        let bench = try LoopBench()
        #expect(bench.loop.life == .created)
        try await bench.loop.send(.take).says("notRunning in idle (0)")
        #expect(bench.loop.post(.take) == .notRunning)
        #expect(bench.notebook.text == "")
    }

    @Test func `starting enters the initial state without a commit`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            #expect(loop.life == .running)
            #expect(loop.current.state == .idle)
            #expect(loop.current.sequence == 0)
            #expect(bench.notebook.text == "idle")
        }
        #expect(bench.loop.life == .stopped)
    }

    @Test func `each sent event gets its own outcome`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            let tickets = [Work.take, .take, .note, .done, .done, .late, .spoil, .end].map { loop.send($0) }
            var words: [String] = []
            for ticket in tickets { words.append(try await ticket.words) }
            #expect(
                words == [
                    "moved idle → working (1)", "deferred in working (1)", "stayed in working (1)",
                    // Recalled behind it: the take that was deferred.
                    "moved working → idle (2)", "moved working → idle (4)", "rejected in idle (4)",
                    "failed (action) in idle (4)", "moved idle → ended (5)",
                ]
            )
            #expect(tickets[0].outcomeIfKnown?.to == .working)
            #expect(loop.current.state == .ended)
            #expect(loop.current.sequence == 5)
        }
    }

    @Test func `an action may send to its own loop, and the event waits for its turn`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            bench.notebook.on("note") { [weak loop] in loop?.post(.take) }
            let first = loop.send(.note)
            try await first.says("stayed in idle (0)")
            _ = try await loop.send(.done).outcome
            #expect(bench.notebook.text == "idle note begin finish idle")
        }
    }

    @Test func `no more wait than the bound when the loop stalls, and not one less`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            // While an action runs nothing else does.
            bench.notebook.on("note") { [weak loop] in
                let refused = (0..<1000).map { _ in loop?.post(.note) }.filter { $0 == .full }.count
                bench.notebook.run("full:\(refused)")
            }
            // Drained any sooner, the loop would refuse what the action sends.
            _ = try await loop.send(.note).outcome
            await loop.drain(within: .seconds(60))
        }
        #expect(bench.notebook.text.contains("full:744"))
        #expect(bench.notebook.text.split(separator: " ").filter { $0 == "note" }.count == 257)
    }

    @Test func `events of a batch that have not begun count as waiting`() async throws {
        let bench = try LoopBench(queueLimit: 4)
        try await bench.run { loop in
            await loop.pause()
            bench.notebook.on("note") { [weak loop] in
                // Three of four are still to come.
                let answers = (0..<3).map { _ in loop?.post(.note) }
                bench.notebook.run("\(answers.map { $0.map { "\($0)" } ?? "queued" })")
            }
            let first = loop.send(.note)
            for _ in 0..<3 { #expect(loop.post(.note) == nil) }
            await loop.resume()
            _ = try await first.outcome
        }
        #expect(bench.notebook.text.contains(#"["queued", "full", "full"]"#))
    }

    @Test func `a paused loop queues up to the bound, and runs it in order when it is resumed`() async throws {
        let bench = try LoopBench(queueLimit: 3)
        try await bench.run { loop in
            await loop.pause()
            #expect(loop.life == .paused)
            let tickets = [Work.take, .note, .done, .end].map { loop.send($0) }
            try await tickets[3].says("full in idle (0)")
            #expect(tickets[0].outcomeIfKnown == nil)
            #expect(bench.notebook.text == "idle")
            await loop.resume()
            try await tickets[2].says("moved working → idle (2)")
            #expect(bench.notebook.text == "idle begin note finish idle")
        }
    }

    @Test func `a token is asked for in the turn of its event, a version and a sequence too`() async throws {
        let bench = try LoopBench(tokenLimit: 1)
        try await bench.run { loop in
            let tickets = [
                loop.send(.take, token: "a", version: 7), loop.send(.take, token: "a"),
                loop.send(.done, token: "a", version: 7), loop.send(.done, ifSequence: 0),
                loop.send(.done, token: "b", version: 8, ifSequence: 1), loop.send(.take, token: "a"),
            ]
            var words: [String] = []
            for ticket in tickets { words.append(try await ticket.words) }
            #expect(
                words == [
                    "moved idle → working (1)", "duplicate in working (1)", "stale in working (1)",
                    "conflict in working (1)", "moved working → idle (2)", "moved idle → working (3)",
                ]
            )
            #expect(tickets[1].outcomeIfKnown?.original == .moved)
        }
    }

    @Test func `a faulted loop refuses each event until it is reset`() async throws {
        let faulty = try faulting()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await faulty.run() }
            #expect(await faulty.started())
            try await faulty.send(.take).says("faulted in working (1)")
            #expect(faulty.current.isFaulted)
            let refused = [Work.done, .note].map { faulty.send($0) }
            for ticket in refused { try await ticket.says("faulted in working (1)") }
            await faulty.reset()
            #expect(!faulty.current.isFaulted)
            try await faulty.send(.done).says("moved working → idle (2)")
            await faulty.drain(within: .zero)
        }
    }

    /// A loop whose entry to `working` fails, with no rule for `fault`.
    private func faulting() throws -> MachineLoop<Job, Work, Void> {
        let fail = Action<Work, Void>("fail") { (_: inout Void) in throw Spoilt() }
        let definition = TypedDefinition<Job, Work, Void>(name: "faulty", initial: .idle) {
            In(.idle) { On(.take, to: .working) }
            In(.working) {
                Entry(fail)
                On(.done, to: .idle)
            }
        }
        return MachineLoop(try definition.compile())
    }

    @Test func `a ticket whose waiter is cancelled says so, and the event is run all the same`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            await loop.pause()
            let ticket = loop.send(.take)
            await withTaskGroup { group in
                group.addTask { await #expect(throws: CancellationError.self) { try await ticket.outcome } }
                group.cancelAll()
            }
            await loop.resume()
            try await ticket.says("moved idle → working (1)")
        }
    }

    @Test func `many may wait for one ticket`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            await loop.pause()
            let ticket = loop.send(.take)
            await withTaskGroup { group in
                for _ in 0..<8 { group.addTask { (try? await ticket.outcome)?.kind } }
                await loop.resume()
                for await kind in group { #expect(kind == .moved) }
            }
        }
    }
}
