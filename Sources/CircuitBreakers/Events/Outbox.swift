import StateMachines

/// What must be told once the lock is free, in the order in which it happened; part of a breaker's locked state.
///
/// One thread delivers at a time. Who has something to tell while another one delivers leaves it here, so that order
/// is kept, and a listener that calls back into the breaker neither deadlocks nor recurses.
struct Outbox {
    /// Something to tell.
    struct Item: Sendable {
        var event: BreakerEvent
        /// What a sharing service is told; `nil` for what is not shared.
        var shared: LocalTransition?
    }

    typealias Listener = @Sendable (BreakerEvent) -> Void
    typealias Observer = @Sendable (LocalTransition) -> Void

    /// Who is told, and of what.
    struct Batch {
        var items: [Item]
        var listeners: [Listener]
        var observers: [Observer]
    }

    /// A listener that is so slow that more than this waits loses the oldest.
    static let bound = 1024

    private var items: [Item] = []
    private var listeners: [Int: Listener] = [:]
    /// Sharing services; they stay.
    private var observers: [Observer] = []
    private var nextListener: UInt32 = 0
    private var isDelivering = false
    private(set) var dropped = 0

    init() {}

    var listenerCount: Int { listeners.count }

    mutating func append(_ event: BreakerEvent, shared: LocalTransition? = nil) {
        if items.count >= Self.bound {
            // What the fleet must hear of goes last; there is little of it.
            let place = items.firstIndex { $0.shared == nil } ?? (items.count >= 2 * Self.bound ? 0 : nil)
            if let place {
                items.remove(at: place)
                dropped += 1
            }
        }
        items.append(Item(event: event, shared: shared))
    }

    /// Takes the right to deliver, if there is something to tell and nobody does so already.
    mutating func begin() -> Bool {
        guard !isDelivering, !items.isEmpty else { return false }
        isDelivering = true
        return true
    }

    /// What is to be told next; `nil` ends the delivery.
    mutating func next() -> Batch? {
        guard !items.isEmpty else {
            isDelivering = false
            return nil
        }
        let batch = Batch(
            items: items,
            listeners: listeners.keys.sorted().compactMap { listeners[$0] },
            observers: observers
        )
        items = []
        return batch
    }

    mutating func observe(_ observer: @escaping Observer) {
        observers.append(observer)
    }

    mutating func listen(_ listener: @escaping Listener) -> Int {
        nextListener &+= 1
        listeners[Int(nextListener)] = listener
        return Int(nextListener)
    }

    /// Takes a listener off the list; the caller lets it go.
    mutating func remove(_ listener: Int) -> Listener? {
        listeners.removeValue(forKey: listener)
    }
}
