import Synchronization

/// This process's part of the fleet's probing while it is cut off (fleet protocol, section 11).
///
/// All members of a fleet that has lost its store probe the same resource, so each takes ⌈K / members⌉ of the K probes,
/// and in a fleet larger than K only as many members as there are probes, by lot; the others stay OPEN once more.
struct ProbeShare {
    private let members: Int
    /// OPEN periods in a row that were not followed by probes.
    private var skipped = 0

    /// At least every third period probes, however large the fleet: it may be this process alone that is left.
    private static let longestRow = 2

    /// `members` is `nil` for a process that is not cut off.
    init(members: Int?) {
        self.members = max(1, members ?? 1)
    }

    /// How many of the configured probes a period has, ≥ 1.
    func permits(of probes: Int) -> Int {
        (probes - 1) / members + 1
    }

    /// Draws whether OPEN, whose deadline is reached, stays once more.
    mutating func staysOpen(probes: Int, using random: inout BreakerRandom) -> Bool {
        let isDrawn = members <= probes || Int.random(in: 0..<members, using: &random) < probes
        skipped = isDrawn || skipped == Self.longestRow ? 0 : skipped + 1
        return skipped > 0
    }
}

extension HotParameters {
    /// Takes over a new configuration, with this process's part of its probes.
    ///
    /// Under the breaker's lock.
    func update(_ configuration: ResolvedConfiguration, _ share: ProbeShare = ProbeShare(members: nil)) {
        begin()
        store(configuration)
        limitProbes(configuration, to: share)
        end()
    }

    /// Before the machine enters HALF_OPEN, or within an update.
    func limitProbes(_ configuration: ResolvedConfiguration, to share: ProbeShare) {
        let probes = share.permits(of: configuration.probes)
        probeLimits.value = UInt64(min(configuration.concurrentProbes, probes)) << 32 | UInt64(probes)
    }
}

extension CircuitBreaker {
    /// Takes a part only of the configured probes from the next half-open period on; `nil` takes all.
    public func limitProbes(toShareOf members: Int?) {
        cold.withLock { $0.probeShare = ProbeShare(members: members) }
    }

    /// Whether OPEN goes on for as long again, because the probes of this time are left to other processes.
    ///
    /// Under the lock, at the deadline. It is no transition: nothing has been learned, so there is nothing to tell.
    func staysOpen(_ cold: inout ColdState, at now: Int64) -> Bool {
        guard cold.probeShare.staysOpen(probes: cold.configuration.probes, using: &cold.random) else { return false }
        cold.openDeadline = now + cold.openDuration
        openDeadline.value = cold.openDeadline
        return true
    }
}
