import ResilienceTestKit
import Testing

@testable import StateMachines

@Suite(.timeLimit(.minutes(1))) struct MachineLoopTimerTests {
    /// Waits until the loop is in a state at a sequence.
    private func reach(_ state: Job, _ sequence: UInt32, _ loop: MachineLoop<Job, Work, Notebook>) async {
        while loop.current.state != state || loop.current.sequence != sequence { await Task.yield() }
    }

    @Test func `a timer fires when its time has come and not before`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 20_000)
            bench.clock.advance(by: 19_999)
            try await loop.send(.note).says("stayed in working (1)")
            bench.clock.advance(by: 1)
            await reach(.idle, 2, loop)
            #expect(bench.notebook.text == "idle begin note finish alarm idle")
        }
    }

    @Test func `an earlier timer is waited for instead of a later one, and the later one is not forgotten`()
        async throws
    {
        let bench = try LoopBench()
        try await bench.run { loop in
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 20_000)
            bench.clock.advance(by: 1000)
            _ = try await loop.send(.hurry).outcome
            try await bench.clock.somebodySleeps(until: 1500)
            // Its `done` is answered by the parent.
            bench.clock.advance(by: 500)
            await reach(.idle, 3, loop)
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 21_500)
            bench.clock.advance(by: 20_000)
            await reach(.idle, 5, loop)
        }
    }

    @Test func `a state that is left takes its timer with it`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 20_000)
            _ = try await loop.send(.done).outcome
            // The alarm rings for nothing.
            bench.clock.advance(by: 20_000)
            try await loop.send(.note).says("stayed in idle (2)")
            #expect(!bench.notebook.text.contains("alarm"))
        }
    }

    @Test func `pausing stops timers and resuming goes on with the time left`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 20_000)
            bench.clock.advance(by: 5000)
            await loop.pause()
            bench.clock.advance(by: 60_000)
            await loop.resume()
            try await loop.send(.note).says("stayed in working (1)")
            try await bench.clock.somebodySleeps(until: 80_000)
            bench.clock.advance(by: 15_000)
            await reach(.idle, 2, loop)
        }
    }

    @Test func `the time that an entry action takes is not taken off its timer`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            bench.notebook.on("begin") { [clock = bench.clock] in clock.advance(by: 7000) }
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 27_000)
        }
    }

    @Test func `one with nothing left fires before what is queued`() async throws {
        let bench = try LoopBench()
        try await bench.run { loop in
            _ = try await loop.send(.take).outcome
            try await bench.clock.somebodySleeps(until: 20_000)
            bench.notebook.on("note") { [clock = bench.clock] in clock.advance(by: 20_000) }
            await loop.pause()
            let tickets = [loop.send(.note), loop.send(.done)]
            await loop.resume()
            try await tickets[1].says("ignored in idle (2)")
            #expect(bench.notebook.text.hasSuffix("note finish alarm idle"))
        }
    }
}
