import StateMachines

/// What a trace and a coverage must say.
extension ReferenceInterpreter {
    /// Begins a line; guards from that word of the macrostep on belong to it, or from now on.
    mutating func openLine(
        _ cause: MachineTraceLine.Cause,
        _ event: String? = nil,
        token: String? = nil,
        words: Int? = nil
    ) {
        firstWord = words ?? trace.count
        traced.append(
            MachineTraceLine(
                machine: definition.name,
                sequence: 0,
                cause: cause,
                event: event,
                token: token,
                from: state,
                to: state,
                outcome: .rejected
            )
        )
    }

    /// Ends the last line.
    mutating func closeLine(_ outcome: String) {
        let index = traced.count - 1
        traced[index].to = state
        traced[index].sequence = UInt64(sequence)
        traced[index].outcome = Self.kind(outcome)
        traced[index].guards = trace[min(firstWord, trace.count)...]
            .compactMap { word in
                guard word.hasPrefix("guard:") else { return nil }
                let parts = word.dropFirst("guard:".count).split(separator: "=")
                return MachineTraceLine.GuardResult(String(parts[0]), parts[1] == "true")
            }
    }

    /// Tells of an event about which nothing is asked.
    mutating func refuse(
        _ event: ReplayEvent,
        _ outcome: String,
        was: String? = nil,
        cause: MachineTraceLine.Cause = .event
    ) -> ReplayLine {
        trace = []
        openLine(cause, event.name, token: event.token)
        closeLine(outcome)
        traced[traced.count - 1].original = was.map(Self.kind)
        return ReplayLine(outcome: outcome, was: was, sequence: sequence, state: state, trace: [])
    }

    static func kind(_ word: String) -> MachineOutcomeKind {
        MachineOutcomeKind.allCases.first { "\($0)" == word } ?? .rejected
    }
}
