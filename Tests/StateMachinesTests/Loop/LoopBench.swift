import ResilienceTestKit
import Testing

@testable import StateMachines

/// A job's loop with its clock and notebook.
struct LoopBench: Sendable {
    let clock = ManualClock()
    let notebook = Notebook()
    let loop: MachineLoop<Job, Work, Notebook>

    init(queueLimit: Int = 256, tokenLimit: Int = 16) throws {
        loop = MachineLoop(
            try TypedDefinition.job.compile(),
            context: notebook,
            configuration: .init(queueLimit: queueLimit, tokenLimit: tokenLimit),
            clock: clock
        )
    }

    /// Runs the loop around a test, which finds it started; what is left at the end is dropped.
    func run(_ body: (MachineLoop<Job, Work, Notebook>) async throws -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await loop.run() }
            guard await loop.started() else { throw CancellationError() }
            try await body(loop)
            await loop.drain(within: .zero)
        }
    }
}

extension MachineTicket {
    /// The outcome in words.
    var words: String {
        get async throws { try await outcome.description }
    }

    /// Checks the outcome in words.
    func says(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let found = try await self.words
        #expect(found == words, sourceLocation: sourceLocation)
    }
}
