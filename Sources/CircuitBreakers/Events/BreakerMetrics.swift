import Metrics
import StateMachines
import Synchronization

/// The metrics of a breaker, or of all breakers of a group; made once.
///
/// Their dimensions are the name, the state and the outcome of a call: as many series as there are breakers, times 12.
struct BreakerMetrics: Sendable {
    /// The state's rank; `nil` for a group, which has no state.
    let state: Gauge?
    /// Transitions, by the raw value of the state entered.
    let transitions: [Counter]
    /// Calls, by ``CallCounts/Kind``.
    let calls: [Counter]
    /// How long calls took, while slow calls count.
    let durations: Metrics.Timer

    /// Makes the metrics of a name.
    init(breaker: String, hasState: Bool = true, factory: any MetricsFactory) {
        let name = ("breaker", breaker)
        state = hasState ? Gauge(label: "circuit_breaker_state", dimensions: [name], factory: factory) : nil
        transitions = CircuitState.allCases.map {
            Counter(
                label: "circuit_breaker_transitions_total",
                dimensions: [name, ("to", $0.wireName)],
                factory: factory
            )
        }
        calls = CallCounts.Kind.allCases.map {
            Counter(
                label: "circuit_breaker_calls_total",
                dimensions: [name, ("outcome", $0.rawValue)],
                factory: factory
            )
        }
        durations = Metrics.Timer(label: "circuit_breaker_call_duration", dimensions: [name], factory: factory)
    }

    /// Whether anybody looks at the metrics of a factory.
    static func isUsed(_ factory: any MetricsFactory) -> Bool { !(factory is NOOPMetricsHandler) }
}

/// Calls since construction.
struct CallCounts: Sendable, Equatable {
    /// What became of a call.
    enum Kind: String, CaseIterable, Sendable {
        case success
        case failure
        case ignored
        case late
        case notPermitted = "not_permitted"
    }

    var success = 0
    var failure = 0
    var ignored = 0
    var late = 0
    var notPermitted = 0

    func count(of kind: Kind) -> Int {
        switch kind {
        case .success: success
        case .failure: failure
        case .ignored: ignored
        case .late: late
        case .notPermitted: notPermitted
        }
    }
}

/// Hands one breaker's counters over to its metrics: what calls have counted anyway, whenever somebody asks for it.
final class BreakerReporter: Sendable {
    private let metrics: BreakerMetrics
    private let success = Atomic<Int>(0)
    private let failure = Atomic<Int>(0)
    private let ignored = Atomic<Int>(0)
    private let late = Atomic<Int>(0)
    private let notPermitted = Atomic<Int>(0)

    init(_ metrics: BreakerMetrics) {
        self.metrics = metrics
    }

    /// Shows a state: its rank, 1 CLOSED, 2 OPEN, 3 HALF_OPEN, 4 FORCED_OPEN, 5 METRICS_ONLY, 6 DISABLED.
    func show(_ state: CircuitState) {
        metrics.state?.record(Int64(CircuitBreakerDefinition.table.rank(of: state)))
    }

    /// Counts a transition and shows the state entered.
    func count(_ transition: BreakerTransition) {
        metrics.transitions[Int(transition.to.rawValue)].increment()
        show(transition.to)
    }

    /// Counts the calls since the last time, by any number of threads at once.
    func count(_ counts: CallCounts) {
        for (index, kind) in CallCounts.Kind.allCases.enumerated() {
            let now = counts.count(of: kind)
            let told =
                switch kind {
                case .success: success.max(now, ordering: .relaxed).oldValue
                case .failure: failure.max(now, ordering: .relaxed).oldValue
                case .ignored: ignored.max(now, ordering: .relaxed).oldValue
                case .late: late.max(now, ordering: .relaxed).oldValue
                case .notPermitted: notPermitted.max(now, ordering: .relaxed).oldValue
                }
            if now > told { metrics.calls[index].increment(by: now - told) }
        }
    }

    /// Records how long a call took.
    func time(_ milliseconds: Int64) {
        metrics.durations.recordMilliseconds(milliseconds)
    }
}
