import StateMachines
import Synchronization

/// What a breaker changes only under its lock: everything that is not on the road of a call.
///
/// Small, because most breakers never move; what comes with the first transition is in ``past``.
struct ColdState: ~Copyable {
    /// What the window in use was made from.
    var window: CircuitBreaker.Configuration.Window
    var openTimes: OpenTimes
    /// When the current generation began.
    var generationStart: Int64
    var random: BreakerRandom
    var memory = WindowMemory()
    /// Windows of time slices that started empty in the middle of a generation.
    var lineages: UInt64 = 0
    var outbox = Outbox()
    /// One, or none before it was first written.
    private var pasts: [Past] = []

    init(configuration: ResolvedConfiguration, generationStart: Int64, random: BreakerRandom) {
        self.window = configuration.window
        self.openTimes = configuration.openTimes
        self.generationStart = generationStart
        self.random = random
    }

    /// What transitions, adopted ones too, leave behind.
    struct Past {
        var attempts = 0
        /// Of the current or last OPEN period.
        var openDeadline: Int64 = 0
        var openDuration: Int64 = 0
        var reason: BreakerReason?
        var reasonText = ""
        var cause = BreakerCause.local(actor: "")
        /// What OPEN shows.
        var frozen = WindowSnapshot.empty
        /// Transitions since construction, by the state left and the event; the last column counts adopted states.
        var transitionCounts = [Int](repeating: 0, count: CircuitState.allCases.count * Self.columns)
        /// The newest basis that a sharing service handed over, and the epoch that goes with the state.
        var basis: UInt64 = 0
        var epoch: Int64 = 0
        /// The last transition; `nil` before the first.
        var lastTransition: LocalTransition?
        /// This process's part of the fleet's probes; `nil` before it was first cut off.
        var probeShare: ProbeShare?

        static let columns = CircuitEvent.allCases.count + 1

        /// Where a transition is counted; `nil` is an adopted state.
        static func place(_ state: CircuitState, _ event: CircuitEvent?) -> Int {
            Int(state.rawValue) * columns + (event.map { Int($0.rawValue) } ?? columns - 1)
        }
    }

    /// What was before a breaker first moved, when nothing else is known.
    private static let nothing = Past()

    var past: Past {
        get { pasts.first ?? Self.nothing }
        _modify {
            if pasts.isEmpty { pasts.append(Past()) }
            yield &pasts[0]
        }
    }
}
