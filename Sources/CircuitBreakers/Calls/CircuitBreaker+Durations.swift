import StateMachines
import Synchronization

/// How long calls take, where slow ones count.
extension CircuitBreaker {
    /// How long a call took in milliseconds; `nil` if slow calls do not count, or nobody knows when it began.
    ///
    /// - Parameters:
    ///   - ticket: of the call.
    ///   - now: when it completed; ``Ticket/unknown`` reads the system's clock.
    /// - Returns: milliseconds.
    @inline(__always)
    func duration(of ticket: Ticket, now: Int64) -> Int64? {
        guard parameters.slowCallMs.value >= 0 else { return nil }
        // A call whose beginning was not kept began before slow calls began to count: it is slow if it certainly was.
        let begin = ticket.time == Ticket.unknown ? slowSince.value : ticket.time
        guard begin != Ticket.unknown else { return nil }
        return (now == Ticket.unknown ? clock.precise() : now) - begin
    }

    /// Whether a call of that duration is slow, by the configuration of this moment.
    @inline(__always)
    func isSlow(_ duration: Int64?) -> Bool {
        let limit = parameters.slowCallMs.value
        guard limit >= 0, let duration else { return false }
        return duration > limit
    }

    /// Lets the metrics know how long a call took, once everything else is done.
    @inline(__always)
    func tellDuration(_ duration: Int64?) {
        if let duration { reporter?.time(duration) }
    }
}
