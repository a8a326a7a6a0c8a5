public import Logging
public import Metrics
import StateMachines
import Synchronization

/// A circuit breaker: lets calls through while a resource is well, and refuses them at once while it is not.
///
/// ```swift
/// let breaker = try CircuitBreaker("payments")
/// let receipt = try await breaker.run { try await payments.charge(order) }
/// ```
///
/// A breaker *is* a state machine (``CircuitBreakerDefinition``) whose states carry an admission rule. Keep one for
/// each resource, for as long as the program runs, and use it from any number of tasks and threads: on the road of a
/// call nothing locks, waits or allocates, unless the breaker is moving or, once, gives threads that meet often words of
/// their own. A call that meets a transition waits until it is made, and the call that brings it about makes it and tells
/// of it.
public final class CircuitBreaker: Sendable {
    /// The resource's name: 1 to 1024 bytes of UTF-8.
    public let name: String
    let logger: Logger
    /// `nil` for the system's clock and the standard classifier without metrics.
    let surroundings: Surroundings?

    // The words that calls change; each belongs to one generation and fails for callers of another.
    let machine: SmallMachine<CircuitState>
    let admissions = TaggedCounter()
    let row = FailureRow()
    let window = BreakerWindow()
    /// The latest time that an outcome, a probe's admission, a transition or a poll has used.
    let latest: LatestTime
    let parameters: HotParameters
    /// Settled without being recorded.
    let unrecorded = TaggedCounter()
    /// Recorded where the window does not count any more.
    let departed = TaggedCounter()

    // Counters since construction.
    let failures = Atomic<Int>(0)
    let ignored = Atomic<Int>(0)

    /// The address of ``rare``.
    let rareWords: Atomic<UInt>
    // A breaker is small where the small things stand together: they share a word with the lock.
    let cold: Locked<ColdState>
    let usesSystemClock: Bool
    @usableFromInline let classifiesResults: Bool

    /// Creates a breaker.
    ///
    /// - Parameters:
    ///   - name: the resource's name, 1 to 1024 bytes of UTF-8.
    ///   - configuration: when it opens, for how long, and how it recovers.
    ///   - classifier: what errors and results say about the resource.
    ///   - clock: the monotonic clock that decides.
    ///   - random: where the jitter comes from.
    ///   - metrics: makes the metrics: the state, transitions, calls by outcome, and durations while slow calls count.
    ///     Bootstrap the metrics system before breakers are made; without one they have none.
    ///   - logger: gets one line a transition, at level `info`.
    /// - Throws: ``BreakerConfigurationError`` with every finding.
    public convenience init(
        _ name: String,
        configuration: Configuration = .init(),
        classifier: OutcomeClassifier = .standard,
        clock: BreakerClock = .system,
        random: BreakerRandom = .system,
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger = .current
    ) throws(BreakerConfigurationError) {
        let made = BreakerMetrics.isUsed(metrics) ? BreakerMetrics(breaker: name, factory: metrics) : nil
        try self.init(
            name,
            configuration: configuration,
            classifier: classifier,
            clock: clock,
            random: random,
            reportingTo: made,
            logger: logger
        )
    }

    /// Creates a breaker with metrics that it may share with others.
    init(
        _ name: String,
        configuration: Configuration,
        classifier: OutcomeClassifier,
        clock: BreakerClock,
        random: BreakerRandom,
        reportingTo metrics: BreakerMetrics?,
        logger: Logger
    ) throws(BreakerConfigurationError) {
        let resolved = try configuration.resolved(for: name)
        let now = clock.now()
        self.name = name
        self.logger = logger
        self.surroundings = Surroundings(classifier, clock, metrics)
        self.machine = SmallMachine(checked: CircuitBreakerDefinition.table, initial: configuration.initial)
        self.latest = LatestTime(now)
        self.parameters = HotParameters(resolved)
        self.rareWords = Atomic(RareWords.untouched)
        self.cold = Locked(ColdState(openTimes: resolved.openTimes, generationStart: now, random: random))
        self.usesSystemClock = clock.isSystem
        self.classifiesResults = classifier.classifiesResults
        cold.withLock { cold in
            if configuration.initial != .closed { ownRareWords() }
            if configuration.initial == .forcedOpen { cold.past.reason = .manual }
            install(resolved.window, into: &cold, now: now)
        }
        reporter?.show(configuration.initial)
    }

    deinit {
        cold.withLock { cold in
            cold.deallocateWindows()
            window.ring?.deallocate()
            window.slices?.deallocate()
            slowRing?.deallocate()
        }
        RareWords.free(rareWords.load(ordering: .acquiring))
    }

    /// The state now.
    ///
    /// Reading never moves it: see ``BreakerSnapshot/probeEligible``.
    public var state: CircuitState { machine.current.state }
}
