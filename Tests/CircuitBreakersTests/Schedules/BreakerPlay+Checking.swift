#if DEBUG
import StateMachines
import Synchronization

@testable import CircuitBreakers

extension BreakerPlay.Stage {
    var transitions: [BreakerTransition] {
        events.all.compactMap { if case .transition(let transition) = $0 { transition } else { nil } }
    }

    /// What is wrong after all threads are done; `nil` if nothing is.
    func problem() -> String? {
        permitProblem() ?? orderProblem() ?? countProblem() ?? verdictProblem() ?? probeProblem()
    }

    /// Permits balance.
    private func permitProblem() -> String? {
        let shown = breaker.snapshot()
        let entries = entries.all
        let settled = entries.filter { $0.outcome != nil }
        let refused = entries.count { !$0.ticket.isAdmitted }
        let admitted = entries.count { $0.ticket.isAdmitted } + held.count - heldSettled
        if shown.admitted != admitted { return "admitted \(shown.admitted) of \(admitted)" }
        if shown.notPermitted != refused { return "refused \(shown.notPermitted) of \(refused)" }
        let open = unsettledHeld.count { $0.generation == shown.sequence }
        if shown.inFlight != open { return "in flight \(shown.inFlight), not \(open)" }
        let counts = breaker.callCounts()
        let told = counts.success + counts.failure + counts.ignored + counts.late
        // What is settled in DISABLED is told nowhere.
        if !isEverDisabled, told != settled.count { return "\(counts) of \(settled.count) outcomes" }
        // An outcome is late if its generation has ended, and only then: none counts in another one.
        let failed = settled.count { $0.outcome == .failure }
        if counts.failure > failed { return "\(counts.failure) failures of \(failed)" }
        return nil
    }

    private var heldSettled: Int { held.count - unsettledHeld.count }

    private var unsettledHeld: [Ticket] {
        let done = Set(
            play.threads.flatMap { $0 }.compactMap { if case .settle(let index, _) = $0 { index } else { nil } }
        )
        return held.indices.filter { !done.contains($0) }.map { held[$0] }
    }

    private var isEverDisabled: Bool {
        breaker.state == .disabled || transitions.contains { $0.from == .disabled }
            || play.configuration.initial == .disabled
    }

    /// Events come once each, in order, and lead from one to the next.
    private func orderProblem() -> String? {
        var state = play.configuration.initial
        for (index, transition) in transitions.enumerated() {
            if transition.sequence != index + 1 || transition.from != state { return "events \(transitions)" }
            state = transition.to
        }
        return state == breaker.state ? nil : "told \(state), is \(breaker.state)"
    }

    /// Each outcome is in one window, once.
    private func countProblem() -> String? {
        guard play.keepsAll else { return nil }
        let shown = breaker.snapshot()
        let counts = breaker.callCounts()
        let recording: [CircuitState] = [.closed, .metricsOnly, .halfOpen]
        var (total, failures) = recording.contains(shown.state) ? (shown.total, shown.failures) : (0, 0)
        for transition in transitions where recording.contains(transition.from) {
            total += transition.window.total
            failures += transition.window.failures
        }
        // A time window that closes between an outcome and its flag shows the outcome without it.
        let isTimed = breaker.window.slices != nil
        guard total == counts.success + counts.failure,
            failures == counts.failure || (isTimed && failures < counts.failure && !transitions.isEmpty)
        else {
            return "\(total) outcomes and \(failures) failures in windows, and \(counts)"
        }
        return nil
    }

    /// No verdict is left undone.
    private func verdictProblem() -> String? {
        let shown = breaker.snapshot().window
        let totals = WindowTotals(total: shown.total, failures: shown.failures, slow: shown.slow)
        let verdict = breaker.parameters.verdict(totals, row: shown.consecutiveFailures)
        switch breaker.state {
        case .closed:
            if let verdict { return "not tripped by \(verdict): \(shown)" }
        case .metricsOnly:
            if breaker.threshold.value.holds != (verdict != nil) { return "threshold and \(shown)" }
        case .halfOpen:
            if let event = breaker.parameters.verdict(breaker.probes.value) { return "not moved by \(event)" }
        case .open, .forcedOpen, .disabled: break
        }
        // A trip was due: its window has the outcomes of whoever completed it, and perhaps some more.
        for transition in transitions where transition.event == .trip && transition.window.total == 0 {
            return "tripped by nothing"
        }
        return nil
    }

    /// Never more probes than there may be.
    private func probeProblem() -> String? {
        let probes = play.configuration.probes
        let concurrent = play.configuration.concurrentProbes ?? probes
        let generations = transitions.filter { $0.to == .halfOpen }.map(\.sequence)
        let flight = flight.withLock { $0.most }
        for generation in generations {
            let used =
                entries.all.count {
                    $0.ticket.isAdmitted && $0.ticket.generation == generation && $0.outcome != .ignored
                }
                + unsettledHeld.count { $0.generation == generation }
            if used > probes { return "\(used) probes in generation \(generation)" }
            if let most = flight[generation], most > concurrent { return "\(most) probes in flight" }
            // The verdict was taken once, on what was recorded.
            for end in transitions where end.from == .halfOpen && end.sequence == generation + 1 {
                if end.window.total > probes { return "\(end.window.total) probes recorded" }
                if end.event == .probesPassed, end.window.failures * 10_000 >= play.configuration.failureRateBp * probes
                {
                    return "passed with \(end.window)"
                }
            }
        }
        return nil
    }
}
#endif
