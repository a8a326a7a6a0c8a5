/// What a store has to tell and nobody has taken yet: messages up to a limit, everything else always.
package struct SignalQueueCore: Sendable {
    /// The most messages that wait.
    package let limit: Int
    private var waiting: [StoreSignal] = []
    private var messages = 0
    /// One ``StoreSignal/overflow`` stands for all the messages dropped until the queue is taken.
    private var hasOverflowed = false

    /// Creates an empty queue.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Adds a signal, or drops a message that finds the queue full.
    package mutating func add(_ signal: StoreSignal) {
        switch signal {
        case .message, .malformed:
            if messages < limit {
                messages += 1
                waiting.append(signal)
            } else if !hasOverflowed {
                hasOverflowed = true
                waiting.append(.overflow)
            }
        case .up, .down, .overflow:
            waiting.append(signal)
        }
    }

    /// Takes everything, in the order it came.
    package mutating func takeAll() -> [StoreSignal] {
        messages = 0
        hasOverflowed = false
        defer { waiting = [] }
        return waiting
    }
}
