/// A set of states by number.
private typealias StateSet = SIMD4<UInt64>

extension StateSet {
    fileprivate mutating func insert(_ state: Int) { self[state >> 6 & 3] |= 1 << UInt64(state & 63) }

    fileprivate func contains(_ state: Int) -> Bool { self[state >> 6 & 3] & 1 << UInt64(state & 63) != 0 }
}

extension MeaningCheck {
    /// SM016: every state of such a circle is left at once, whatever the guards.
    mutating func checkEndlessCycles() {
        // What a state takes for certain: the owner and the position of its first eventless rule, if it has no guard.
        var taken = [(owner: Int, position: Int, target: Int)?](repeating: nil, count: definition.states.count)
        for state in index.outermostFirst where !definition.states[state].isFinal {
            guard let first = index.always[state].first else {
                taken[state] = index.parents[state].flatMap { taken[$0] }
                continue
            }
            guard first.condition == nil, let target = first.target else { continue }
            taken[state] = (state, 0, target)
        }
        for cycle in Cycles.find(taken.map { $0?.target }) {
            guard let (owner, position, _) = taken[cycle[0]] else { continue }
            let names = (cycle + cycle.prefix(1)).map { index.names[$0] }
            let shown = names.count <= 8 ? names : names.prefix(4) + ["…"] + names.suffix(3)
            let what = "eventless rules without guard go round for ever: \(shown.joined(separator: " → "))"
            let place = place(owner, "always", .index(position), isKey: true)
            add(.endlessCycle, at: place, "\(what); give one of them a guard or an event")
        }
    }

    /// SM101 and SM102, every guard and every event taken as possible.
    mutating func checkReachability() {
        let ways = ways()
        guard let initial = index.initial else { return }
        let current = closure(of: [initial], along: ways)
        let ending = closure(
            of: definition.states.indices.filter { definition.states[$0].isFinal },
            along: turned(ways)
        )
        let hasFinal = definition.states.contains(where: \.isFinal)
        // A parent is reached with its descendants. One that can itself become current must itself get to an end; any
        // other gets there with any of the descendants that can become current.
        var isReached = definition.states.indices.map { current.contains($0) }
        var isEnding = definition.states.indices.map { current.contains($0) && ending.contains($0) }
        for state in index.outermostFirst.reversed() {
            guard let parent = index.parents[state] else { continue }
            isReached[parent] = isReached[parent] || isReached[state]
            isEnding[parent] = isEnding[parent] || isEnding[state]
        }
        for state in definition.states.indices where current.contains(state) {
            isEnding[state] = ending.contains(state)
        }
        for (state, name) in index.names.enumerated() {
            if !isReached[state] {
                let what = "nothing leads from \(definition.initial) to \(name)"
                add(.unreachable, at: place(state, isKey: true), "\(what): write a rule that does or take it away")
            } else if hasFinal, !isEnding[state] {
                let what = "no final state can be reached from \(name)"
                add(.endless, at: place(state, isKey: true), "\(what): write a rule that leads on")
            }
        }
    }

    /// The states that each state can move to, by its own rules and those of its parents.
    private func ways() -> [StateSet] {
        var ways = [StateSet](repeating: [0, 0, 0, 0], count: definition.states.count)
        for event in index.events.indices {
            join(&ways) { index.answers(of: $0, to: event) }
        }
        join(&ways) { index.always[$0] }
        return ways
    }

    private func join(_ ways: inout [StateSet], _ answers: (Int) -> [DefinitionIndex.Answer]) {
        var targets = [StateSet](repeating: [0, 0, 0, 0], count: definition.states.count)
        for state in index.outermostFirst where !definition.states[state].isFinal {
            let own = answers(state)
            // Nothing behind an answer without guard is asked, neither here nor in a parent.
            let last = own.firstIndex { $0.condition == nil }
            if last == nil, let parent = index.parents[state] { targets[state] = targets[parent] }
            for answer in own.prefix((last ?? own.count) + 1) {
                if let target = answer.target { targets[state].insert(target) }
            }
            ways[state] |= targets[state]
        }
    }

    private func turned(_ ways: [StateSet]) -> [StateSet] {
        var turned = [StateSet](repeating: [0, 0, 0, 0], count: ways.count)
        for from in ways.indices {
            for to in ways.indices where ways[from].contains(to) { turned[to].insert(from) }
        }
        return turned
    }

    private func closure(of start: [Int], along ways: [StateSet]) -> StateSet {
        var found: StateSet = [0, 0, 0, 0]
        for state in start { found.insert(state) }
        var open = start
        while let state = open.popLast() {
            for next in ways.indices where ways[state].contains(next) && !found.contains(next) {
                found.insert(next)
                open.append(next)
            }
        }
        return found
    }
}
