extension Explanation {
    /// The explanation in words, a line each.
    package var lines: [String] {
        let what = event.map { "on \($0)" } ?? "without an event"
        var lines = ["\(state), \(what):"]
        for (index, answer) in answers.enumerated() {
            let who = answer.owner == state ? "\(state)" : "\(answer.owner), a parent of \(state),"
            let when = answer.condition.map { "if \($0)" } ?? (index == 0 ? "always" : "otherwise")
            lines.append("\(index + 1). \(who) \(when): \(answer.summary)")
            lines += answer.details.map { "   - \($0)" }
        }
        if let otherwise {
            let subject = answers.isEmpty ? "Nobody answers" : "If none of them answers"
            let result =
                switch otherwise {
                case "faulted": "the machine is faulted until a reset"
                case "nothing": "nothing happens"
                default: "the event is \(otherwise)"
                }
            lines.append("\(subject): \(result).")
        }
        return lines
    }
}

extension Explanation.Answer {
    /// What comes of it, in one breath.
    fileprivate var summary: String {
        switch kind {
        case .move: "moves to \(target)"
        case .reenter: "leaves and enters \(entries.map(\.state).joined(separator: " and ")) again"
        case .stay: "stays; nothing is left or entered"
        case .ignore: "ignores it; nothing changes"
        case .reject: "refuses it; nothing changes"
        case .defer: "keeps it until a state without this defer is reached"
        }
    }

    /// What happens, in order.
    fileprivate var details: [String] {
        func list(_ names: [String]) -> String { names.joined(separator: ", ") }
        func step(_ verb: String, _ step: Explanation.Step) -> String {
            step.actions.isEmpty ? "\(verb) \(step.state)" : "\(verb) \(step.state): runs \(list(step.actions))"
        }
        var details = exits.map { step("leaves", $0) }
        if !actions.isEmpty { details.append("runs \(list(actions))") }
        if kind == .move || kind == .reenter { details.append("commits \(target)") }
        if !raises.isEmpty { details.append("raises \(list(raises))") }
        details += entries.map { step("enters", $0) }
        details += timers.map { "arms \($0.fires) after \(MachineDuration.text($0.after))" }
        if isFinal { details.append("ends here: \(target) is final") }
        return details
    }
}
