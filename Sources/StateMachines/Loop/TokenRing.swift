/// The last events that were taken with a token, and what was said of them.
struct TokenRing: Sendable, Hashable {
    /// An event that was taken with a token.
    struct Entry: Sendable, Hashable {
        var event: UInt8
        var token: String
        var outcome: MachineOutcomeKind
    }

    /// How many are remembered; 0 for none.
    let limit: Int
    /// The oldest stands at ``oldest`` once the ring is full.
    private var ring: [Entry] = []
    private var oldest = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// The entries, the oldest first.
    var entries: [Entry] { Array(ring[oldest...] + ring[..<oldest]) }

    /// What was said of an event when it was taken with a token; nil if it is not among the last ones.
    ///
    /// Tokens are bytes: two spellings of one character are two tokens, as in whatever else keeps them.
    func outcome(of event: UInt8, token: String) -> MachineOutcomeKind? {
        ring.first { $0.event == event && $0.token.utf8.elementsEqual(token.utf8) }?.outcome
    }

    /// Remembers an event, and forgets the oldest if there is no room.
    mutating func insert(_ entry: Entry) {
        guard limit > 0 else { return }
        guard ring.count == limit else { return ring.append(entry) }
        ring[oldest] = entry
        oldest = (oldest + 1) % limit
    }
}
