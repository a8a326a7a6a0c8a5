public import Logging
public import Metrics
import StateMachines

/// The breakers of a program, by name.
///
/// A lookup of a breaker that is there locks nothing: it hashes the name and compares it. On the hottest roads keep the
/// breaker instead of its name.
public final class BreakerRegistry: Sendable {
    typealias Observer = @Sendable (CircuitBreaker) -> Void

    struct State {
        var configuration: Configuration
        /// Rises with every change of the configuration.
        var revision = 0
        var members: [String: Member] = [:]
        /// Sharing services, and what looks at breakers, by their numbers; told in the order in which they came.
        var observers: [Int: Observer] = [:]
        var observersMade = 0
    }

    /// How the registry was configured when it was created: what a file changes.
    package let initialConfiguration: Configuration
    private let classifier: OutcomeClassifier
    private let classifiers: [String: OutcomeClassifier]
    private let clock: BreakerClock
    private let random: BreakerRandom
    private let metrics: any MetricsFactory
    private let logger: Logger
    private let table = BreakerTable()
    let state: Locked<State>

    /// Creates an empty registry; its breakers share the clock, the metrics factory and the logger.
    ///
    /// - Parameters:
    ///   - configuration: how many breakers there may be, and how they are configured.
    ///   - classifier: what errors and results say, for breakers that have no other classifier.
    ///   - classifiers: the same by the names of ``Configuration/named``, for breakers that are built with one of them or
    ///     with one that is based on it; the nearest name decides. A breaker keeps the one that it was built with.
    ///     A name that only a later ``reconfigure(_:)`` or file fills needs an empty entry in ``Configuration/named``.
    ///   - clock: the monotonic clock that decides.
    ///   - random: where the jitter comes from. A seeded one gives each breaker numbers of its own, by its name, whatever
    ///     the order in which breakers are built.
    ///   - metrics: makes the metrics of each breaker.
    ///   - logger: gets one line a transition, at level `info`.
    /// - Throws: ``BreakerConfigurationError`` with every finding of ``Configuration/findings``, and with one for each of
    ///   `classifiers` whose configuration there is not.
    public init(
        configuration: Configuration = .init(),
        classifier: OutcomeClassifier = .standard,
        classifiers: [String: OutcomeClassifier] = [:],
        clock: BreakerClock = .system,
        random: BreakerRandom = .system,
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger = .current
    ) throws(BreakerConfigurationError) {
        let findings = configuration.findings + configuration.findings(ofClassifiersFor: classifiers.keys)
        guard findings.isEmpty else { throw BreakerConfigurationError(breaker: "*", findings: findings) }
        self.initialConfiguration = configuration
        self.state = Locked(State(configuration: configuration))
        self.classifier = classifier
        self.classifiers = classifiers
        self.clock = clock
        self.random = random
        self.metrics = metrics
        self.logger = logger
    }

    /// How many breakers there may be, and how they are configured, now: see ``reconfigure(_:)``.
    public var configuration: Configuration { state.withLock { $0.configuration } }

    /// The breaker with that name; built with what ``Configuration/breakers`` say for it when it is first asked for, or
    /// with ``Configuration/breaker``.
    ///
    /// - Parameters:
    ///   - name: the resource's name, 1 to 1024 bytes of UTF-8.
    ///   - classifier: what the breaker is built with, which later calls do not read; `nil` takes the one that goes with its
    ///     configuration, or the registry's.
    /// - Returns: the one breaker of that name.
    /// - Throws: ``BreakerConfigurationError`` for a name that no breaker can have, or a full registry.
    public func breaker(
        _ name: String,
        classifier: OutcomeClassifier? = nil
    ) throws(BreakerConfigurationError) -> CircuitBreaker {
        if let known = existing(name) { return known }
        return try build(name, .standard, classifier)
    }

    /// The breaker with that name; built with a named configuration when it is first asked for, which later calls do
    /// not read.
    ///
    /// What ``Configuration/breakers`` say for the name goes before.
    ///
    /// - Parameters:
    ///   - name: the resource's name, 1 to 1024 bytes of UTF-8.
    ///   - configuration: one of ``Configuration/named``.
    ///   - classifier: what the breaker is built with; `nil` takes the one that goes with its configuration, or the
    ///     registry's.
    /// - Returns: the one breaker of that name.
    /// - Throws: ``BreakerConfigurationError`` for a configuration that there is not, a name that no breaker can have, or
    ///   a full registry.
    public func breaker(
        _ name: String,
        using configuration: String,
        classifier: OutcomeClassifier? = nil
    ) throws(BreakerConfigurationError) -> CircuitBreaker {
        if let known = existing(name) { return known }
        return try build(name, .named(configuration), classifier)
    }

