import NIOCore
import StateSharing

/// Which reply belongs to whom: one slot a command, in order.
///
/// Cancelling a caller must not shift replies to the next one, so its slots stay and their replies are dropped.
struct SlotCore {
    struct Slot: Equatable {
        /// Who waits; several slots of one request stand one behind the other.
        var request: UInt64
        /// Nanoseconds on the caller's clock.
        var deadline: UInt64
    }

    private let maximumSlots: Int
    private let maximumUnsentBytes: Int
    private var slots = CircularBuffer<Slot>(initialCapacity: 64)
    private var abandoned: Set<UInt64> = []
    private var unsentBytes = 0
    private var isClosed = false

    init(maximumSlots: Int, maximumUnsentBytes: Int) {
        self.maximumSlots = maximumSlots
        self.maximumUnsentBytes = maximumUnsentBytes
    }

    var isEmpty: Bool { slots.isEmpty }

    enum SendAction: Equatable {
        case write
        case refuse(StoreError)
    }

    /// A request of several commands, one slot each.
    mutating func send(request: UInt64, commands: Int, bytes: Int, deadline: UInt64) -> SendAction {
        guard !isClosed else { return .refuse(StoreError(.unreachable, "the connection is closed")) }
        guard slots.count + commands <= maximumSlots else {
            return .refuse(StoreError(.overloaded, "\(slots.count) commands are waiting, at most \(maximumSlots) may"))
        }
        // What is too large by itself goes out alone: the bound is on what piles up.
        guard unsentBytes == 0 || unsentBytes + bytes <= maximumUnsentBytes else {
            return .refuse(StoreError(.overloaded, "\(unsentBytes) bytes are not sent, at most \(maximumUnsentBytes)"))
        }
        unsentBytes += bytes
        for _ in 0..<commands { slots.append(Slot(request: request, deadline: deadline)) }
        return .write
    }

    /// The network took so many bytes, or gave them up.
    mutating func written(bytes: Int) {
        unsentBytes -= bytes
    }

    enum ReplyAction: Equatable {
        case deliver(request: UInt64)
        case drop
        /// Replies and slots are out of step: nothing on this connection can be trusted.
        case close
    }

    /// A reply came.
    mutating func reply() -> ReplyAction {
        guard !isClosed, let slot = slots.popFirst() else { return .close }
        guard abandoned.contains(slot.request) else { return .deliver(request: slot.request) }
        if slots.first?.request != slot.request { abandoned.remove(slot.request) }
        return .drop
    }

    /// The caller of a request is gone.
    /// - Returns: whether it was waiting.
    mutating func abandon(request: UInt64) -> Bool {
        guard slots.contains(where: { $0.request == request }) else { return false }
        return abandoned.insert(request).inserted
    }

    enum TimerAction: Equatable {
        case none
        case wait(until: UInt64)
        /// The oldest slot waited too long. What became of its command is unknown.
        case close
    }

    /// Looks at the oldest slot.
    func timer(at now: UInt64) -> TimerAction {
        guard !isClosed, let oldest = slots.first else { return .none }
        return oldest.deadline <= now ? .close : .wait(until: oldest.deadline)
    }

    /// No reply will come any more.
    /// - Returns: the requests that wait, in order.
    mutating func close() -> [UInt64] {
        isClosed = true
        var requests: [UInt64] = []
        for slot in slots where requests.last != slot.request && !abandoned.contains(slot.request) {
            requests.append(slot.request)
        }
        slots.removeAll()
        abandoned.removeAll()
        return requests
    }
}
