public import Logging
public import Metrics
import StateMachines

/// The breakers of a program, by name.
///
/// A lookup of a breaker that is there locks nothing: it hashes the name and compares it. On the hottest roads keep the
/// breaker instead of its name.
public final class BreakerRegistry: Sendable {
    private struct State {
        var breakers: [String: CircuitBreaker] = [:]
        var observer: (@Sendable (CircuitBreaker) -> Void)?
    }

    /// How many breakers there may be, and how they are configured.
    public let configuration: Configuration
    private let classifier: OutcomeClassifier
    private let clock: BreakerClock
    private let metrics: any MetricsFactory
    private let logger: Logger
    private let table = BreakerTable()
    private let state = Locked(State())

    /// Creates an empty registry; its breakers share the classifier, the clock, the metrics factory and the logger.
    public init(
        configuration: Configuration = .init(),
        classifier: OutcomeClassifier = .standard,
        clock: BreakerClock = .system,
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger = .current
    ) {
        self.configuration = configuration
        self.classifier = classifier
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    /// The breaker with that name; built with the registry's configuration when it is first asked for.
    ///
    /// - Throws: ``BreakerConfigurationError`` for a name that no breaker can have, a configuration with findings, or a
    ///   full registry.
    public func breaker(_ name: String) throws(BreakerConfigurationError) -> CircuitBreaker {
        if let known = existing(name) { return known }
        return try build(name, configuration.breaker)
    }

    /// The breaker with that name; built with a named configuration when it is first asked for, which later calls do
    /// not read.
    ///
    /// - Throws: ``BreakerConfigurationError`` for a configuration that there is not, a name that no breaker can have, a
    ///   configuration with findings, or a full registry.
    public func breaker(
        _ name: String,
        using configuration: String
    ) throws(BreakerConfigurationError) -> CircuitBreaker {
        if let known = existing(name) { return known }
        return try build(name, self.configuration.resolved(configuration, for: name))
    }

    /// The breaker with that name; built with `configuration` when it is first asked for, which later calls do not read.
    ///
    /// - Throws: ``BreakerConfigurationError`` for a name that no breaker can have, a configuration with findings, or a
    ///   full registry.
    public func breaker(
        _ name: String,
        configuration: CircuitBreaker.Configuration
    ) throws(BreakerConfigurationError) -> CircuitBreaker {
        if let known = existing(name) { return known }
        return try build(name, configuration)
    }

    private func build(
        _ name: String,
        _ configuration: CircuitBreaker.Configuration
    ) throws(BreakerConfigurationError) -> CircuitBreaker {
        // Built outside the lock, because metrics and loggers are the user's; who loses the race throws its own away.
        let built = try CircuitBreaker(
            name,
            configuration: configuration,
            classifier: classifier,
            clock: clock,
            metrics: metrics,
            logger: logger
        )
        let bound = self.configuration.maximumBreakers
        let (kept, observer) = state.withLock { state -> (CircuitBreaker?, (@Sendable (CircuitBreaker) -> Void)?) in
            if let known = state.breakers[name] { return (known, nil) }
            guard state.breakers.count < bound else { return (nil, nil) }
            state.breakers[name] = built
            table.add(built, count: state.breakers.count)
            return (built, state.observer)
        }
        guard let kept else {
            throw BreakerConfigurationError(
                breaker: name,
                findings: [
                    .init(
                        code: .registryFull,
                        property: "maximumBreakers",
                        message: "\(bound) breakers are there already"
                    )
                ]
            )
        }
        observer?(kept)
        return kept
    }

    /// The breaker with that name, if there is one.
    public func existing(_ name: String) -> CircuitBreaker? { table.find(name) }

    /// All breakers, sorted by name.
    public var all: [CircuitBreaker] {
        state.withLock { Array($0.breakers.values) }.sorted { $0.name < $1.name }
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
    /// - Parameter observer: the one observer, replacing an earlier one; `nil` removes it.
    public func observeBreakers(_ observer: (@Sendable (CircuitBreaker) -> Void)?) {
        let (present, replaced) = state.withLock { state in
            let replaced = state.observer
            state.observer = observer
            return (Array(state.breakers.values), replaced)
        }
        // What the old one holds dies outside the lock: its end may call back.
        withExtendedLifetime(replaced) {}
        guard let observer else { return }
        for breaker in present.sorted(by: { $0.name < $1.name }) { observer(breaker) }
    }
}
