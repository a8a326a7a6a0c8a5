/// The resources that wait to be written, in order of arrival (fleet protocol, section 6).
///
/// A decision puts its resource here on the thread of a guarded call, so whatever it asks costs O(log n), also when the
/// set is full.
struct DirtySet: Sendable {
    private struct Entry: Sendable {
        /// `nil` once it has left.
        var resource: Int?
        var sendAt: Int64
    }

    /// In order of arrival, with gaps.
    private var entries: [Entry] = []
    /// Where in ``entries`` each resource stands.
    private var places: [Int: Int] = [:]
    /// When each may leave, by its place; none for those that may not.
    private var leaving = MinimumTree()
    /// An instant that has come for each that may be forgotten.
    private var forgettable = MinimumTree()
    private var moved = 0

    /// Few gaps are not worth a move.
    private static let leastToClose = 64

    /// How many wait.
    var count: Int { places.count }

    /// Whether none waits.
    var isEmpty: Bool { places.isEmpty }

    /// Entries and nodes looked at so far: what tests hold against the number of decisions.
    var steps: Int { moved + leaving.steps + forgettable.steps }

    /// Those that wait, in order of arrival.
    var resources: [Int] { entries.compactMap(\.resource) }

    /// When the next one may leave; `nil` when none may.
    var nextSendAt: Int64? { leaving.earliest }

    /// When a resource may leave; `nil` for one that does not wait.
    func sendAt(of resource: Int) -> Int64? {
        places[resource].map { entries[$0].sendAt }
    }

    /// Adds a resource, or changes what is known of one that waits; its place it keeps.
    ///
    /// - Parameters:
    ///   - resource: which one.
    ///   - sendAt: not before this instant.
    ///   - mayLeave: whether it may leave then.
    ///   - isForgettable: whether it may be forgotten for another.
    mutating func put(_ resource: Int, sendAt: Int64, mayLeave: Bool, isForgettable: Bool) {
        let place = places[resource] ?? append(resource)
        entries[place].sendAt = sendAt
        leaving.set(place, mayLeave ? sendAt : nil)
        forgettable.set(place, isForgettable ? 0 : nil)
    }

    /// Takes a resource out.
    mutating func remove(_ resource: Int) {
        guard let place = places.removeValue(forKey: resource) else { return }
        entries[place].resource = nil
        leaving.set(place, nil)
        forgettable.set(place, nil)
        if places.isEmpty { entries.removeAll(keepingCapacity: true) }
    }

    /// The oldest whose time to leave has come.
    mutating func oldestDue(at now: Int64) -> Int? {
        leaving.first(at: now).flatMap { entries[$0].resource }
    }

    /// The oldest that may be forgotten.
    mutating func oldestForgettable() -> Int? {
        forgettable.first(at: 0).flatMap { entries[$0].resource }
    }

    /// Keeps all back, until each is put again.
    mutating func keepBack() {
        moved += leaving.steps
        leaving = MinimumTree()
    }

    private mutating func append(_ resource: Int) -> Int {
        if entries.count >= max(Self.leastToClose, 2 * count) { closeGaps() }
        entries.append(Entry(resource: resource, sendAt: 0))
        places[resource] = entries.count - 1
        return entries.count - 1
    }

    /// At least every second entry is a gap, so a move costs no more than the arrivals since the last one.
    private mutating func closeGaps() {
        let old = (entries: entries, leaving: leaving, forgettable: forgettable)
        moved += entries.count + leaving.steps + forgettable.steps
        entries.removeAll(keepingCapacity: true)
        leaving = MinimumTree()
        forgettable = MinimumTree()
        for (place, entry) in old.entries.enumerated() {
            guard let resource = entry.resource else { continue }
            entries.append(entry)
            places[resource] = entries.count - 1
            leaving.set(entries.count - 1, old.leaving[place])
            forgettable.set(entries.count - 1, old.forgettable[place])
        }
    }
}
