/// What an operator can decide about a breaker (fleet protocol, section 10).
package enum OperatorDecision: Sendable, Hashable {
    /// The longest duration that can be asked for, in milliseconds: the limit of every duration of a breaker.
    package static let maximumMs: Int64 = 1_000_000_000_000

    /// Refuse all calls, for so many milliseconds or until further notice.
    case forceOpen(forMs: Int64?)
    /// Let all calls pass and record nothing.
    case disable(forMs: Int64?)
    /// Let all calls pass and only measure.
    case observe(forMs: Int64?)
    /// Refuse calls for so many milliseconds, then probe as after a trip.
    case open(forMs: Int64)
    /// End an open period.
    case close
    /// Back to CLOSED from any state, an operator's too.
    case reset

    /// The machine's event, as the journal has it.
    package var event: String {
        switch self {
        case .forceOpen: "forceOpen"
        case .disable: "disable"
        case .observe: "observe"
        case .open: "open"
        case .close: "close"
        case .reset: "reset"
        }
    }

    /// The state it leads to.
    package var target: SharedBreakerState {
        switch self {
        case .forceOpen: .forcedOpen
        case .disable: .disabled
        case .observe: .metricsOnly
        case .open: .open
        case .close, .reset: .closed
        }
    }

    /// How long automatic transitions are held off.
    var hold: Hold {
        switch self {
        case .forceOpen(let ms), .disable(let ms), .observe(let ms): ms.map { .remaining(ms: $0) } ?? .forever
        case .open, .close, .reset: .none
        }
    }

    /// How long OPEN lasts; `nil` for states without a deadline.
    var openMs: Int64? {
        switch self {
        case .open(let ms): ms
        case .forceOpen, .disable, .observe, .close, .reset: nil
        }
    }

    /// Whether its duration can be asked for: a hold of 1 ms to ``maximumMs``, an open period of 0 (probe at once) too.
    var hasValidDuration: Bool {
        switch self {
        case .forceOpen(let ms), .disable(let ms), .observe(let ms):
            ms.map { (1...Self.maximumMs).contains($0) } ?? true
        case .open(let ms): (0...Self.maximumMs).contains(ms)
        case .close, .reset: true
        }
    }
}
