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
    /// Transitions since construction, by the state left and the event; the last column counts adopted states.
    var transitionCounts = [[Int]](
        repeating: [Int](repeating: 0, count: CircuitEvent.allCases.count + 1),
        count: CircuitState.allCases.count
    )
    /// The newest basis that a sharing service handed over, and the epoch that goes with the state.
    var basis: UInt64 = 0
    var epoch: Int64 = 0
    /// The last transition, adopted ones too; `nil` before the first.
    var lastTransition: LocalTransition?
    var outbox = Outbox()

    init(configuration: ResolvedConfiguration, generationStart: Int64, random: BreakerRandom) {
        self.configuration = configuration
        self.generationStart = generationStart
        self.random = random
    }
}

/// Numbers that calls read and a reconfiguration writes: one relaxed word each.
///
/// A call that races a reconfiguration may see old and new ones together; the verdict is evaluated once more after the
/// change, and the verdict of the probes is evaluated again under the lock before it counts.
struct HotParameters: ~Copyable, Sendable {
    let minimumCalls: Relaxed<Int>
    let failureRateBp: Relaxed<Int>
    let slowCallMs: Relaxed<Int64>
    let slowRateBp: Relaxed<Int>
    let consecutiveFailures: Relaxed<Int>
    let probes: Relaxed<Int>
    let concurrentProbes: Relaxed<Int>
    let halfOpenMs: Relaxed<Int64>
    /// Grows with each reconfiguration.
    let number = Relaxed<UInt32>(0)

    init(_ configuration: ResolvedConfiguration) {
        minimumCalls = Relaxed(configuration.minimumCalls)
        failureRateBp = Relaxed(configuration.failureRateBp)
        slowCallMs = Relaxed(configuration.slowCallMs)
        slowRateBp = Relaxed(configuration.slowRateBp)
        consecutiveFailures = Relaxed(configuration.consecutiveFailures)
        probes = Relaxed(configuration.probes)
        concurrentProbes = Relaxed(configuration.concurrentProbes)
        halfOpenMs = Relaxed(configuration.halfOpenMs)
    }

    /// Takes over a new configuration.
    ///
    /// Under the breaker's lock.
    func update(_ configuration: ResolvedConfiguration) {
        minimumCalls.value = configuration.minimumCalls
        failureRateBp.value = configuration.failureRateBp
        slowCallMs.value = configuration.slowCallMs
        slowRateBp.value = configuration.slowRateBp
        consecutiveFailures.value = configuration.consecutiveFailures
        probes.value = configuration.probes
        concurrentProbes.value = configuration.concurrentProbes
        halfOpenMs.value = configuration.halfOpenMs
        number.value = number.value &+ 1
        // The verdict that the reconfiguration makes next must not be taken before these are seen: a recorder that
        // still judges by the old numbers has then recorded before that verdict looks.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// The verdict of section 6 on a window: the first condition that holds, `nil` if none does.
    @inline(__always)
    func verdict(_ totals: WindowTotals, row: Int) -> BreakerReason? {
        if row >= consecutiveFailures.value { return .consecutiveFailures }
        guard totals.total >= minimumCalls.value else { return nil }
        if totals.failures * 10_000 >= failureRateBp.value * totals.total { return .failureRate }
        guard slowCallMs.value >= 0, totals.slow * 10_000 >= slowRateBp.value * totals.total else { return nil }
        return .slowRate
    }

    /// The verdict of section 6 on probes: `nil` while it is open.
    func verdict(_ probed: ProbeWord.Value) -> CircuitEvent? {
        let wanted = probes.value
        let failed = probed.failed
        let missing = wanted - probed.completed
        let tracksSlow = slowCallMs.value >= 0
        let failureLimit = failureRateBp.value * wanted
        let slowLimit = slowRateBp.value * wanted
        if failed * 10_000 >= failureLimit || (tracksSlow && probed.slow * 10_000 >= slowLimit) {
            return .probesFailed
        }
        guard (failed + missing) * 10_000 < failureLimit else { return nil }
        guard !tracksSlow || (probed.slow + missing) * 10_000 < slowLimit else { return nil }
        return .probesPassed
    }
}
