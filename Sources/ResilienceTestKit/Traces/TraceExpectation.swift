import CircuitBreakers
import StateMachines

/// Reads what a trace expects to see; nothing for what is wrong, which is noted.
enum TraceExpectation {
    /// The fields of a snapshot.
    static func fields(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) -> Trace.Expectation? {
        guard let members = TraceMembers(json, at: path, findings) else { return nil }
        let all = members.all()
        var expected = Trace.Expectation(capacity: min(all.count, Trace.fields.count))
        for (key, json) in all {
            guard Trace.fields.contains(key) else {
                findings.add(
                    path + [key],
                    of: path,
                    "unknown field \(MachineName.shown(key)): the fields are \(Trace.fields.joined(separator: ", "))"
                )
                continue
            }
            if let value = value(json, of: key, at: path + [key], findings) { expected[key] = value }
        }
        return expected
    }

    private static func value(
        _ json: StrictJSON,
        of field: String,
        at path: [String],
        _ findings: TraceFindings
    ) -> Trace.Value? {
        switch field {
        case "state":
            guard let text = TraceMembers.text(json, at: path, findings) else { return nil }
            return isState(text, at: path, findings) ? .text(text) : nil
        case "reason":
            if json == .null { return .null }
            guard let text = TraceMembers.text(json, at: path, findings) else { return nil }
            if localReasons.contains(text) { return .text(text) }
            let known = localReasons.joined(separator: ", ")
            findings.add(path, "\(MachineName.shown(text)) is no reason: the reasons are \(known)")
            return nil
        case "probeEligible":
            if case .bool(let flag) = json { return .bool(flag) }
            findings.add(path, "\(json.kind) is no truth value: write true or false")
            return nil
        case "failureRateBp", "slowRateBp", "retryAfterMs":
            if json == .null { return .null }
            return TraceMembers.integer(json, at: path, findings).map { .integer($0) }
        default:
            guard json != .null else {
                findings.add(path, "null is not an integer: this field always has one")
                return nil
            }
            return TraceMembers.integer(json, at: path, findings).map { .integer($0) }
        }
    }

    /// The reasons that a breaker without a fleet can have.
    private static let localReasons = [
        "failureRate", "slowRate", "consecutiveFailures", "manual", "halfOpenTimeout", "probes",
    ]

    private static func isState(_ text: String, at path: [String], _ findings: TraceFindings) -> Bool {
        if CircuitState(wireName: text) != nil { return true }
        let known = CircuitState.allCases.map(\.wireName).joined(separator: ", ")
        findings.add(path, "\(MachineName.shown(text)) is no state: the states are \(known)")
        return false
    }

    /// A list of events.
    static func events(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) -> [Trace.Event]? {
        guard let items = TraceMembers.list(json, at: path, findings) else { return nil }
        var events: [Trace.Event] = []
        events.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            let place = path + ["[\(index + 1)]"]
            if let event = event(item, at: place, findings) { events.append(event) }
        }
        return events
    }

    private static func event(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) -> Trace.Event? {
        guard var members = TraceMembers(json, at: path, findings) else { return nil }
        let name = members.text("event")
        if name == "thresholdExceeded" {
            members.finish(["event"])
            return .thresholdExceeded
        }
        if let name, !CircuitEvent.allCases.contains(where: { $0.wireName == name }) {
            let known = (CircuitEvent.allCases.map(\.wireName) + ["thresholdExceeded"]).joined(separator: ", ")
            members.add("event", "\(MachineName.shown(name)) is no event: the events are \(known)")
        }
        var states: [String] = []
        for key in ["from", "to"] {
            guard let state = members.text(key), isState(state, at: path + [key], findings) else { continue }
            states.append(state)
        }
        members.finish(["event", "from", "to"])
        guard let name, states.count == 2 else { return nil }
        return .transition(from: states[0], to: states[1], event: name)
    }
}
