import ResilienceTestKit
import Testing

@testable import StateMachines

@Suite(.timeLimit(.minutes(1))) struct MachineLoopEndTests {
    @Test func `draining finishes what is queued and reports what was deferred`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            await loop.pause()
            let tickets = [Work.take, .take, .note, .take].map { loop.send($0) }
            #expect(await loop.drain(within: .seconds(5)) == [.take, .take])
            #expect(loop.life == .stopped)
            try await tickets[2].says("stayed in working (1)")
            try await loop.send(.done).says("notRunning in working (1)")
            // Without exit actions.
            #expect(bench.notebook.text == "idle begin note")
            #expect(await loop.drain(within: .seconds(5)) == [])
        }
    }

    @Test func `draining without time runs nothing, and what is left gets its outcome`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            _ = try await loop.send(.take).outcome
            _ = try await loop.send(.take).outcome
            await loop.pause()
            let tickets = [Work.done, .note].map { loop.send($0) }
            #expect(await loop.drain(within: .zero) == [.take, .done, .note])
            for ticket in tickets { try await ticket.says("notRunning in working (1)") }
        }
    }

    @Test func `draining ends at the deadline, whatever is left`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            await loop.pause()
            for _ in 0..<3 { bench.notebook.on("note") { [clock = bench.clock] in clock.advance(by: 1000) } }
            for event in [Work.note, .note, .note, .done] { loop.post(event) }
            #expect(await loop.drain(within: .milliseconds(1500)) == [.note, .done])
            #expect(bench.notebook.text == "idle note note")
        }
    }

    @Test func `timers stand while it drains`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 20_000)
            await loop.pause()
            bench.notebook.on("note") { [clock = bench.clock] in clock.advance(by: 30_000) }
            let tickets = [Work.note, .note].map { loop.send($0) }
            #expect(await loop.drain(within: .seconds(60)) == [])
            try await tickets[1].says("stayed in working (1)")
            #expect(bench.notebook.text == "idle begin note note")
        }
    }

    @Test func `a cancelled loop finishes the step at hand and leaves the rest`() async throws {
        let bench = try LoopBench()
        // The action runs in the task of the loop.
        bench.notebook.on("note") { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
        await withTaskGroup { group in
            group.addTask { await bench.loop.run() }
            _ = await bench.loop.started()
            await bench.loop.pause()
            let tickets = [Work.note, .take, .note].map { bench.loop.send($0) }
            await bench.loop.resume()
            #expect(await group.next() == [.take, .note])
            #expect(tickets.map(\.outcomeIfKnown?.kind) == [.stayed, .notRunning, .notRunning])
        }
        #expect(bench.loop.life == .stopped)
        #expect(bench.notebook.text == "idle note")
    }

    @Test func `a loop cancelled before it began enters nothing`() async throws {
        let bench = try LoopBench()
        await withDiscardingTaskGroup { group in
            group.cancelAll()
            group.addTask { await bench.loop.run() }
        }
        #expect(bench.loop.life == .stopped)
        #expect(bench.notebook.text == "")
        #expect(await !bench.loop.started())
    }

    @Test func `a loop that is drained before it began stops at once`() async throws {
        let bench = try LoopBench()
        #expect(await bench.loop.drain(within: .seconds(5)) == [])
        #expect(bench.loop.life == .stopped)
        #expect(await bench.loop.run() == [])
        #expect(bench.notebook.text == "")
    }

    @Test func `a drain whose caller is cancelled stops now`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            await loop.pause()
            loop.post(.note)
            loop.post(.take)
            let isReady = OneShot<Void>()
            let drain = Task {
                await isReady.wait()
                return await loop.drain(within: .seconds(3600))
            }
            bench.notebook.on("note") { drain.cancel() }
            isReady.fulfil(())
            #expect(await drain.value == [.take])
            #expect(bench.notebook.text == "idle note")
        }
    }

    @Test func `a second run waits for the end of the first`() async throws {
        let bench = try LoopBench()
        await withTaskGroup { group in
            for _ in 0..<2 { group.addTask { await bench.loop.run() } }
            _ = await bench.loop.started()
            await bench.loop.pause()
            bench.loop.post(.take)
            await bench.loop.drain(within: .zero)
            for await left in group { #expect(left == [.take]) }
        }
        #expect(bench.notebook.text == "idle")
    }

    @Test func `orders that do not apply change nothing and come back`() async throws {
        let bench = try LoopBench()
        await bench.loop.pause()
        #expect(bench.loop.life == .created)
        try await bench.run { loop in
            await loop.resume()
            await loop.reset()
            #expect(loop.life == .running)
        }
        await bench.loop.resume()
        await bench.loop.reset()
        #expect(bench.loop.life == .stopped)
    }
}