    /// The breaker with that name; built with `configuration` when it is first asked for, which later calls do not read.
    ///
    /// What ``Configuration/breakers`` say for the name goes before.
    ///
    /// - Parameters:
    ///   - name: the resource's name, 1 to 1024 bytes of UTF-8.
    ///   - configuration: when it opens, for how long, and how it recovers.
    ///   - classifier: what the breaker is built with; `nil` takes the registry's.
    /// - Returns: the one breaker of that name.
    /// - Throws: ``BreakerConfigurationError`` for a name that no breaker can have, a configuration with findings, or a
    ///   full registry.
    public func breaker(
        _ name: String,
        configuration: CircuitBreaker.Configuration,
        classifier: OutcomeClassifier? = nil
    ) throws(BreakerConfigurationError) -> CircuitBreaker {
        if let known = existing(name) { return known }
        return try build(name, .own(configuration), classifier)
    }

    private func build(
        _ name: String,
        _ origin: Member.Origin,
        _ classifier: OutcomeClassifier?
    ) throws(BreakerConfigurationError) -> CircuitBreaker {
        while true {
            let (configuration, revision) = state.withLock { ($0.configuration, $0.revision) }
            let wanted = try configuration.resolved(for: name, origin)
            let named = configuration.bases(of: name, origin).lazy.compactMap { self.classifiers[$0] }.first
            // Built outside the lock, because metrics and loggers are the user's; who loses the race throws its own
            // away.
            let built = try CircuitBreaker(
                name,
                configuration: wanted,
                classifier: classifier ?? named ?? self.classifier,
                clock: clock,
                random: random.derived(for: name),
                metrics: metrics,
                logger: logger
            )
            switch add(Member(breaker: built, origin: origin, applied: wanted), builtFrom: revision) {
            case .kept(let breaker): return breaker
            case .added(let observers):
                for observer in observers { observer(built) }
                return built
            case .outdated: continue
            case .full(let bound):
                let message = "\(bound) breakers are there already"
                throw BreakerConfigurationError(
                    breaker: name,
                    findings: [.init(code: .registryFull, property: "maximumBreakers", message: message)]
                )
            }
        }
    }

    private enum Addition {
        /// Another was faster.
        case kept(CircuitBreaker)
        case added([Observer])
        /// The configuration has changed since: build it anew.
        case outdated
        case full(bound: Int)
    }

    private func add(_ member: Member, builtFrom revision: Int) -> Addition {
        state.withLock { state in
            let name = member.breaker.name
            if let known = state.members[name] { return .kept(known.breaker) }
            guard state.revision == revision else { return .outdated }
            let bound = state.configuration.maximumBreakers
            guard state.members.count < bound else { return .full(bound: bound) }
            state.members[name] = member
            table.add(member.breaker, count: state.members.count)
            return .added(state.observers.sorted { $0.key < $1.key }.map(\.value))
        }
    }

    /// The breaker with that name, if there is one.
    public func existing(_ name: String) -> CircuitBreaker? { table.find(name) }

    /// All breakers, sorted by name.
    public var all: [CircuitBreaker] {
        state.withLock { $0.members.values.map(\.breaker) }.sorted { $0.name < $1.name }
    }

    /// Brings the metrics of all breakers up to date, again and again until the task is cancelled.
    ///
    /// ```swift
    /// async let reporting: Void = registry.reportMetrics()
    /// ```
    ///
    /// - Parameter interval: how long it waits in between; 10 s by default.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func reportMetrics(every interval: Duration = .seconds(10)) async throws {
        while true {
            for breaker in all { breaker.reportMetrics() }
            try await Task.sleep(for: interval)
        }
    }

    /// Calls `observer` with every breaker, those that are there already and those to come, exactly once each.
    ///
    /// It is called outside the lock: with the present ones before this returns, with a new one on the thread that asked
    /// for it first, before that thread gets it.
    ///
    /// - Parameter observer: told besides all others, a sharing service for one, for as long as the registry lives: it
    ///   holds what it tells weakly.
    public func observeBreakers(_ observer: @escaping @Sendable (CircuitBreaker) -> Void) {
        _ = addObserver(observer)
    }

    /// Adds an observer.
    ///
    /// - Returns: its number.
    func addObserver(_ observer: @escaping Observer) -> Int {
        let (number, present) = state.withLock { state in
            state.observersMade += 1
            state.observers[state.observersMade] = observer
            return (state.observersMade, state.members.values.map(\.breaker))
        }
        for breaker in present.sorted(by: { $0.name < $1.name }) { observer(breaker) }
        return number
    }

    /// Takes an observer off the list; one that is being called may still be.
    func removeObserver(_ number: Int) {
        // What it holds dies outside the lock: its end may call back.
        let removed = state.withLock { $0.observers.removeValue(forKey: number) }
        withExtendedLifetime(removed) {}
    }
}
