import StateMachines
import Synchronization

extension CircuitBreaker {
    /// Brings the metrics up to date: the state, and the calls since the last time.
    ///
    /// Calls count in words of the breaker's own, and nothing on their road touches a metric. So call this from time to
    /// time, every ten seconds for one; ``BreakerRegistry/reportMetrics(every:)`` does so for all breakers of a
    /// registry. Transitions report at once, and what was counted up to then with them.
    public func reportMetrics() {
        guard let reporter else { return }
        let (counts, state) = cold.withLock { _ in (callCounts(), machine.current.state) }
        reporter.count(counts)
        reporter.show(state)
    }

    /// Calls since construction.
    ///
    /// Under the lock.
    func callCounts() -> CallCounts {
        // Failures first: each is counted after its outcome.
        let failed = failures.load(ordering: .relaxed)
        let probed = probes.value
        let probing = machine.current.state == .halfOpen ? probed.completed : 0
        let completed = rare.completedBefore.load(ordering: .relaxed) + departed.count + recorded + probing
        return CallCounts(
            success: max(0, completed - failed),
            failure: failed,
            ignored: ignored.load(ordering: .relaxed),
            late: rare.lateResults.load(ordering: .relaxed),
            notPermitted: rare.notPermitted.load(ordering: .relaxed)
        )
    }
}
