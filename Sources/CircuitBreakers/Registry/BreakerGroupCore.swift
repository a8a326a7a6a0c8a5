/// Which breakers a group holds, and which one goes for another.
///
/// Second chance: the hand walks around; who was asked for since it last came by stays for another round.
struct BreakerGroupCore<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var key: Key
        var breaker: CircuitBreaker
        var isTouched: Bool
    }

    /// What became of a breaker that was to be added.
    enum Addition {
        /// The breaker of the key now, and the one that went for it.
        case added(CircuitBreaker, evicted: CircuitBreaker?)
        /// There is no room, and nobody is idle.
        case full
    }

    private let bound: Int
    private var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    private var hand = 0
    private(set) var evictions = 0

    init(bound: Int) {
        self.bound = bound
    }

    var count: Int { entries.count }

    var all: [CircuitBreaker] { entries.map(\.breaker) }

    func look(_ key: Key) -> CircuitBreaker? { places[key].map { entries[$0].breaker } }

    mutating func find(_ key: Key) -> CircuitBreaker? {
        guard let place = places[key] else { return nil }
        entries[place].isTouched = true
        return entries[place].breaker
    }

    /// Adds the breaker of a key, unless somebody was faster.
    mutating func add(_ key: Key, _ breaker: CircuitBreaker) -> Addition {
        if let known = find(key) { return .added(known, evicted: nil) }
        let entry = Entry(key: key, breaker: breaker, isTouched: true)
        guard entries.count >= bound else {
            places[key] = entries.count
            entries.append(entry)
            return .added(breaker, evicted: nil)
        }
        // After one round nobody is touched any more.
        for _ in 0..<(2 * entries.count) {
            let place = hand
            hand = (hand + 1) % entries.count
            guard !entries[place].isTouched, entries[place].breaker.isIdle else {
                entries[place].isTouched = false
                continue
            }
            let evicted = entries[place]
            places[evicted.key] = nil
            places[key] = place
            entries[place] = entry
            evictions += 1
            return .added(breaker, evicted: evicted.breaker)
        }
        return .full
    }
}
