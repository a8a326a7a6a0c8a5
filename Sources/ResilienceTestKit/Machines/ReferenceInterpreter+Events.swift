import StateMachines

/// Events from outside, from timers and from deferral.
extension ReferenceInterpreter {
    /// Where an event comes from.
    enum Origin {
        case outside
        case timer
        case deferral

        /// What a trace calls it.
        var cause: MachineTraceLine.Cause {
            switch self {
            case .outside: .event
            case .timer: .timeout
            case .deferral: .recall
            }
        }
    }

    /// Runs one event and tells what became of it.
    mutating func run(_ event: ReplayEvent, from origin: Origin) -> ReplayLine {
        if isFaulted { return refuse(event, "faulted", cause: origin.cause) }
        if origin == .outside {
            if let token = event.token {
                // Tokens are bytes: two spellings of one character are two tokens.
                let known = taken.first { $0.event == event.name && Array($0.token.utf8) == Array(token.utf8) }
                if let known { return refuse(event, "duplicate", was: known.outcome) }
            }
            if let version = event.version, let lastVersion, version <= lastVersion { return refuse(event, "stale") }
            if let expected = event.ifSequence, expected != Int64(sequence) { return refuse(event, "conflict") }
        }
        switch origin {
        case .outside: beginMacrostep()
        case .timer: beginMacrostep(["timeout:\(event.name)"])
        case .deferral: beginMacrostep(["recall:\(event.name)"])
        }
        let number = traced.count
        openLine(origin.cause, event.name, token: origin == .outside ? event.token : nil)
        let result = perform(answer(to: event.name), event: event.name)
        closeLine(result.word)
        if result == .moved || result == .stayed { finishMacrostep() }
        let outcome = isFaulted ? "faulted" : result.word
        traced[number].outcome = Self.kind(outcome)
        switch result {
        case .moved, .stayed, .ignored, .deferred: keep(event, outcome: outcome)
        case .rejected, .full, .failed: break
        }
        var line = ReplayLine(outcome: outcome, sequence: sequence, state: state, trace: trace)
        if case .failed(let phase) = result {
            line.phase = phase
            traced[number].phase = phase == "exit" ? .exit : .action
        }
        return line
    }

    private mutating func keep(_ event: ReplayEvent, outcome: String) {
        if let version = event.version { lastVersion = version }
        guard let token = event.token else { return }
        taken.append(Taken(event: event.name, token: token, outcome: outcome))
        if taken.count > tokenLimit { taken.removeFirst() }
    }

    /// Runs the deferred events that the current state does not defer, the oldest first, looking anew behind each.
    mutating func recall() -> [ReplayLine] {
        var lines: [ReplayLine] = []
        while !isFaulted, let index = deferred.firstIndex(where: { !couldDefer($0) }) {
            let event = deferred.remove(at: index)
            guard lines.count < Self.limit else {
                beginMacrostep(["recall:\(event)"])
                openLine(.recall, event)
                closeLine("faulted")
                becomeFaulted("limit", hasLine: true)
                lines.append(ReplayLine(outcome: "faulted", sequence: sequence, state: state, trace: trace))
                break
            }
            lines.append(run(ReplayEvent(event), from: .deferral))
        }
        return lines
    }

    /// Spends a timer and fires its event.
    mutating func fireTimer(_ index: Int) -> [ReplayLine] {
        let timer = timers.remove(at: index)
        covered.timeouts.insert(timer.state)
        return [run(ReplayEvent(timer.event), from: .timer)] + recall()
    }

    /// Runs what waits: deferred events, timers with nothing left, then the queue.
    mutating func catchUp() -> [ReplayLine] {
        var lines = recall()
        while areTimersRunning, let index = timers.firstIndex(where: { $0.left == 0 }) { lines += fireTimer(index) }
        return lines + runQueue()
    }

    /// Runs the queued events, the oldest first.
    mutating func runQueue() -> [ReplayLine] {
        var lines: [ReplayLine] = []
        while !queue.isEmpty { lines += [run(queue.removeFirst(), from: .outside)] + recall() }
        return lines
    }

    var areTimersRunning: Bool { life == .running && !isFaulted }
}
