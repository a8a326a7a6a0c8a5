/// A configuration that was checked, with every default filled in.
struct ResolvedConfiguration: Sendable, Hashable {
    let window: CircuitBreaker.Configuration.Window
    let minimumCalls: Int
    let failureRateBp: Int
    /// −1 without slow calls, so that it fits one atomic word.
    let slowCallMs: Int64
    let slowRateBp: Int
    /// `Int.max` when no row trips.
    let consecutiveFailures: Int
    let openTimes: OpenTimes
    let probes: Int
    let concurrentProbes: Int
    let halfOpenMs: Int64

    /// Fills in the defaults of a configuration without findings.
    init(_ configuration: CircuitBreaker.Configuration) {
        let openMs = configuration.openMs
        let slowCallMs = configuration.slowCallMs
        self.window = configuration.window
        self.minimumCalls =
            switch configuration.window {
            case .count(let size): configuration.minimumCalls ?? min(20, size)
            case .time: configuration.minimumCalls ?? 20
            }
        self.failureRateBp = configuration.failureRateBp
        self.slowCallMs = slowCallMs ?? -1
        self.slowRateBp = configuration.slowRateBp ?? 10_000
        self.consecutiveFailures = configuration.consecutiveFailures ?? .max
        self.openTimes = OpenTimes(
            openMs: openMs,
            maxOpenMs: configuration.maxOpenMs ?? max(60_000, openMs),
            backoffFactor: UInt16(configuration.backoffFactor),
            jitterBp: UInt16(configuration.jitterBp)
        )
        self.probes = configuration.probes
        self.concurrentProbes = configuration.concurrentProbes ?? configuration.probes
        self.halfOpenMs = configuration.halfOpenMs ?? max(openMs, 2 * (slowCallMs ?? 0), 1000)
    }
}

/// How long a breaker stays open; small, because every breaker has one.
struct OpenTimes: Sendable, Hashable {
    let openMs: Int64
    let maxOpenMs: Int64
    /// In thousandths.
    let backoffFactor: UInt16
    let jitterBp: UInt16

    /// How long OPEN number `attempts` in a row lasts, without jitter: d(k+1) = min(max, d(k)·factor), rounded down at
    /// every step.
    ///
    /// Numbers below 1, which only a fleet can hand over, count as 1.
    func backoff(attempts: Int) -> Int64 {
        var duration = openMs
        var step = 1
        while step < attempts {
            // At most 10^12 · 10^4, so nothing overflows.
            let next = min(maxOpenMs, duration * Int64(backoffFactor) / 1000)
            // A duration that has stopped growing never grows again, so the loop is short whatever `attempts` is.
            guard next != duration else { break }
            duration = next
            step += 1
        }
        return duration
    }

    /// ``backoff(attempts:)`` with jitter, drawn once for an OPEN period.
    func openDuration(attempts: Int, random: inout BreakerRandom) -> Int64 {
        let duration = backoff(attempts: attempts)
        guard jitterBp > 0 else { return duration }
        return duration * (10_000 + random.draw(within: Int64(jitterBp))) / 10_000
    }
}
