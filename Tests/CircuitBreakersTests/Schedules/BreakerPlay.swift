#if DEBUG
import Foundation
import StateMachines
import Synchronization
import Testing

@testable import CircuitBreakers

/// Calls of a few threads on one breaker, and what must hold after them whatever the schedule was.
struct BreakerPlay: Sendable {
    enum Step: Sendable {
        /// A whole call.
        case call(Outcome)
        /// Settles one of the permits that were taken before the threads began.
        case settle(Int, Outcome)
        case poll
        case open(Int64)
        case reset, close, forceOpen, disable, observe
        case reconfigure(CircuitBreaker.Configuration)
        case advance(Int64)
        /// What a breaker does once threads were often in each other's way.
        case stripe
    }

    var configuration: CircuitBreaker.Configuration
    /// The system's clock, which stands still, and with it the straight roads; otherwise an injected one.
    var isSystem = true
    /// Steps of one thread before.
    var before: [Step] = []
    /// Permits taken after that.
    var held = 0
    var threads: [[Step]]
    /// Whether the last window holds everything recorded in its generation: nothing was left out or expired.
    var keepsAll = true

    /// Under the Thread Sanitizer, where a run takes ten times as long.
    private static let isSanitized = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] != nil

    /// Explores it, and says what is wrong.
    func explore(_ search: Explorer.Search = .all, limit: Int = 4_000, _ check: ((Stage) -> String?)? = nil) throws {
        let explorer = Explorer(Self.isSanitized ? .preempting(1) : search)
        try explorer.explore(limit: limit) {
            let stage = try Stage(self)
            return Explorer.Play(threads.map { steps in { for step in steps { stage.take(step) } } }) {
                stage.problem() ?? check?(stage)
            }
        }
        Explorer.note(explorer)
        if let problem = explorer.problem { Issue.record("\(threads): \(problem)\n\(configuration)") }
    }

    /// A breaker with its clock and all that was seen of it.
    final class Stage: Sendable {
        /// A call: where it was admitted, and how it was settled.
        struct Entry: Sendable {
            var ticket: Ticket
            var outcome: Outcome?
        }

        struct Flight {
            var now: [UInt32: Int] = [:]
            var most: [UInt32: Int] = [:]
        }

        let play: BreakerPlay
        let breaker: CircuitBreaker
        let clock: PlayClock
        let held: [Ticket]
        let entries = SharedList<Entry>()
        let events = SharedList<BreakerEvent>()
        let flight = Mutex(Flight())

        init(_ play: BreakerPlay) throws {
            self.play = play
            let clock = PlayClock()
            self.clock = clock
            breaker = try CircuitBreaker(
                "a",
                configuration: play.configuration,
                clock: play.isSystem ? .system : BreakerClock { clock.milliseconds.load(ordering: .relaxed) },
                logger: CircuitBreaker.silentLogger
            )
            let events = self.events
            let breaker = breaker
            _ = breaker.addListener { events.append($0) }
            // Only after the steps before: `take` needs all of the stage.
            var held: [Ticket] = []
            for step in play.before { Self.take(step, breaker, clock, entries, []) }
            for _ in 0..<play.held { held.append(breaker.admit()) }
            self.held = held
            for ticket in held { enter(ticket) }
        }

        func take(_ step: Step) {
            switch step {
            case .call(let outcome):
                let ticket = breaker.admit()
                enter(ticket)
                guard ticket.isAdmitted else {
                    entries.append(Entry(ticket: ticket))
                    return
                }
                leave(ticket)
                breaker.settle(ticket, outcome)
                entries.append(Entry(ticket: ticket, outcome: outcome))
            case .settle(let index, _):
                leave(held[index])
                Self.take(step, breaker, clock, entries, held)
            default:
                Self.take(step, breaker, clock, entries, held)
            }
        }

        private func enter(_ ticket: Ticket) {
            guard ticket.isAdmitted else { return }
            flight.withLock {
                $0.now[ticket.generation, default: 0] += 1
                $0.most[ticket.generation] = max(
                    $0.most[ticket.generation] ?? 0,
                    $0.now[ticket.generation] ?? 0
                )
            }
        }

        private func leave(_ ticket: Ticket) {
            flight.withLock { $0.now[ticket.generation, default: 0] -= 1 }
        }

        private static func take(
            _ step: Step,
            _ breaker: CircuitBreaker,
            _ clock: PlayClock,
            _ entries: SharedList<Entry>,
            _ held: [Ticket]
        ) {
            switch step {
            case .call(let outcome):
                let ticket = breaker.admit()
                if ticket.isAdmitted { breaker.settle(ticket, outcome) }
                entries.append(Entry(ticket: ticket, outcome: ticket.isAdmitted ? outcome : nil))
            case .settle(let index, let outcome):
                breaker.settle(held[index], outcome)
                entries.append(Entry(ticket: held[index], outcome: outcome))
            case .poll: breaker.poll()
            case .open(let milliseconds): breaker.open(forMs: milliseconds)
            case .reset: breaker.reset()
            case .close: breaker.close()
            case .forceOpen: breaker.forceOpen()
            case .disable: breaker.disable()
            case .observe: breaker.observe()
            case .reconfigure(let configuration): try? breaker.reconfigure(configuration)
            case .stripe: breaker.stripe()
            case .advance(let milliseconds): clock.milliseconds.add(milliseconds, ordering: .relaxed)
            }
        }
    }

    final class PlayClock: Sendable {
        let milliseconds = CircuitBreakers.Atomic<Int64>(0)
    }
}

extension Explorer {
    /// Says how much was explored.
    static func note(_ explorer: Explorer) {
        print(
            "\(explorer.search): \(explorer.schedules) schedules (and \(explorer.redundant) known ones) of at most \(explorer.longest) steps"
        )
    }
}
#endif
