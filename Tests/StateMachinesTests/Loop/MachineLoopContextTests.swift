import Testing

@testable import StateMachines

private struct Order: Sendable {
    var amount = 0
    var log: [String] = []
}

private typealias Bill = Action<Work, Order>

/// A context that is read, changed and sent data to from outside.
@Suite(.timeLimit(.minutes(1))) struct MachineLoopContextTests {
    private func loop(queueLimit: Int = 256) throws -> MachineLoop<Job, Work, Order> {
        let isPaid = Guard<Order>("paid") { $0.amount > 0 }
        let book = Bill("book") { $0.log.append("book \($0.amount)") }
        let fail = Bill("fail") { (_: inout Order) in throw Spoilt() }
        let definition = TypedDefinition<Job, Work, Order>(name: "order", initial: .idle) {
            In(.idle) {
                On(.take, to: .working, if: isPaid, do: book)
                On(.note, .stay, do: book)
                On(.hurry, to: .urgent)
            }
            In(.working) { On(.done, to: .idle) }
            In(.urgent) {
                Entry(fail)
                On(.done, to: .idle)
            }
        }
        return MachineLoop(try definition.compile(), context: Order(), configuration: .init(queueLimit: queueLimit))
    }

    private func run(
        _ loop: MachineLoop<Job, Work, Order>,
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await loop.run() }
            #expect(await loop.started())
            try await body()
            await loop.drain(within: .zero)
        }
    }

    /// Queues a visit and does not wait for it: whoever is cancelled has sent it all the same.
    private func queue(_ loop: MachineLoop<Job, Work, Order>, _ body: @escaping @Sendable (inout Order) -> Void) async {
        await withDiscardingTaskGroup { group in
            group.cancelAll()
            group.addTask { await #expect(throws: CancellationError.self) { try await loop.withContext(body) } }
        }
    }

    @Test func `withContext sees what was sent before it and nothing of what comes behind`() async throws {
        let loop = try loop()
        try await run(loop) {
            await loop.pause()
            loop.post(.note)
            await queue(loop) { order in
                order.log.append("visit")
                order.amount = 3
            }
            loop.post(.note)
            await loop.resume()
            let log = try await loop.withContext { $0.log }
            #expect(log == ["book 0", "visit", "book 3"])
        }
    }

    @Test func `withContext hands back what its closure returns and throws`() async throws {
        let loop = try loop()
        try await run(loop) {
            let amount = try await loop.withContext { $0.amount }
            #expect(amount == 0)
            await #expect(throws: Spoilt.self) { try await loop.withContext { _ in throw Spoilt() } }
            #expect(loop.current.sequence == 0)
        }
    }

    @Test func `withContext takes a place in the queue, and is refused when there is none`() async throws {
        let loop = try loop(queueLimit: 2)
        try await run(loop) {
            await loop.pause()
            await queue(loop) { $0.amount = 1 }
            #expect(loop.post(.note) == nil)
            #expect(loop.post(.note) == .full)
            let error = await #expect(throws: MachineLoopError.self) { try await loop.withContext { $0.amount } }
            #expect(error?.code == .full)
            await loop.resume()
            let log = try await loop.withContext { $0.log }
            #expect(log == ["book 1"])
        }
    }

    @Test func `withContext is refused before the start and behind the end, as an event is`() async throws {
        let loop = try loop()
        let error = await #expect(throws: MachineLoopError.self) { try await loop.withContext { $0.amount } }
        #expect(error?.code == .notRunning)
        try await run(loop) {}
        await #expect(throws: MachineLoopError(code: .notRunning, machine: "order")) {
            try await loop.withContext { $0.amount }
        }
    }

    @Test func `a visit that a drained loop leaves is told so, is not run and is no event that was left`() async throws
    {
        let loop = try loop()
        let isVisited = Locked(false)
        try await run(loop) {
            await loop.pause()
            await queue(loop) { _ in isVisited.withLock { $0 = true } }
            loop.post(.note)
            #expect(await loop.drain(within: .zero) == [.note])
        }
        #expect(!isVisited.withLock { $0 })
    }

    @Test func `who waits for a visit when the loop ends is told`() async throws {
        for _ in 0..<100 {
            let loop = try loop()
            await withDiscardingTaskGroup { group in
                group.addTask { await loop.run() }
                group.addTask {
                    guard await loop.started() else { return }
                    do {
                        let amount = try await loop.withContext { $0.amount }
                        #expect(amount == 0)
                    } catch {
                        #expect((error as? MachineLoopError)?.code == .notRunning)
                    }
                }
                group.addTask { await loop.drain(within: .zero) }
            }
        }
    }

    @Test func `a draining loop finishes the visits that are queued`() async throws {
        let loop = try loop()
        let seen = Locked(0)
        try await run(loop) {
            await loop.pause()
            let ticket = loop.send(.take) { $0.amount = 7 }
            await queue(loop) { order in seen.withLock { $0 = order.amount } }
            #expect(await loop.drain(within: .seconds(60)) == [])
            try await ticket.says("moved idle → working (1)")
        }
        #expect(seen.withLock { $0 } == 7)
    }

    @Test func `a faulted loop lets its context be looked at and mended`() async throws {
        let loop = try loop()
        try await run(loop) {
            try await loop.send(.hurry).says("faulted in urgent (1)")
            try await loop.withContext { $0.amount = 5 }
            await loop.reset()
            try await loop.send(.done).says("moved urgent → idle (2)")
            try await loop.send(.take).says("moved idle → working (3)")
        }
    }

    @Test func `an event's data are in the context when its guards are asked`() async throws {
        let loop = try loop()
        try await run(loop) {
            let tickets = [loop.send(.take), loop.send(.take) { $0.amount = 10 }]
            try await tickets[0].says("rejected in idle (0)")
            try await tickets[1].says("moved idle → working (1)")
            let log = try await loop.withContext { $0.log }
            #expect(log == ["book 10"])
        }
    }

    @Test func `an event that is refused before anything is asked leaves no data behind`() async throws {
        let loop = try loop()
        try await run(loop) {
            let tickets = [
                loop.send(.note, token: "a", version: 4) { $0.amount = 1 },
                loop.send(.note, token: "a") { $0.amount = 2 },
                loop.send(.note, version: 4) { $0.amount = 3 },
                loop.send(.note, ifSequence: 9) { $0.amount = 4 },
            ]
            var kinds: [MachineOutcomeKind] = []
            for ticket in tickets { kinds.append(try await ticket.outcome.kind) }
            #expect(kinds == [.stayed, .duplicate, .stale, .conflict])
            let amount = try await loop.withContext { $0.amount }
            #expect(amount == 1)
            _ = try await loop.send(.hurry).outcome
            try await loop.send(.done) { $0.amount = 5 }.says("faulted in urgent (1)")
            let later = try await loop.withContext { $0.amount }
            #expect(later == 1)
        }
    }

    @Test func `many may visit at once, one at a time`() async throws {
        let loop = try loop()
        try await run(loop) {
            await withDiscardingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<100 {
                            _ = try? await loop.withContext { $0.amount += 1 }
                            _ = try? await loop.send(.done) { $0.amount += 1 }.outcome
                        }
                    }
                }
            }
            let amount = try await loop.withContext { $0.amount }
            #expect(amount == 1600)
        }
    }
}
