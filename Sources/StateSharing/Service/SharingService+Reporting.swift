import Logging
import StateMachines

/// What people are told: metrics for each note, a line an episode.
extension SharingService {
    /// Whether an alarm has not been logged for a minute.
    private func isNews(_ alarm: String) -> Bool {
        let now = time.now
        return state.withLock { state in
            if let last = state.alarms[alarm], now - last < 60_000_000 { return false }
            if state.alarms.count >= 32 { state.alarms.removeAll() }
            state.alarms[alarm] = now
            return true
        }
    }

    /// A machine of a source cannot be shared, and nobody is there to take the error.
    ///
    /// A whole source may meet the same refusal, so one line a minute tells of each kind; the metric counts all.
    func reportUnshared(_ machine: any Shareable, _ error: SharingError) {
        metrics.recordUnshared()
        logger.log(
            level: isNews(error.code.description) ? .error : .debug,
            "a machine is not shared",
            metadata: ["sharing.resource": "\(machine.name.debugDescription)", "sharing.reason": "\(error)"]
        )
    }

    func report(_ note: SharingCore.Note) {
        metrics.record(note)
        switch note {
        case .ready:
            let waiters = state.withLock { state in
                state.isReady = true
                defer { state.waiters.removeAll() }
                return state.waiters.values.map { $0 }
            }
            for waiter in waiters { waiter.resume() }
        case .health(let health):
            logger.info(
                "sharing health changed",
                metadata: ["sharing.store": "\(store.address)", "sharing.health": "\(health)"]
            )
        case .alarm(let reason):
            guard isNews(reason) else { return }
            logger.warning(
                "sharing needs attention",
                metadata: ["sharing.store": "\(store.address)", "sharing.reason": "\(reason)"]
            )
        case .superseded(let index, let to, let by):
            let resource = state.withLock { $0.machines[index].name }
            logger.debug(
                "a local decision gave way to the fleet's",
                metadata: ["sharing.resource": "\(resource)", "sharing.state": "\(to)", "sharing.by": "\(by)"]
            )
        case .merged, .committed, .refused, .reasserted, .dropped, .malformed, .gap, .newLineage, .foreign:
            break
        }
    }
}
