/// What a breaker works with where it is not the usual: another clock, a classifier, metrics.
///
/// An object of its own, because most breakers of a large number have none of them.
final class Surroundings: Sendable {
    let classifier: OutcomeClassifier
    let clock: BreakerClock
    /// `nil` when nobody looks at metrics.
    let reporter: BreakerReporter?

    /// `nil` for the system's clock and the standard classifier without metrics.
    init?(_ classifier: OutcomeClassifier, _ clock: BreakerClock, _ metrics: BreakerMetrics?) {
        guard !clock.isSystem || !classifier.isStandard || metrics != nil else { return nil }
        self.classifier = classifier
        self.clock = clock
        self.reporter = metrics.map(BreakerReporter.init)
    }
}

extension CircuitBreaker {
    /// What errors and results say about the resource.
    public var classifier: OutcomeClassifier { surroundings?.classifier ?? .standard }

    /// `nil` when nobody looks at metrics.
    var reporter: BreakerReporter? { surroundings?.reporter }

    /// The monotonic clock that decides.
    var clock: BreakerClock {
        @inline(__always) get { usesSystemClock ? .system : injectedClock }
    }

    @inline(never) private var injectedClock: BreakerClock { surroundings?.clock ?? .system }
}
