public import Logging
public import Metrics
import StateMachines

/// One breaker for each key: hosts, tenants, shards, whatever fails by itself.
///
/// ```swift
/// let hosts = try BreakerGroup<String>("http")
/// let page = try await hosts.breaker(for: url.host).run { try await fetch(url) }
/// ```
///
/// There are never more breakers than ``Configuration/maximumBreakers``. For a new key in a full group the breaker goes
/// that was idle for longest: in CLOSED, without a call in flight, and not asked for since the last look around. A
/// breaker that refuses, probes or was overridden never goes, so a flood of keys cannot make the group forget what it
/// has learned.
///
/// A group is not shared by a fleet: its breakers come and go with this process's traffic, and what one process knows of a
/// key stays there. Resources that a fleet shares belong into a ``BreakerRegistry``.
///
/// All breakers share the group's metrics, so keys are no dimension. `Key`'s hash and comparison run under the group's
/// lock and must not call back.
public final class BreakerGroup<Key: Hashable & Sendable>: Sendable {
    /// How many breakers there may be, and how they are configured.
    public struct Configuration: Sendable, Hashable {
        /// The most breakers that the group holds, 1…10^9; 1000 by default.
        public var maximumBreakers: Int
        /// What breakers are built with.
        public var breaker: CircuitBreaker.Configuration

        /// Creates a configuration.
        public init(maximumBreakers: Int = 1000, breaker: CircuitBreaker.Configuration = .init()) {
            self.maximumBreakers = maximumBreakers
            self.breaker = breaker
        }

        /// Everything that is wrong with the configuration, in the order of its properties; empty if it can be used.
        public var findings: [BreakerConfigurationError.Finding] {
            var check = ConfigurationCheck()
            check.maximum(maximumBreakers)
            return check.findings + breaker.findings
        }
    }

    /// What its breakers' names begin with; then come a colon and the key.
    ///
    /// What would be longer than 1024 bytes is cut and ends in `~` and a hash of the whole, 16 hex digits, by which long keys
    /// are told apart.
    public let name: String
    /// How many breakers there may be, and how they are configured.
    public let configuration: Configuration
    private let classifier: OutcomeClassifier
    private let clock: BreakerClock
    private let random: BreakerRandom
    private let metrics: BreakerMetrics?
    private let logger: Logger
    private let core: Locked<BreakerGroupCore<Key>>

    /// Creates an empty group; its breakers share the classifier, the clock, the metrics and the logger.
    ///
    /// - Parameters:
    ///   - name: what its breakers' names begin with, 1 to 1024 bytes of UTF-8.
    ///   - configuration: how many breakers there may be, and how they are configured.
    ///   - classifier: what errors and results say about the resources.
    ///   - clock: the monotonic clock that decides.
    ///   - random: where the jitter comes from; a seeded one gives each breaker numbers of its own, by its name.
    ///   - metrics: makes the metrics, one set for all breakers.
    ///   - logger: gets one line a transition, at level `info`.
    /// - Throws: ``BreakerConfigurationError`` with every finding of ``Configuration/findings``, one about the name first.
    public init(
        _ name: String,
        configuration: Configuration = .init(),
        classifier: OutcomeClassifier = .standard,
        clock: BreakerClock = .system,
        random: BreakerRandom = .system,
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger = .current
    ) throws(BreakerConfigurationError) {
        var check = ConfigurationCheck()
        check.name(name)
        let findings = check.findings + configuration.findings
        guard findings.isEmpty else { throw BreakerConfigurationError(breaker: name, findings: findings) }
        self.name = name
        self.configuration = configuration
        self.classifier = classifier
        self.clock = clock
        self.random = random
        self.metrics =
            BreakerMetrics.isUsed(metrics) ? BreakerMetrics(breaker: name, hasState: false, factory: metrics) : nil
        self.logger = logger
        self.core = Locked(BreakerGroupCore(bound: configuration.maximumBreakers))
    }

    /// The breaker of a key; built when it is first asked for.
    ///
    /// - Throws: ``BreakerConfigurationError`` when the group is full and none of its breakers is idle.
    public func breaker(for key: Key) throws(BreakerConfigurationError) -> CircuitBreaker {
        if let known = core.withLock({ $0.find(key) }) { return known }
        // Built outside the lock, because loggers and descriptions of keys are the user's.
        let breakerName = breakerName(key)
        let built = try CircuitBreaker(
            breakerName,
            configuration: configuration.breaker,
            classifier: classifier,
            clock: clock,
            random: random.derived(for: breakerName),
            reportingTo: metrics,
            logger: logger
        )
        switch core.withLock({ $0.add(key, built) }) {
        case .added(let breaker, let evicted):
            // The last that the metrics hear of it.
            evicted?.reportMetrics()
            return breaker
        case .full:
            let message = "\(configuration.maximumBreakers) breakers are there already, and none of them is idle"
            throw BreakerConfigurationError(
                breaker: built.name,
                findings: [.init(code: .registryFull, property: "maximumBreakers", message: message)]
            )
        }
    }

    private func breakerName(_ key: Key) -> String {
        let name = "\(name):\(key)"
        guard name.utf8.count > 1024 else { return name }
        let hash = String(name.stableHash, radix: 16)
        return name.prefix(utf8Bytes: 1024 - 17) + "~" + String(repeating: "0", count: 16 - hash.count) + hash
    }

    /// The breaker of a key, if there is one; that does not count as asking for it.
    public func existing(_ key: Key) -> CircuitBreaker? { core.withLock { $0.look(key) } }

    /// All breakers, in no order.
    public var all: [CircuitBreaker] { core.withLock { $0.all } }

    /// How many breakers there are.
    public var count: Int { core.withLock { $0.count } }

    /// How many breakers went to make room for others.
    public var evictions: Int { core.withLock { $0.evictions } }

    /// Brings the metrics of all breakers up to date; see ``CircuitBreaker/reportMetrics()``.
    public func reportMetrics() {
        for breaker in all { breaker.reportMetrics() }
    }
}

extension CircuitBreaker {
    /// Whether nothing would be lost but an empty, or nearly forgotten, window: CLOSED, and no call in flight.
    ///
    /// A call that begins now is not seen.
    var isIdle: Bool {
        guard state == .closed else { return false }
        // Under the lock, because a transition empties the words of the old generation before the state tells of it.
        return cold.withLock { _ in state == .closed && calls.inFlight == 0 }
    }
}
