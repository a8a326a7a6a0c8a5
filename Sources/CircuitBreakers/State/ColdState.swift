import StateMachines

/// What a breaker changes only under its lock: everything that is not on the road of a call.
///
/// Small, because most breakers never move; what comes with the first transition, listener or reconfiguration is apart.
struct ColdState: ~Copyable {
    /// When the current generation began.
    var generationStart: Int64
    /// One, or none before it was first written.
    private var rests: [Rest] = []
    /// Last, because its end leaves room for the small things behind the lock.
    var openTimes: OpenTimes

    init(openTimes: OpenTimes, generationStart: Int64, random: BreakerRandom) {
        self.openTimes = openTimes
        self.generationStart = generationStart
        if !random.isSystem { rests = [Rest(random: random)] }
    }

    /// What most breakers do without.
    private struct Rest {
        var random = BreakerRandom.system
        var memory = WindowMemory()
        /// Windows of time slices that started empty in the middle of a generation, and the first one.
        var lineages: UInt64 = 1
        var outbox = Outbox()
        var past = Past()
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
    private static let nothing = Rest()

    private mutating func makeRest() {
        if rests.isEmpty { rests.append(Rest()) }
    }
}

extension ColdState {
    var past: Past {
        get { rests.isEmpty ? Self.nothing.past : rests[0].past }
        _modify {
            makeRest()
            yield &rests[0].past
        }
    }

    var outbox: Outbox {
        get { rests.isEmpty ? Self.nothing.outbox : rests[0].outbox }
        _modify {
            makeRest()
            yield &rests[0].outbox
        }
    }

    var random: BreakerRandom {
        get { rests.isEmpty ? Self.nothing.random : rests[0].random }
        _modify {
            makeRest()
            yield &rests[0].random
        }
    }

    var lineages: UInt64 {
        get { rests.isEmpty ? Self.nothing.lineages : rests[0].lineages }
        _modify {
            makeRest()
            yield &rests[0].lineages
        }
    }

    /// Whether there may be something to tell.
    var hasOutbox: Bool { !rests.isEmpty }

    /// A closed ring of failures with room for `size` records.
    mutating func ring(size: Int) -> FlagRing {
        rests.isEmpty ? FlagRing(size: size) : rests[0].memory.ring(size: size)
    }

    /// A closed ring of slow calls with room for `size` records.
    mutating func slowRing(size: Int) -> FlagRing {
        rests.isEmpty ? FlagRing(size: size) : rests[0].memory.slowRing(size: size)
    }

    /// A closed time window.
    mutating func slices(buckets: Int, tracksSlow: Bool) -> TimeSlices {
        rests.isEmpty
            ? TimeSlices(buckets: buckets, tracksSlow: tracksSlow)
            : rests[0].memory.slices(buckets: buckets, tracksSlow: tracksSlow)
    }

    /// Takes back windows that are no longer in use; they are closed.
    mutating func take(_ ring: FlagRing?, _ slowRing: FlagRing?, _ slices: TimeSlices?) {
        guard ring != nil || slices != nil else { return }
        makeRest()
        rests[0].memory.take(ring, slowRing, slices)
    }

    /// Gives the memory of all windows back that are not in use.
    mutating func deallocateWindows() {
        if !rests.isEmpty { rests[0].memory.deallocate() }
    }
}
