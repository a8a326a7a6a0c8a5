import StateMachines

extension CircuitBreaker {
    /// Takes the outcome of an admitted call, and opens if the resource asked for it.
    @usableFromInline
    func settle(_ ticket: Ticket, judged verdict: CallVerdict) {
        settle(ticket, verdict.outcome)
        if let duration = verdict.openFor { open(for: duration, askedBy: ticket) }
    }

    /// Opens for as long as a resource asked to be left alone: the table's event `open`, decided by the breaker itself.
    private func open(for duration: Duration, askedBy ticket: Ticket) {
        let now = max(clock.now(), latest.value)
        cold.withLock { cold in
            let now = max(now, latest.value)
            let reading = machine.current
            let openMs = min(max(duration.wholeMilliseconds, 0), cold.openTimes.maxOpenMs)
            switch reading.state {
            case .closed, .halfOpen:
                guard reading.sequence == ticket.generation else { return }
            case .open:
                // What this call or one beside it has tripped; a later OPEN is not this call's.
                guard reading.sequence == ticket.generation &+ 1, cold.past.openDeadline < now + openMs else { return }
            case .forcedOpen, .disabled, .metricsOnly:
                return
            }
            let target = CircuitBreakerDefinition.table.answer(reading.state, .open).target
            make(
                Move(event: .open, target: target, reason: .manual, reasonText: "retry-after", openMs: openMs),
                &cold,
                at: now
            )
        }
        deliver()
    }
}
