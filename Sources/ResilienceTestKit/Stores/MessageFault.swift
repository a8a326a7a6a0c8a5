/// What becomes of a message on its way to a process.
public enum MessageFault: Sendable, Hashable {
    /// It never arrives.
    case drop
    /// It arrives twice.
    case duplicate
    /// It is kept back until ``FaultyStore/deliverHeld()``.
    case hold
}

/// Which messages meet which fault.
struct MessageFaults {
    private var queue: [(fault: MessageFault, times: Int)] = []
    private var faults: [MessageFault] = []
    private var odds = 1
    private var random: SeededGenerator
    /// How many have met one.
    private(set) var count = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func next(_ fault: MessageFault, _ times: Int) {
        queue.append((fault, max(1, times)))
    }

    mutating func atRandom(_ faults: [MessageFault], _ odds: Int) {
        self.faults = faults
        self.odds = max(1, odds)
    }

    /// Loses a message on a line that is cut, whatever waits for the next one.
    mutating func lose() -> MessageFault? {
        count += 1
        return .drop
    }

    /// The fault of the next message, if it meets one.
    mutating func take() -> MessageFault? {
        let fault: MessageFault?
        if let first = queue.first {
            if first.times == 1 { queue.removeFirst() } else { queue[0].times -= 1 }
            fault = first.fault
        } else if !faults.isEmpty, Int.random(in: 0..<odds, using: &random) == 0 {
            fault = faults.randomElement(using: &random)
        } else {
            fault = nil
        }
        count += fault == nil ? 0 : 1
        return fault
    }
}
