/// Which states lie in which, by position.
///
/// A parent that is unknown counts for none, and a circle of parents is cut at its first state, so that everything is
/// drawn once whatever the definition says.
struct StateTree {
    /// The states without a parent.
    let roots: [Int]
    /// The states directly in each state.
    let children: [[Int]]
    /// The position of each name.
    let numbers: [String: Int]
    private let parents: [Int?]

    init(_ states: [StateDefinition]) {
        let numbers = Dictionary(states.enumerated().map { ($1.name, $0) }) { first, _ in first }
        var parents = states.map { state in state.parent.flatMap { numbers[$0] } }
        for circle in Cycles.find(parents) { parents[circle[0]] = nil }
        var children = [[Int]](repeating: [], count: states.count)
        for (state, parent) in parents.enumerated() {
            if let parent { children[parent].append(state) }
        }
        roots = parents.indices.filter { parents[$0] == nil }
        self.children = children
        self.numbers = numbers
        self.parents = parents
    }

    /// Whether a state is another one or lies in it.
    func isInside(_ state: Int, _ outer: Int) -> Bool {
        var current: Int? = state
        while let number = current {
            if number == outer { return true }
            current = parents[number]
        }
        return false
    }
}
