extension PathFinder {
    private struct Rule: Hashable {
        var state: Int
        var event: String?
        var rule: Int
    }

    /// Runs from the start that together take each rule that an event can take, in each state that can be current.
    ///
    /// A new run begins where no rule that is still missing can be reached. Greedy: short, and not the shortest.
    ///
    /// - Returns: the steps of each run, the start first.
    package mutating func tour() -> [[PathStep]] {
        var missing: Set<Rule> = []
        var seen = Set(starts.filter { !$0.isFaulted }.map(\.target))
        var open = Array(seen)
        while let state = open.popLast() {
            for edge in edges(from: state) where !edge.isFaulted {
                if let rule = rule(edge, from: state) { missing.insert(rule) }
                if seen.insert(edge.target).inserted { open.append(edge.target) }
            }
        }
        var runs: [[PathStep]] = []
        while !missing.isEmpty {
            guard let start = starts.first(where: { !$0.isFaulted && way(from: $0.target, to: missing) != nil }) else {
                break
            }
            var run = [start.step]
            var state = start.target
            while let way = way(from: state, to: missing) {
                for (edge, from) in way {
                    run.append(edge.step)
                    if let rule = rule(edge, from: from) { missing.remove(rule) }
                    state = edge.target
                }
            }
            runs.append(run)
        }
        return runs
    }

    private func rule(_ edge: PathEdge, from state: Int) -> Rule? {
        edge.rule.map { Rule(state: state, event: edge.step.event, rule: $0) }
    }

    /// The shortest way from a state that ends with a missing rule.
    private mutating func way(from start: Int, to missing: Set<Rule>) -> [(edge: PathEdge, from: Int)]? {
        var origins: [Int: (edge: PathEdge, from: Int)] = [:]
        var level = [start]
        while !level.isEmpty {
            var next: [Int] = []
            for state in level {
                for edge in edges(from: state) where !edge.isFaulted {
                    if let rule = rule(edge, from: state), missing.contains(rule) {
                        var way = [(edge: edge, from: state)]
                        var at = state
                        while at != start, let origin = origins[at] {
                            way.append(origin)
                            at = origin.from
                        }
                        return way.reversed()
                    }
                    guard edge.target != start, origins[edge.target] == nil else { continue }
                    origins[edge.target] = (edge, state)
                    next.append(edge.target)
                }
            }
            level = next
        }
        return nil
    }
}
