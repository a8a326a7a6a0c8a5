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
/// call nothing locks, waits or allocates.
public final class CircuitBreaker: Sendable {
    /// The resource's name: 1 to 1024 bytes of UTF-8.
    public let name: String
    /// What errors and results say about the resource.
    public let classifier: OutcomeClassifier

    @usableFromInline let classifiesResults: Bool
    let machine: AtomicMachine<CircuitState, CircuitEvent, Void>
    let clock: BreakerClock
    let logger: Logger
    /// `nil` when nobody looks at metrics.
    let reporter: BreakerReporter?

    // The words that calls change; each belongs to one generation and fails for callers of another.
    let admissions = TaggedCounter()
    /// Settled without being recorded.
    let unrecorded = TaggedCounter()
    /// Recorded outside the ring of failures: in a time window.
    let timed = TaggedCounter()
    let row = FailureRow()
    let probes = ProbeWord()
    let window = BreakerWindow()
    let threshold = ThresholdWord()

    // What admission reads besides the machine's word; written under the lock, before the machine moves.
    let parameters: HotParameters
    /// 1 if a call's beginning is kept: slow calls count, or the clock is injected.
    let timesCalls: Relaxed<Int>
    /// When slow calls began to count: a call whose beginning was not kept began no later.
    let slowSince = Relaxed<Int64>(Ticket.unknown)
    let openDeadline = Relaxed<Int64>(0)
    /// When a probe of this period was last admitted or settled, and the `halfOpenMs` of that moment.
    let probeProgress: LatestTime
    let probeSpan = Relaxed<Int64>(0)
    /// The latest time that an outcome, a probe's admission, a transition or a poll has used.
    let latest: LatestTime

    // Counters since construction.
    /// Admitted in generations that ended, and probes.
    let admittedBefore = Atomic<Int>(0)
    /// Recorded in generations that ended.
    let completedBefore = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    let notPermitted = Atomic<Int>(0)
    let lateResults = Atomic<Int>(0)
    let ignored = Atomic<Int>(0)

    let listenerCount = Relaxed<Int>(0)
    let cold: Locked<ColdState>

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
        self.classifier = classifier
        self.classifiesResults = classifier.classifiesResults
        self.machine = AtomicMachine(checked: CircuitBreakerDefinition.table, initial: configuration.initial)
        self.clock = clock
        self.logger = logger
        self.reporter = metrics.map(BreakerReporter.init)
        self.parameters = HotParameters(resolved)
        self.timesCalls = Relaxed(clock.isSystem && resolved.slowCallMs < 0 ? 0 : 1)
        self.latest = LatestTime(now)
        self.probeProgress = LatestTime(now)
        self.cold = Locked(ColdState(configuration: resolved, generationStart: now, random: random))
        cold.withLock { cold in
            if configuration.initial == .forcedOpen { cold.past.reason = .manual }
            install(resolved.window, into: &cold, now: now)
        }
        reporter?.show(configuration.initial)
    }

    deinit {
        cold.withLock { cold in
            cold.memory.take(window.ring, window.slowRing, window.slices)
            cold.memory.deallocate()
        }
    }

    /// The state now.
    ///
    /// Reading never moves it: see ``BreakerSnapshot/probeEligible``.
    public var state: CircuitState { machine.current.state }
}
