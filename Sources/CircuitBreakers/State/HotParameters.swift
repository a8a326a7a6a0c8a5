import Synchronization

/// Numbers that calls read and a reconfiguration writes, in relaxed words.
///
/// A call that races a reconfiguration may find old and new ones together. So a verdict counts only with an even
/// ``number`` that did not change while it was worked out (a sequence lock whose readers do not wait); else it is
/// worked out again under the breaker's lock.
struct HotParameters: ~Copyable, Sendable {
    /// `[minimumCalls 32 | slowRateBp 16 | failureRateBp 16]`: five words in all, because every breaker has them.
    private let rates: Relaxed<UInt64>
    /// `[consecutiveFailures 32 | concurrentProbes 16 | probes 16]`; 0 failures if no row trips.
    private let limitWord: Relaxed<UInt64>
    /// −1 without slow calls.
    let slowCallMs: Relaxed<Int64>
    let halfOpenMs: Relaxed<Int64>
    /// Grows by two with each reconfiguration; odd while one is under way.
    private let changes = Atomic<UInt32>(0)

    init(_ configuration: ResolvedConfiguration) {
        rates = Relaxed(Self.rates(configuration))
        limitWord = Relaxed(Self.limitWord(configuration))
        slowCallMs = Relaxed(configuration.slowCallMs)
        halfOpenMs = Relaxed(configuration.halfOpenMs)
    }

    private static func rates(_ configuration: ResolvedConfiguration) -> UInt64 {
        UInt64(configuration.minimumCalls) << 32 | UInt64(configuration.slowRateBp) << 16
            | UInt64(configuration.failureRateBp)
    }

    private static func limitWord(_ configuration: ResolvedConfiguration) -> UInt64 {
        let row = configuration.consecutiveFailures == .max ? 0 : configuration.consecutiveFailures
        return UInt64(row) << 32 | UInt64(configuration.concurrentProbes) << 16 | UInt64(configuration.probes)
    }

    var minimumCalls: Int { @inline(__always) get { Int(rates.value >> 32) } }
    private var failureRateBp: Int { @inline(__always) get { Int(rates.value & 0xFFFF) } }
    private var slowRateBp: Int { @inline(__always) get { Int(rates.value >> 16 & 0xFFFF) } }

    /// `Int.max` when no row trips.
    private var consecutiveFailures: Int {
        @inline(__always) get {
            let row = Int(limitWord.value >> 32)
            return row == 0 ? .max : row
        }
    }

    /// `[concurrentProbes 16 | probes 16]`: never read apart.
    ///
    /// Written under the breaker's lock.
    var probeLimits: UInt32 {
        get { UInt32(truncatingIfNeeded: limitWord.value) }
        nonmutating set { limitWord.value = limitWord.value & ~0xFFFF_FFFF | UInt64(newValue) }
    }

    /// Tells configurations apart.
    @inline(__always) var number: UInt32 { changes.load(ordering: .sequentiallyConsistent) }

    /// How many probes there may be, and how many of them in flight.
    var limits: (probes: Int, concurrent: Int) {
        let word = probeLimits
        return (Int(word & 0xFFFF), Int(word >> 16))
    }

    /// The first step of an update: no verdict counts any more.
    func begin() {
        changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// The second step.
    func store(_ configuration: ResolvedConfiguration) {
        rates.value = Self.rates(configuration)
        limitWord.value = Self.limitWord(configuration)
        slowCallMs.value = configuration.slowCallMs
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
    func isEnough(_ total: Int) -> Bool { total >= minimumCalls }

    /// The verdict of section 6 on a window: the first condition that holds, `nil` if none does.
    @inline(__always)
    func verdict(_ totals: WindowTotals, row: Int) -> BreakerReason? {
        if row >= consecutiveFailures { return .consecutiveFailures }
        guard totals.total >= minimumCalls else { return nil }
        if totals.failures * 10_000 >= failureRateBp * totals.total { return .failureRate }
        guard slowCallMs.value >= 0, totals.slow * 10_000 >= slowRateBp * totals.total else { return nil }
        return .slowRate
    }

    /// The verdict of section 6 on probes: `nil` while it is open.
    func verdict(_ probed: ProbeWord.Value) -> CircuitEvent? {
        let wanted = limits.probes
        let failed = probed.failed
        let missing = wanted - probed.completed
        let tracksSlow = slowCallMs.value >= 0
        let failureLimit = failureRateBp * wanted
        let slowLimit = slowRateBp * wanted
        if failed * 10_000 >= failureLimit || (tracksSlow && probed.slow * 10_000 >= slowLimit) {
            return .probesFailed
        }
        guard (failed + missing) * 10_000 < failureLimit else { return nil }
        guard !tracksSlow || (probed.slow + missing) * 10_000 < slowLimit else { return nil }
        return .probesPassed
    }
}
