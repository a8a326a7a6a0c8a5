import Synchronization

/// The words that a breaker does without until it has moved, counts slow calls, has listeners or is used by several
/// threads at once: most never do.
///
/// Each breaker begins with the same words, ``untouched``, which say that nothing has happened, and gets its own under its
/// lock, before the first of these is written. Who writes one without the lock has seen before that something happened:
/// a state other than CLOSED, or a generation that has ended.
struct RareWords: ~Copyable, Sendable {
    let probes = ProbeWord()
    let threshold = ThresholdWord()
    /// When slow calls began to count: a call whose beginning was not kept began no later.
    let slowSince = Relaxed<Int64>(Ticket.unknown)
    let openDeadline = Relaxed<Int64>(0)
    /// When a probe of this period was last admitted or settled, and the `halfOpenMs` of that moment.
    let probeProgress = LatestTime(-BreakerClock.limit)
    let probeSpan = Relaxed<Int64>(0)
    /// The address of the ring of slow calls; 0 without one.
    let slowRing = Atomic<UInt>(0)
    let listenerCount = Relaxed<Int>(0)
    /// The address of the counters' ``Stripes``; 0 without them.
    let stripes = Atomic<UInt>(0)
    /// By which threads are dealt out to lanes; odd.
    let laneSeed = Relaxed<UInt64>(0x9E37_79B9_7F4A_7C15)
    let losses = LossCount()
    /// How often they were dealt out anew.
    let deals = Relaxed<Int>(0)

    // Counters since construction.
    /// Admitted in generations that ended, and probes.
    let admittedBefore = Atomic<Int>(0)
    /// Recorded in generations that ended.
    let completedBefore = Atomic<Int>(0)
    let notPermitted = Atomic<Int>(0)
    let lateResults = Atomic<Int>(0)

    /// The address of words that nobody writes.
    static let untouched = make()

    /// New words.
    ///
    /// - Returns: their address.
    static func make() -> UInt {
        let words = UnsafeMutablePointer<RareWords>.allocate(capacity: 1)
        unsafe words.initialize(to: RareWords())
        return UInt(bitPattern: words)
    }

    /// Gives the words of a breaker back that is gone.
    static func free(_ address: UInt) {
        guard address != untouched, let words = unsafe UnsafeMutablePointer<RareWords>(bitPattern: address) else {
            return
        }
        unsafe Stripes(at: words.pointee.stripes.load(ordering: .acquiring))?.deallocateCounters()
        unsafe words.deinitialize(count: 1)
        unsafe words.deallocate()
    }
}

extension CircuitBreaker {
    /// Whether the breaker has rare words of its own.
    var ownsRareWords: Bool { rareWords.load(ordering: .relaxed) != RareWords.untouched }

    /// Sees to it that the breaker has rare words of its own.
    ///
    /// Under the lock, before what lets others write them can be seen.
    func ownRareWords() {
        guard !ownsRareWords else { return }
        rareWords.store(RareWords.make(), ordering: .releasing)
    }

    /// The breaker's own, or those that nobody writes; they stay where they are while the breaker lives.
    @inline(__always)
    var rare: RareWords {
        _read {
            let address = rareWords.load(ordering: .acquiring)
            // Never 0: an address of words that were made.
            yield unsafe UnsafePointer<RareWords>(bitPattern: address).unsafelyUnwrapped.pointee
        }
    }

    @inline(__always) var probes: ProbeWord { _read { yield rare.probes } }
    @inline(__always) var threshold: ThresholdWord { _read { yield rare.threshold } }
    @inline(__always) var slowSince: Relaxed<Int64> { _read { yield rare.slowSince } }
    @inline(__always) var openDeadline: Relaxed<Int64> { _read { yield rare.openDeadline } }
    @inline(__always) var probeProgress: LatestTime { _read { yield rare.probeProgress } }
    @inline(__always) var probeSpan: Relaxed<Int64> { _read { yield rare.probeSpan } }
    @inline(__always) var listenerCount: Relaxed<Int> { _read { yield rare.listenerCount } }

    /// The ring of slow calls.
    @inline(__always) var slowRing: FlagRing? { FlagRing(at: rare.slowRing.load(ordering: .acquiring)) }
}
