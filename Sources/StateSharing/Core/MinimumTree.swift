/// Instants in numbered places: which is the earliest, and which place is the first with one that has come; O(log n).
///
/// Everything that waits for an instant is kept in such a tree, because each event of the core asks what is due, and
/// events come on the threads of guarded calls.
struct MinimumTree: Sendable {
    /// A binary tree in one array: node i is the earlier of its children 2i and 2i + 1, and the places are its last half.
    private var nodes: [Int64] = [.max, .max]
    /// Nodes looked at so far: what tests hold against the number of events.
    private(set) var steps = 0

    private var capacity: Int { nodes.count / 2 }

    /// The earliest instant; `nil` when no place has one.
    var earliest: Int64? { nodes[1] == .max ? nil : nodes[1] }

    /// The instant in a place.
    subscript(_ place: Int) -> Int64? {
        guard place < capacity, nodes[capacity + place] != .max else { return nil }
        return nodes[capacity + place]
    }

    /// Puts an instant, or none, into a place.
    mutating func set(_ place: Int, _ instant: Int64?) {
        if place >= capacity {
            guard instant != nil else { return }
            grow(beyond: place)
        }
        var node = capacity + place
        nodes[node] = instant ?? .max
        while node > 1 {
            node /= 2
            steps += 1
            let earlier = min(nodes[2 * node], nodes[2 * node + 1])
            if nodes[node] == earlier { break }
            nodes[node] = earlier
        }
    }

    /// The first place whose instant has come; `nil` when none has.
    mutating func first(at now: Int64) -> Int? {
        guard let earliest, earliest <= now else { return nil }
        var node = 1
        while node < capacity {
            steps += 1
            node *= 2
            if nodes[node] > now { node += 1 }
        }
        return node - capacity
    }

    private mutating func grow(beyond place: Int) {
        var size = capacity
        while size <= place { size *= 2 }
        steps += size
        let leaves = nodes[capacity...]
        nodes = Array(repeating: .max, count: size) + leaves + Array(repeating: .max, count: size - leaves.count)
        for node in (1..<size).reversed() { nodes[node] = min(nodes[2 * node], nodes[2 * node + 1]) }
    }
}
