import Metrics
import StateMachines

/// The metrics of one breaker; made once, and never touched on the road of a call.
struct BreakerMetrics: Sendable {
    private let state: Gauge
    private let transitions: [Counter]

    /// Makes the metrics: one gauge, and one counter for each state that can be entered.
    init(breaker: String) {
        state = Gauge(label: "circuit_breaker_state", dimensions: [("breaker", breaker)])
        transitions = CircuitState.allCases.map {
            Counter(
                label: "circuit_breaker_transitions_total",
                dimensions: [("breaker", breaker), ("to", $0.wireName)]
            )
        }
    }

    /// Shows a state: its rank, 1 CLOSED, 2 OPEN, 3 HALF_OPEN, 4 FORCED_OPEN, 5 METRICS_ONLY, 6 DISABLED.
    func show(_ current: CircuitState) {
        state.record(Int64(CircuitBreakerDefinition.table.rank(of: current)))
    }

    /// Counts a transition and shows the state entered.
    func count(_ transition: BreakerTransition) {
        transitions[Int(transition.to.rawValue)].increment()
        show(transition.to)
    }
}
