import StateMachines
import Synchronization

/// What a breaker changes only under its lock: everything that is not on the road of a call.
struct ColdState: ~Copyable {
    var configuration: ResolvedConfiguration
    var attempts = 0
    /// Of the current or last OPEN period.
    var openDeadline: Int64 = 0
    var openDuration: Int64 = 0
    var reason: BreakerReason?
    var reasonText = ""
    var cause = BreakerCause.local(actor: "")
    /// What OPEN shows.
    var frozen = WindowSnapshot.empty
    /// When the current generation began.
    var generationStart: Int64
    var random: BreakerRandom
    var memory = WindowMemory()
    /// Windows of time slices that started empty in the middle of a generation.
    var lineages: UInt64 = 0
    /// Transitions since construction, by the state left and the event; the last column counts adopted states.
    var transitionCounts = [[Int]](
        repeating: [Int](repeating: 0, count: CircuitEvent.allCases.count + 1),
        count: CircuitState.allCases.count
    )
    /// The newest basis that a sharing service handed over, and the epoch that goes with the state.
    var basis: UInt64 = 0
    var epoch: Int64 = 0
    var probeShare = ProbeShare(members: nil)
    /// The last transition, adopted ones too; `nil` before the first.
    var lastTransition: LocalTransition?
    var outbox = Outbox()

    init(configuration: ResolvedConfiguration, generationStart: Int64, random: BreakerRandom) {
        self.configuration = configuration
        self.generationStart = generationStart
        self.random = random
    }
}
