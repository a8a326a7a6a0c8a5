/// Where a step comes from, for whoever looks on.
package enum StepOrigin: Sendable, Hashable {
    /// An event from outside, and what its sender calls it.
    case event(UInt8, token: String?)
    /// The timeout of a state.
    case timeout(UInt8, of: UInt8)
    /// A deferred event.
    case recall(UInt8)
    /// The machine comes to its initial state.
    case start

    var cause: MachineTraceLine.Cause {
        switch self {
        case .event: .event
        case .timeout: .timeout
        case .recall: .recall
        case .start: .start
        }
    }

    var event: UInt8? {
        switch self {
        case .event(let event, _), .timeout(let event, _), .recall(let event): event
        case .start: nil
        }
    }

    var token: String? {
        guard case .event(_, let token) = self else { return nil }
        return token
    }
}

/// For what somebody is looked for in a state.
package enum Lookup: Sendable, Hashable {
    /// An event, that of `fault` excepted.
    case event(UInt8)
    /// Eventless rules.
    case always
    /// `fault`.
    case fault
}
