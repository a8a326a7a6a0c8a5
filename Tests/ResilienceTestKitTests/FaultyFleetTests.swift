import CircuitBreakers
import Logging
import ResilienceTestKit
import StateSharing
import Testing

/// Services on faulty lines: what a user of the kit would test of his own program.
@Suite(.timeLimit(.minutes(1))) struct FaultyFleetTests {
    /// A process with a line of its own.
    private struct Process {
        let breaker: CircuitBreaker
        let store: FaultyStore<MemoryStore>
        let sharing: SharingService

        init(_ memory: MemoryStore) throws {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            breaker = try CircuitBreaker(
                "pay",
                configuration: .init(window: .count(size: 2), minimumCalls: 2, openMs: 60_000),
                logger: logger
            )
            store = FaultyStore(memory)
            var configuration = SharingService.Configuration(application: "tests")
            configuration.heartbeatInterval = .milliseconds(100)
            sharing = try SharingService(store: store, configuration: configuration, logger: logger)
            try sharing.share(breaker)
        }

        func trip() {
            for _ in 0..<2 { breaker.tryAcquire()?.fail() }
        }
    }

    private func run(_ count: Int, _ body: ([Process]) async throws -> Void) async throws {
        let memory = MemoryStore()
        let processes = try (0..<count).map { _ in try Process(memory) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { try await process.sharing.run() } }
            defer { group.cancelAll() }
            for process in processes { #expect(await process.sharing.ready(within: .seconds(20))) }
            try await body(processes)
        }
    }

    private func wait(_ what: String, until isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !isSo() {
            try #require(ContinuousClock.now < deadline, "never: \(what)")
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func stored(_ process: Process) async throws -> String? {
        try await process.store.base.read([ResourceID(kind: "breaker", name: "pay")]).snapshots[0]?.version.state
    }

    /// Waits until more messages than so many have met a fault.
    private func hearMore(than count: Int, _ process: Process) async throws {
        try await wait("another message") { process.store.count > count }
    }

    @Test func `a process without its store goes on, and catches up`() async throws {
        try await run(2) { processes in
            processes[0].store.isReachable = false
            processes[0].trip()
            #expect(processes[0].breaker.state == .open)
            try await wait("cut off") { if case .cutOff = processes[0].sharing.health { true } else { false } }
            #expect(processes[1].breaker.state == .closed)
            processes[0].store.isReachable = true
            try await wait("the other one opens") { processes[1].breaker.state == .open }
        }
    }

    @Test func `a trip that the store refuses is written when writes are taken again`() async throws {
        try await run(1) { processes in
            processes[0].store.takesWrites = false
            processes[0].trip()
            #expect(try await stored(processes[0]) == nil)
            processes[0].store.takesWrites = true
            try await wait("OPEN is stored") { try await stored(processes[0]) == "OPEN" }
        }
    }

    @Test func `a trip whose reply is lost is stored once`() async throws {
        try await run(1) { processes in
            processes[0].store.losesReplies = true
            processes[0].trip()
            try await wait("OPEN is stored") { try await stored(processes[0]) == "OPEN" }
            processes[0].store.losesReplies = false
            try await wait("the service knows") { processes[0].sharing.health == .live }
            #expect(processes[0].breaker.state == .open)
        }
    }

    @Test func `what the store lost is written anew by who knows it, and nobody closes`() async throws {
        try await run(2) { processes in
            processes[0].trip()
            try await wait("the other one opens") { processes[1].breaker.state == .open }
            let recorders = processes.map { BreakerRecorder($0.breaker) }
            processes[0].store.loseEverything()
            try await wait("OPEN is stored again") { try await stored(processes[0]) == "OPEN" }
            #expect(recorders.flatMap(\.states).isEmpty)
        }
    }

    @Test func `a message that is lost is made up for by the next heartbeat`() async throws {
        try await run(2) { processes in
            processes[1].store.atRandom([.drop], oneIn: 1)
            processes[0].trip()
            try await wait("the message is dropped") { processes[1].store.count > 0 }
            processes[1].store.atRandom([], oneIn: 1)
            try await wait("the other one opens") { processes[1].breaker.state == .open }
        }
    }

    @Test func `a message that comes late never undoes a newer one, and one that comes twice does nothing`()
        async throws
    {
        try await run(2) { processes in
            processes[1].store.atRandom([.hold], oneIn: 1)
            processes[0].trip()
            try await wait("OPEN is stored") { try await stored(processes[0]) == "OPEN" }
            // Messages keep their order: one more, if only a heartbeat, and the trip's is among those held.
            try await hearMore(than: processes[1].store.count, processes[1])
            processes[1].store.atRandom([.duplicate], oneIn: 1)
            try await wait("the other one opens by reading") { processes[1].breaker.state == .open }
            let recorder = BreakerRecorder(processes[1].breaker)
            processes[0].breaker.reset()
            try await wait("the other one closes") { processes[1].breaker.state == .closed }
            processes[1].store.deliverHeld()
            // What a late message asks for is read by then.
            try await hearMore(than: processes[1].store.count + 1, processes[1])
            #expect(recorder.states == [.closed])
        }
    }
}
