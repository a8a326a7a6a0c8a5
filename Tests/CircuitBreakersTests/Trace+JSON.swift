import CircuitBreakers
import ResilienceTestKit
import StateMachines

/// Writes a trace as a file has it, so that a mismatch can be replayed.
extension Trace {
    var json: String {
        let lines = steps.map { "    " + $0.json }
        return """
            {"id": "\(id)", "about": "\(about)",
              "config": \(configuration.json),
              "steps": [
            \(lines.joined(separator: ",\n"))
            ]}
            """
    }
}

extension Trace.Step {
    fileprivate var json: String {
        switch self {
        case .advance(let amount): return #"{"advance": \#(amount)}"#
        case .call(let outcome, let times, let duration, let expected):
            return #"{"call": "\#(outcome)", "times": \#(times), "durationMs": \#(duration)\#(Self.expect(expected))}"#
        case .begin(let id, let expected): return #"{"begin": "\#(id)"\#(Self.expect(expected))}"#
        case .end(let id, let outcome): return #"{"end": "\#(id)", "outcome": "\#(outcome)"}"#
        case .drop(let id): return #"{"drop": "\#(id)"}"#
        case .admin(let event, let ms, let isRefused):
            let duration = ms.map { #", "ms": \#($0)"# } ?? ""
            return #"{"admin": "\#(event)"\#(duration)\#(isRefused ? #", "expect": "refused""# : "")}"#
        case .poll: return #"{"poll": true}"#
        case .reconfigure(let configuration): return #"{"reconfigure": \#(configuration.json)}"#
        case .expect(let fields):
            let members = Trace.fields.compactMap { name in fields[name].map { #""\#(name)": \#($0.json)"# } }
            return #"{"expect": {\#(members.joined(separator: ", "))}}"#
        case .events(let events):
            let items = events.map { event in
                switch event {
                case .transition(let from, let to, let event):
                    #"{"from": "\#(from)", "to": "\#(to)", "event": "\#(event)"}"#
                case .thresholdExceeded: #"{"event": "thresholdExceeded"}"#
                }
            }
            return #"{"events": [\#(items.joined(separator: ", "))]}"#
        }
    }

    private static func expect(_ admission: Trace.Admission?) -> String {
        switch admission {
        case nil: ""
        case .admitted: #", "expect": "admitted""#
        case .rejected: #", "expect": "rejected""#
        case .rejectedBy(let state): #", "expect": "rejected:\#(state.wireName)""#
        }
    }
}

extension Trace.Value {
    fileprivate var json: String {
        switch self {
        case .integer(let value): String(value)
        case .bool(let value): String(value)
        case .text(let value): "\"\(value)\""
        case .null: "null"
        }
    }
}

extension CircuitBreaker.Configuration {
    fileprivate var json: String {
        var members: [String] = []
        switch window {
        case .count(let size): members.append(#""window": {"kind": "count", "size": \#(size)}"#)
        case .time(let ms, let buckets):
            members.append(#""window": {"kind": "time", "ms": \#(ms), "buckets": \#(buckets)}"#)
        }
        func add<Value>(_ key: String, _ value: Value?) {
            if let value { members.append("\"\(key)\": \(value)") }
        }
        add("minimumCalls", minimumCalls)
        add("failureRateBp", failureRateBp)
        add("slowCallMs", slowCallMs)
        add("slowRateBp", slowRateBp)
        add("consecutiveFailures", consecutiveFailures)
        add("openMs", openMs)
        let fraction = String(backoffFactor % 1000 + 1000).dropFirst()
        add("backoffFactor", "\(backoffFactor / 1000).\(fraction)")
        add("maxOpenMs", maxOpenMs)
        add("probes", probes)
        add("concurrentProbes", concurrentProbes)
        add("halfOpenMs", halfOpenMs)
        add("initial", "\"\(initial.wireName)\"")
        return "{" + members.joined(separator: ", ") + "}"
    }
}
