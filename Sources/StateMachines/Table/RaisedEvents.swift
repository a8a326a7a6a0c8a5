/// The events that callbacks and rules of one macrostep have raised and that still wait: at most 64, oldest first.
///
/// Without an allocation: a vector is the one array of fixed size that every supported platform has.
package struct RaisedEvents: Sendable {
    /// How many may wait: without a bound, a rule that raises its own event would never end.
    package static let limit = 64

    private var ring = SIMD64<UInt8>()
    private var first = 0
    private(set) var count = 0
    /// Whether a 65th was raised and not taken.
    private(set) var isOverfull = false

    /// Creates an empty queue.
    package init() {}

    /// Puts an event to the rear, or notes that there was no room.
    package mutating func append(_ event: UInt8) {
        guard count < Self.limit else {
            isOverfull = true
            return
        }
        ring[(first + count) % Self.limit] = event
        count += 1
    }

    /// Takes the oldest.
    mutating func popFirst() -> UInt8? {
        guard count > 0 else { return nil }
        let event = ring[first]
        first = (first + 1) % Self.limit
        count -= 1
        return event
    }

    /// Drops what was raised since `count` was what is given, and with it what there was no room for.
    mutating func drop(downTo count: Int) {
        self.count = count
        isOverfull = false
    }
}
