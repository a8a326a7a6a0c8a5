import CircuitBreakers
import StateMachines

/// Turns JSON into a trace.
enum TraceReader {
    /// As far as a single step may move the clock: a configuration's longest duration.
    private static let longest: Int64 = 1_000_000_000_000

    /// How messages call the document itself.
    static let root = "trace"

    /// Reads a trace; `bytes` are what the document was read from, for the places in errors.
    static func trace(_ document: StrictJSON, of bytes: [UInt8]) throws(TraceError) -> Trace {
        do {
            return try trace(document)
        } catch {
            throw error.located(in: bytes)
        }
    }

    private static func trace(_ json: StrictJSON) throws(TraceError) -> Trace {
        var members = try TraceMembers(json, at: root)
        let id = try members.text("id")
        let about = try members.text("about")
        let seed = try members.take("seed").map { json throws(TraceError) in try self.seed(json) }
        let configuration = try TraceConfiguration.read(members.require("config"), at: "config")
        let list = try TraceMembers.list(members.require("steps"), at: "steps")
        try members.finish()
        var steps: [Trace.Step] = []
        var written: [Int: String] = [:]
        for (index, item) in list.enumerated() {
            steps.append(try step(item, at: "steps[\(index + 1)]"))
            if case .object(let members) = item, let events = members.first(where: { $0.key == "events" }) {
                written[index] = events.value.compact
            }
        }
        try checkPermits(steps)
        guard seed != nil || !hasJitter(configuration, steps) else {
            throw TraceError(at: root, "jitterBp needs a seed")
        }
        var trace = Trace(id: id, about: about, configuration: configuration, seed: seed, steps: steps)
        trace.writtenEvents = written
        return trace
    }

    /// Any integer of 64 bits, with or without a sign.
    private static func seed(_ json: StrictJSON) throws(TraceError) -> UInt64 {
        if case .number(let text) = json, let seed = UInt64(text) { return seed }
        return UInt64(bitPattern: try TraceMembers.integer(json, at: "\(root).seed"))
    }

    private static func hasJitter(_ configuration: CircuitBreaker.Configuration, _ steps: [Trace.Step]) -> Bool {
        configuration.jitterBp > 0
            || steps.contains {
                if case .reconfigure(let later) = $0 { return later.jitterBp > 0 }
                return false
            }
    }

    /// Beginning an id that is held, or ending one that is not, makes the document no trace.
    ///
    /// Which ids are held is known beforehand: a trace stops at a `begin` that does not go as it says.
    private static func checkPermits(_ steps: [Trace.Step]) throws(TraceError) {
        var held: Set<String> = []
        for (index, step) in steps.enumerated() {
            let place = "steps[\(index + 1)]"
            switch step {
            case .begin(let id, let expected):
                guard !held.contains(id) else { throw TraceError(at: place, "\(id) is held already") }
                if expected == nil || expected == .admitted { held.insert(id) }
            case .end(let id, _), .drop(let id):
                guard held.remove(id) != nil else { throw TraceError(at: place, "\(id) is not held") }
            case .advance, .call, .admin, .poll, .reconfigure, .expect, .events: break
            }
        }
    }

    private static func step(_ json: StrictJSON, at place: String) throws(TraceError) -> Trace.Step {
        var members = try TraceMembers(json, at: place)
        let step = try step(&members)
        try members.finish()
        return step
    }

    private static func step(_ members: inout TraceMembers) throws(TraceError) -> Trace.Step {
        if let amount = try members.integer("advance") { return .advance(amount) }
        if members.has("call") {
            let outcome = try outcome(&members, "call")
            let times = try members.integer("times", in: 1...1_000_000) ?? 1
            let duration = try members.integer("durationMs", in: 0...longest) ?? 0
            return .call(outcome, times: Int(times), durationMs: duration, expect: try admission(&members))
        }
        if members.has("begin") { return .begin(try members.text("begin"), expect: try admission(&members)) }
        if members.has("end") { return .end(try members.text("end"), try outcome(&members, "outcome")) }
        if members.has("drop") { return .drop(try members.text("drop")) }
        if members.has("admin") { return try admin(&members) }
        if let poll = members.take("poll") {
            guard poll == .bool(true) else { throw TraceError(at: members.path("poll"), "only true is a poll") }
            return .poll
        }
        if let configuration = members.take("reconfigure") {
            return .reconfigure(try TraceConfiguration.read(configuration, at: members.path("reconfigure")))
        }
        if let fields = members.take("expect") { return .expect(try expectation(fields, at: members.path("expect"))) }
        if let events = members.take("events") { return .events(try self.events(events, at: members.path("events"))) }
        throw TraceError(at: members.place, "unknown step")
    }

