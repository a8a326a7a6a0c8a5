import Synchronization

/// Numbers that calls read and a reconfiguration writes: one relaxed word each.
///
/// A call that races a reconfiguration may find old and new ones together. So a verdict counts only with an even
/// ``number`` that did not change while it was worked out (a sequence lock whose readers do not wait); else it is
/// worked out again under the breaker's lock.
struct HotParameters: ~Copyable, Sendable {
    let minimumCalls: Relaxed<Int>
    private let failureRateBp: Relaxed<Int>
    let slowCallMs: Relaxed<Int64>
    private let slowRateBp: Relaxed<Int>
    private let consecutiveFailures: Relaxed<Int>
    /// `[concurrentProbes 32 | probes 32]`: never read apart.
    let probeLimits: Relaxed<UInt64>
    let halfOpenMs: Relaxed<Int64>
    /// Grows by two with each reconfiguration; odd while one is under way.
    private let changes = Atomic<UInt32>(0)

    init(_ configuration: ResolvedConfiguration) {
        minimumCalls = Relaxed(configuration.minimumCalls)
        failureRateBp = Relaxed(configuration.failureRateBp)
        slowCallMs = Relaxed(configuration.slowCallMs)
        slowRateBp = Relaxed(configuration.slowRateBp)
        consecutiveFailures = Relaxed(configuration.consecutiveFailures)
        probeLimits = Relaxed(Self.packed(configuration))
        halfOpenMs = Relaxed(configuration.halfOpenMs)
    }

    private static func packed(_ configuration: ResolvedConfiguration) -> UInt64 {
        UInt64(configuration.concurrentProbes) << 32 | UInt64(configuration.probes)
    }

    /// Tells configurations apart.
    @inline(__always) var number: UInt32 { changes.load(ordering: .sequentiallyConsistent) }

    /// How many probes there may be, and how many of them in flight.
    var limits: (probes: Int, concurrent: Int) {
        let word = probeLimits.value
        return (Int(word & 0xFFFF_FFFF), Int(word >> 32))
    }

    /// The first step of an update: no verdict counts any more.
    func begin() {
        changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// The second step.
    func store(_ configuration: ResolvedConfiguration) {
        minimumCalls.value = configuration.minimumCalls
        failureRateBp.value = configuration.failureRateBp
        slowCallMs.value = configuration.slowCallMs
        slowRateBp.value = configuration.slowRateBp
        consecutiveFailures.value = configuration.consecutiveFailures
        probeLimits.value = Self.packed(configuration)
        halfOpenMs.value = configuration.halfOpenMs
    }

    /// The last step: whoever records from now on is judged by the new numbers.
    ///
    /// The verdict that the reconfiguration makes next must not be taken before these are seen: a recorder that still
    /// judges by the old numbers has then recorded before that verdict looks.
    func end() {
        changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// A verdict, and the number of the configuration that it follows.
    struct Judgement<Verdict> {
        var verdict: Verdict
        var number: UInt32
    }

    /// ``verdict(_:row:)`` by one configuration; `nil` while that changes.
    @inline(__always)
    func judge(_ totals: WindowTotals, row: Int) -> Judgement<BreakerReason?>? {
        consistently { verdict(totals, row: row) }
    }

    /// ``verdict(_:)`` by one configuration; `nil` while that changes.
    func judge(_ probed: ProbeWord.Value) -> Judgement<CircuitEvent?>? {
        consistently { verdict(probed) }
    }

    @inline(__always)
    private func consistently<Verdict>(_ work: () -> Verdict) -> Judgement<Verdict>? {
        let before = number
        let verdict = work()
        atomicMemoryFence(ordering: .acquiring)
        guard before & 1 == 0, changes.load(ordering: .relaxed) == before else { return nil }
        return Judgement(verdict: verdict, number: before)
    }

    /// Whether so many outcomes are enough for a rate.
    func isEnough(_ total: Int) -> Bool { total >= minimumCalls.value }

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
        let wanted = limits.probes
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
