import ResilienceTestKit
import Testing

@testable import StateMachines

/// Counts outcomes told to many tasks.
private final class OutcomeTally: Sendable {
    private let counts = Locked<[MachineOutcomeKind: Int]>([:])

    func count(_ ticket: MachineTicket<Job>) async {
        guard let kind = try? await ticket.outcome.kind else { return }
        counts.withLock { $0[kind, default: 0] += 1 }
    }

    var total: Int { counts.withLock { $0.values.reduce(0, +) } }

    subscript(kind: MachineOutcomeKind) -> Int { counts.withLock { $0[kind, default: 0] } }
}

@Suite(.timeLimit(.minutes(1))) struct MachineLoopStressTests {
    /// Counts what a loop is told, from many tasks at once.
    @Test func `each of many events from many tasks gets one outcome, whatever happens to the loop`() async throws {
        let bench = try LoopBench(queueLimit: 32)
        let senders = 8
        let each = 2000
        let tally = OutcomeTally()
        try await bench.run { loop in
            await withDiscardingTaskGroup { group in
                for sender in 0..<senders {
                    group.addTask {
                        for number in 0..<each {
                            let event: Work = [.take, .done, .note, .hurry][(number &+ sender) % 4]
                            let token = number % 5 == 0 ? "\(sender)-\(number)" : nil
                            await tally.count(loop.send(event, token: token))
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<200 {
                        await loop.pause()
                        bench.clock.advance(by: 400)
                        await loop.resume()
                    }
                }
                group.addTask {
                    var last: UInt32 = 0
                    for _ in 0..<20_000 {
                        let sequence = loop.current.sequence
                        #expect(sequence >= last)
                        last = sequence
                    }
                }
            }
            await loop.drain(within: .seconds(60))
        }
        #expect(tally.total == senders * each)
        #expect(tally[.moved] > 1000)
        #expect(tally[.notRunning] == 0)
    }

    @Test func `what races with the end of a loop is run or refused, and never lost`() async throws {
        for round in 0..<200 {
            let bench = try LoopBench(queueLimit: 8)
            let tally = OutcomeTally()
            await withDiscardingTaskGroup { group in
                group.addTask { await bench.loop.run() }
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<20 { await tally.count(bench.loop.send(.note)) }
                    }
                }
                group.addTask { await bench.loop.drain(within: round % 2 == 0 ? .zero : .seconds(60)) }
            }
            #expect(tally.total == 80)
            #expect(bench.notebook.text.split(separator: " ").filter { $0 == "note" }.count == tally[.stayed])
            #expect(bench.loop.life == .stopped)
        }
    }
}
