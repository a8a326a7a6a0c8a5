import CircuitBreakers
import StateMachines

/// Reads one step of a trace; nothing for one that is wrong, which is noted.
enum TraceStep {
    /// As far as a single step may move the clock: a configuration's longest duration.
    private static let longest: Int64 = 1_000_000_000_000

    static func read(_ json: StrictJSON, at path: [String], _ findings: TraceFindings) -> Trace.Step? {
        guard var members = TraceMembers(json, at: path, findings) else { return nil }
        let before = findings.count
        let step = step(&members)
        return findings.count == before ? step : nil
    }

    private static func step(_ members: inout TraceMembers) -> Trace.Step? {
        for (command, keys) in commands where members.has(command) {
            let step = step(command, &members)
            members.finish(keys)
            return step
        }
        let names = commands.map(\.name).joined(separator: ", ")
        members.findings.add(members.path, "unknown step: write one of \(names)")
        return nil
    }

    /// Which steps there are, and what may stand in them.
    private static let commands: [(name: String, keys: [String])] = [
        ("advance", ["advance"]), ("call", ["call", "times", "durationMs", "expect"]), ("begin", ["begin", "expect"]),
        ("end", ["end", "outcome"]), ("drop", ["drop"]), ("admin", ["admin", "ms (of open)", "expect"]),
        ("poll", ["poll"]), ("reconfigure", ["reconfigure"]), ("expect", ["expect"]), ("events", ["events"]),
    ]

    private static func step(_ command: String, _ members: inout TraceMembers) -> Trace.Step? {
        switch command {
        case "advance":
            return members.integer("advance").map { .advance($0) }
        case "call":
            let outcome = outcome(&members, "call")
            let times = members.integer("times", in: 1...1_000_000, else: 1)
            let duration = members.integer("durationMs", in: 0...longest, else: 0)
            let expected = admission(&members)
            guard let outcome, let times, let duration else { return nil }
            return .call(outcome, times: Int(times), durationMs: duration, expect: expected)
        case "begin":
            let id = members.text("begin")
            let expected = admission(&members)
            return id.map { .begin($0, expect: expected) }
        case "end":
            let id = members.text("end")
            let outcome = outcome(&members, "outcome")
            guard let id, let outcome else { return nil }
            return .end(id, outcome)
        case "drop": return members.text("drop").map { .drop($0) }
        case "admin": return admin(&members)
        case "poll":
            if members.take("poll") != .bool(true) { members.add("poll", "only true is a poll") }
            return .poll
        case "reconfigure":
            return members.take("reconfigure")
                .flatMap { TraceConfiguration.read($0, at: members.path + ["reconfigure"], members.findings) }
                .map { .reconfigure($0) }
        case "expect":
            return members.take("expect")
                .flatMap { TraceExpectation.fields($0, at: members.path + ["expect"], members.findings) }
                .map { .expect($0) }
        default:
            return members.take("events")
                .flatMap { TraceExpectation.events($0, at: members.path + ["events"], members.findings) }
                .map { .events($0) }
        }
    }

    private static func outcome(_ members: inout TraceMembers, _ key: String) -> Outcome? {
        guard let text = members.text(key) else { return nil }
        switch text {
        case "success": return .success
        case "failure": return .failure
        case "ignored": return .ignored
        default:
            members.add(key, "\(MachineName.shown(text)) is not success, failure or ignored")
            return nil
        }
    }

    private static func admission(_ members: inout TraceMembers) -> Trace.Admission? {
        guard members.has("expect"), let text = members.text("expect") else { return nil }
        switch text {
        case "admitted": return .admitted
        case "rejected": return .rejected
        case "rejected:OPEN": return .rejectedBy(.open)
        case "rejected:HALF_OPEN": return .rejectedBy(.halfOpen)
        case "rejected:FORCED_OPEN": return .rejectedBy(.forcedOpen)
        default:
            let known = "admitted, rejected, rejected:OPEN, rejected:HALF_OPEN or rejected:FORCED_OPEN"
            members.add("expect", "\(MachineName.shown(text)) is no admission: write \(known)")
            return nil
        }
    }

    private static func admin(_ members: inout TraceMembers) -> Trace.Step? {
        let name = members.text("admin")
        let event = name.flatMap(Trace.Admin.init(rawValue:))
        if let name, event == nil {
            let known = Trace.Admin.allCases.map(\.rawValue).joined(separator: ", ")
            members.add("admin", "\(MachineName.shown(name)) is no event of an operator: the events are \(known)")
        }
        // Of an unknown event nobody knows whether it has a duration.
        let takesDuration = (event ?? .open) == .open
        let hasDuration = takesDuration && members.has("ms")
        let milliseconds = takesDuration ? members.integer("ms", in: 0...longest, else: 0) : nil
        let isRefused = members.has("expect")
        if isRefused, let expected = members.text("expect"), expected != "refused" {
            members.add("expect", "\(MachineName.shown(expected)) is not refused: leave expect out where it is not")
        }
        return event.map { .admin($0, milliseconds: hasDuration ? milliseconds : nil, isRefused: isRefused) }
    }
}