    private static func outcome(_ members: inout TraceMembers, _ key: String) throws(TraceError) -> Outcome {
        let text = try members.text(key)
        switch text {
        case "success": return .success
        case "failure": return .failure
        case "ignored": return .ignored
        default: throw TraceError(at: members.path(key), "\(text) is not success, failure or ignored")
        }
    }

    private static func admission(_ members: inout TraceMembers) throws(TraceError) -> Trace.Admission? {
        guard members.has("expect") else { return nil }
        let text = try members.text("expect")
        switch text {
        case "admitted": return .admitted
        case "rejected": return .rejected
        case "rejected:OPEN": return .rejectedBy(.open)
        case "rejected:HALF_OPEN": return .rejectedBy(.halfOpen)
        case "rejected:FORCED_OPEN": return .rejectedBy(.forcedOpen)
        default: throw TraceError(at: members.path("expect"), "\(text) is no admission")
        }
    }

    private static func admin(_ members: inout TraceMembers) throws(TraceError) -> Trace.Step {
        let name = try members.text("admin")
        guard let event = Trace.Admin(rawValue: name) else {
            throw TraceError(at: members.path("admin"), "\(name) is no event of an operator")
        }
        let milliseconds = event == .open ? try members.integer("ms", in: 0...longest) : nil
        guard members.has("expect") else { return .admin(event, milliseconds: milliseconds, isRefused: false) }
        let expected = try members.text("expect")
        guard expected == "refused" else {
            throw TraceError(at: members.path("expect"), "\(expected) is not refused")
        }
        return .admin(event, milliseconds: milliseconds, isRefused: true)
    }

    private static func expectation(_ json: StrictJSON, at place: String) throws(TraceError) -> [String: Trace.Value] {
        var expected: [String: Trace.Value] = [:]
        for (key, value) in try TraceMembers(json, at: place).all() {
            expected[key] = try self.value(value, of: key, at: "\(place).\(key)")
        }
        return expected
    }

    private static func value(_ json: StrictJSON, of field: String, at place: String) throws(TraceError) -> Trace.Value
    {
        switch field {
        case "state":
            let text = try TraceMembers.text(json, at: place)
            guard CircuitState(wireName: text) != nil else { throw TraceError(at: place, "\(text) is no state") }
            return .text(text)
        case "reason":
            if json == .null { return .null }
            let text = try TraceMembers.text(json, at: place)
            guard localReasons.contains(text) else { throw TraceError(at: place, "\(text) is no reason") }
            return .text(text)
        case "probeEligible":
            guard case .bool(let flag) = json else { throw TraceError(at: place, "\(json.kind) is no truth value") }
            return .bool(flag)
        case "failureRateBp", "slowRateBp", "retryAfterMs":
            return json == .null ? .null : .integer(try TraceMembers.integer(json, at: place))
        default:
            guard Trace.fields.contains(field) else { throw TraceError(at: place, "unknown field") }
            return .integer(try TraceMembers.integer(json, at: place))
        }
    }

    /// The reasons that a breaker without a fleet can have.
    private static let localReasons: Set<String> = [
        "failureRate", "slowRate", "consecutiveFailures", "manual", "halfOpenTimeout", "probes",
    ]

    private static func events(_ json: StrictJSON, at place: String) throws(TraceError) -> [Trace.Event] {
        var events: [Trace.Event] = []
        for (index, item) in try TraceMembers.list(json, at: place).enumerated() {
            events.append(try event(item, at: "\(place)[\(index + 1)]"))
        }
        return events
    }

    private static func event(_ json: StrictJSON, at place: String) throws(TraceError) -> Trace.Event {
        var members = try TraceMembers(json, at: place)
        let name = try members.text("event")
        if name == "thresholdExceeded" {
            try members.finish()
            return .thresholdExceeded
        }
        guard CircuitEvent.allCases.contains(where: { $0.wireName == name }) else {
            throw TraceError(at: members.path("event"), "\(name) is no event")
        }
        let from = try members.text("from")
        let to = try members.text("to")
        for (key, state) in [("from", from), ("to", to)] where CircuitState(wireName: state) == nil {
            throw TraceError(at: members.path(key), "\(state) is no state")
        }
        try members.finish()
        return .transition(from: from, to: to, event: name)
    }
}
