import Foundation
import ResilienceTestKit
import Testing

struct ModelTests {
    /// A number replays what a run has tried.
    static let seed =
        ProcessInfo.processInfo.environment["BREAKER_SEED"].flatMap(UInt64.init) ?? .random(in: 0...UInt64(UInt32.max))
    static let count = ProcessInfo.processInfo.environment["BREAKER_TRACES"].flatMap(UInt64.init) ?? 6000

    @Test func `the breaker does what the naive model does in thousands of random traces`() throws {
        print("random traces: \(Self.count) from seed \(Self.seed)")
        for seed in Self.seed..<(Self.seed + Self.count) {
            let trace = TraceGenerator.trace(seed: seed, length: 40)
            let result = try TraceRunner.run(trace)
            if let mismatch = result.mismatch {
                let kept = Trace(
                    id: trace.id,
                    about: trace.about,
                    configuration: trace.configuration,
                    steps: Array(trace.steps.prefix(mismatch.step))
                )
                Issue.record("BREAKER_SEED=\(seed) BREAKER_TRACES=1\n\(result)\n\(kept.json)")
                return
            }
        }
    }

    @Test func `a written trace is read back the same`() throws {
        for seed in Self.seed..<(Self.seed + 50) {
            let trace = TraceGenerator.trace(seed: seed, length: 40)
            let read = try Trace(json: trace.json)
            #expect(read.configuration == trace.configuration)
            #expect(read.steps == trace.steps)
        }
    }
}
