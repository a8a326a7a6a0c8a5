import StateMachines

/// The third seat: events through a queue to a machine in a task of its own.
///
/// Events come in bursts that fill the queue, because that is how a loop is fast or slow: `send` with a ticket for each,
/// `post` with one a burst, and `roundTrip` with a wait behind each event, which is mostly two hops between tasks.
enum LoopRows {
    private static let burst = 256

    static func rows() throws -> [Row] {
        let table = try gate.compile()
        return [
            Row("machine.loop.send", against: "machine.atomic") { await sending(table, $0) },
            Row("machine.loop.post", against: "machine.atomic") { await posting(table, $0) },
            Row("machine.loop.roundTrip", against: "machine.atomic") { await roundTrips(table, $0) },
        ]
    }

    /// Runs a loop around a body; the checksum is the sequence: every `reset` moves.
    private static func run(
        _ table: MachineTable<Gate, Knock, Void>,
        _ body: (MachineLoop<Gate, Knock, Void>) async -> Void
    ) async -> UInt64 {
        let loop = MachineLoop(table, configuration: .init(queueLimit: burst))
        await withDiscardingTaskGroup { group in
            group.addTask { await loop.run() }
            _ = await loop.started()
            await body(loop)
            await loop.drain(within: .seconds(60))
        }
        return UInt64(loop.current.sequence)
    }

    private static func sending(_ table: MachineTable<Gate, Knock, Void>, _ iterations: Int) async -> UInt64 {
        await run(table) { loop in
            for start in stride(from: 0, to: iterations, by: burst) {
                var last = loop.send(.reset)
                for _ in start + 1..<max(start + 1, min(start + burst, iterations)) { last = loop.send(.reset) }
                _ = try? await last.outcome
            }
        }
    }

    private static func posting(_ table: MachineTable<Gate, Knock, Void>, _ iterations: Int) async -> UInt64 {
        await run(table) { loop in
            for start in stride(from: 0, to: iterations, by: burst) {
                for _ in start + 1..<max(start + 1, min(start + burst, iterations)) { loop.post(.reset) }
                _ = try? await loop.send(.reset).outcome
            }
        }
    }

    private static func roundTrips(_ table: MachineTable<Gate, Knock, Void>, _ iterations: Int) async -> UInt64 {
        await run(table) { loop in
            for _ in 0..<iterations { _ = try? await loop.send(.reset).outcome }
        }
    }
}
