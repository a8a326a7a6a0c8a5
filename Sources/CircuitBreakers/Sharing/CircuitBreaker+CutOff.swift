import StateMachines

/// This process's part of the fleet's probing while it is cut off (fleet protocol, section 11).
///
/// All members of a fleet that has lost its store probe the same resource, so each takes ⌈K / members⌉ of the K probes,
/// and in a fleet larger than K only as many members as there are probes, by lot; the others stay OPEN once more.
struct ProbeShare {
    /// How large the fleet was; `nil` while it is within reach.
    var members: Int?
    /// What the configuration says, as ``HotParameters/probeLimits`` has it.
    var configured: UInt32
    /// OPEN periods in a row that were not followed by probes.
    private var skipped = 0

    /// At least every third period probes, however large the fleet: it may be this process alone that is left.
    private static let longestRow = 2

    init(members: Int?, configured: UInt32) {
        self.members = members
        self.configured = configured
    }

    private var probes: Int { Int(configured & 0xFFFF) }

    /// The probes of a period and those in flight, each ≥ 1, as ``HotParameters/probeLimits`` has them.
    var limits: UInt32 {
        let share = (probes - 1) / max(1, members ?? 1) + 1
        return UInt32(min(Int(configured >> 16), share)) << 16 | UInt32(share)
    }

    /// Draws whether OPEN, whose deadline is reached, stays once more.
    mutating func staysOpen(using random: inout BreakerRandom) -> Bool {
        guard let members else { return false }
        let isDrawn = members <= probes || Int.random(in: 0..<members, using: &random) < probes
        skipped = isDrawn || skipped == Self.longestRow ? 0 : skipped + 1
        return skipped > 0
    }
}

extension CircuitBreaker {
    /// Takes a part only of the configured probes from the next half-open period on; `nil` takes all.
    public func limitProbes(toShareOf members: Int?) {
        cold.withLock { cold in
            guard cold.past.probeShare != nil || members != nil else { return }
            let configured = cold.past.probeShare?.configured ?? parameters.probeLimits
            cold.past.probeShare = ProbeShare(members: members, configured: configured)
        }
    }

    /// Takes over a new configuration, with this process's part of its probes; under the lock.
    func update(_ configuration: ResolvedConfiguration, _ cold: inout ColdState) {
        parameters.begin()
        parameters.store(configuration)
        if var share = cold.past.probeShare {
            share.configured = parameters.probeLimits
            parameters.probeLimits = share.limits
            cold.past.probeShare = share
        }
        parameters.end()
    }

    /// Whether OPEN goes on for as long again, because the probes of this time are left to other processes.
    ///
    /// Under the lock, at the deadline. It is no transition: nothing has been learned, so there is nothing to tell.
    func staysOpen(_ cold: inout ColdState, at now: Int64) -> Bool {
        guard var share = cold.past.probeShare else { return false }
        let stays = share.staysOpen(using: &cold.random)
        cold.past.probeShare = share
        guard stays else { return false }
        cold.past.openDeadline = now + cold.past.openDuration
        openDeadline.value = cold.past.openDeadline
        return true
    }
}
