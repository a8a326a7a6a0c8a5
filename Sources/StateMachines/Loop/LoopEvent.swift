/// An event that comes from outside, by number, with what its sender asks for.
package struct LoopEvent: Sendable, Hashable {
    /// The event's number.
    package var event: UInt8
    /// What the sender calls this very event, so that it is not taken twice.
    package var token: String?
    /// The event's version: one not above the last taken is stale.
    package var version: Int64?
    /// The sequence at which alone the event may be taken.
    package var ifSequence: UInt64?

    /// Creates an event from its parts.
    package init(_ event: UInt8, token: String? = nil, version: Int64? = nil, ifSequence: UInt64? = nil) {
        self.event = event
        self.token = token
        self.version = version
        self.ifSequence = ifSequence
    }
}
