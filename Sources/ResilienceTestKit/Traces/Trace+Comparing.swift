import CircuitBreakers
import StateMachines

extension Trace.Admission {
    /// As a trace writes it.
    private var text: String {
        switch self {
        case .admitted: "admitted"
        case .rejected: "rejected"
        case .rejectedBy(let state): "rejected:\(state.wireName)"
        }
    }

    /// What was not as expected of a call that `state` refused, or that was admitted.
    func difference(refusedBy state: CircuitState?) -> Difference? {
        let got = state.map { Trace.Admission.rejectedBy($0) } ?? .admitted
        let isExpected =
            switch self {
            case .rejected: state != nil
            case .admitted, .rejectedBy: got == self
            }
        return isExpected ? nil : Difference(field: "admission", expected: text, got: got.text)
    }
}

extension Trace.Value {
    /// As a trace writes it, strings without quotes.
    var text: String {
        switch self {
        case .integer(let value): String(value)
        case .bool(let value): String(value)
        case .text(let value): value
        case .null: "null"
        }
    }
}

extension Trace {
    /// Events as compact JSON.
    static func json(_ events: [Event]) -> String {
        // One text from the beginning: there may be millions of them.
        var text = "["
        for (index, event) in events.enumerated() {
            if index > 0 { text += "," }
            switch event {
            case .transition(let from, let to, let event):
                text += #"{"from":"\#(from)","to":"\#(to)","event":"\#(event)"}"#
            case .thresholdExceeded: text += #"{"event":"thresholdExceeded"}"#
            }
        }
        return text + "]"
    }
}

extension BreakerSnapshot {
    /// The first field, in the order of ``Trace/fields``, that is not as expected.
    func difference(from expected: Trace.Expectation) -> Difference? {
        for (field, wanted) in expected.fields {
            guard let got = value(of: field), wanted != got else { continue }
            return Difference(field: field, expected: wanted.text, got: got.text)
        }
        return nil
    }

    /// A field as a trace names it; `nil` for a name that is none.
    package func value(of field: String) -> Trace.Value? {
        switch field {
        case "state": .text(state.wireName)
        case "total": .integer(Int64(total))
        case "failures": .integer(Int64(failures))
        case "slow": .integer(Int64(slow))
        case "failureRateBp": failureRateBp.map { .integer(Int64($0)) } ?? .null
        case "slowRateBp": slowRateBp.map { .integer(Int64($0)) } ?? .null
        case "consecutiveFailures": .integer(Int64(consecutiveFailures))
        case "admitted": .integer(Int64(admitted))
        case "notPermitted": .integer(Int64(notPermitted))
        case "lateResults": .integer(Int64(lateResults))
        case "ignored": .integer(Int64(ignored))
        case "inFlight": .integer(Int64(inFlight))
        case "slotsUsed": .integer(Int64(slotsUsed))
        case "attempts": .integer(Int64(attempts))
        case "retryAfterMs": retryAfterMs.map { .integer($0) } ?? .null
        case "probeEligible": .bool(probeEligible)
        case "reason": reason.map { .text($0.rawValue) } ?? .null
        default: nil
        }
    }
}
