import CircuitBreakers
import Foundation
import ServiceLifecycle

/// Prints each transition: when, from → to, why, by whom, and what this process itself had seen by then.
struct TransitionReport: Service {
    private let events: EventStream<BreakerEvent>
    private let counts: CallCounts

    /// Listens from now on, so that nothing is missed before it runs.
    init(breaker: CircuitBreaker, counts: CallCounts) {
        events = breaker.events()
        self.counts = counts
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await event in events {
                guard case .transition(let transition) = event else { continue }
                let reason = transition.reason.map { "  \($0.rawValue)" } ?? ""
                Output.line(
                    "\(transition.from.wireName) → \(transition.to.wireName)\(reason)  \(Self.author(transition.cause))  \(counts)"
                )
            }
        }
    }

    private static func author(_ cause: BreakerCause) -> String {
        switch cause {
        case .local(let actor): actor.isEmpty ? "by this process" : "by \(actor) here"
        case .fleet(let writer, let actor): actor.isEmpty ? "by \(writer)" : "by operator \(actor)"
        }
    }
}

/// Lines on standard output, at once and with the time (UTC).
enum Output {
    static func line(_ text: String) {
        let ms = Int64(Date().timeIntervalSince1970 * 1000)
        let parts = [ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1000 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let fraction = String(1000 + ms % 1000).dropFirst()
        FileHandle.standardOutput.write(Data("\(parts.joined(separator: ":")).\(fraction)  \(text)\n".utf8))
    }
}
