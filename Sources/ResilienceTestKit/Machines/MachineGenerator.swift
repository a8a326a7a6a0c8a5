package import StateMachines

/// Draws machines without errors, and scripts for them: the same ones for the same seed.
package struct MachineGenerator: Sendable {
    /// What the machines may use beyond events, rules and the three lists.
    package struct Features: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Rules with conditions.
        package static let guards = Features(rawValue: 1 << 0)
        /// Actions, which fail now and then.
        package static let actions = Features(rawValue: 1 << 1)
        /// Parent states.
        package static let parents = Features(rawValue: 1 << 2)
        /// Final states.
        package static let finals = Features(rawValue: 1 << 3)
        /// Rules for `fault`.
        package static let fault = Features(rawValue: 1 << 4)
        /// Invariants.
        package static let invariants = Features(rawValue: 1 << 5)
        /// Eventless rules.
        package static let always = Features(rawValue: 1 << 6)
        /// Rules that raise events.
        package static let raise = Features(rawValue: 1 << 7)
        /// States that fire an event after a time.
        package static let timeouts = Features(rawValue: 1 << 8)
        /// States that defer events.
        package static let deferral = Features(rawValue: 1 << 9)

        /// What an `AtomicMachine` takes.
        package static let atomic: Features = [.guards, .actions, .parents, .finals, .fault, .invariants]
        /// What a `Machine` takes.
        package static let owner: Features = [.atomic, .always, .raise]
        /// What a `MachineLoop` takes.
        package static let loop: Features = [.owner, .timeouts, .deferral]
    }

    /// Where the draws come from.
    package var random: SeededGenerator

    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func chance(_ part: Int, of whole: Int) -> Bool { Int.random(in: 0..<whole, using: &random) < part }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// One of the names, which must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }

    /// Draws a machine without errors that uses some of the features, each more often than not.
    package mutating func definition(_ allowed: Features) -> MachineDefinition {
        var features = Features()
        for bit in 0..<10 where chance(2, of: 3) { features.insert(Features(rawValue: 1 << bit)) }
        features.formIntersection(allowed)
        let count = chance(1, of: 8) ? 1 : number(2...6)
        var definition = MachineDefinition(
            name: "random",
            version: UInt16(number(0...3)),
            initial: "s\(number(0...count - 1))",
            unhandled: chance(1, of: 3) ? .ignore : .reject,
            events: (0...number(0...4)).map { "e\($0)" },
            guards: features.contains(.guards) ? (0...number(0...3)).map { "g\($0)" } : [],
            actions: features.contains(.actions) ? (0...number(0...4)).map { "a\($0)" } : [],
            invariants: features.contains(.invariants) ? (0...number(0...1)).map { "i\($0)" } : [],
            states: (0..<count).map { StateDefinition(name: "s\($0)", rank: UInt8($0 % 3)) }
        )
        // An invariant may have a guard's name: it is the same function.
        if !definition.guards.isEmpty, !definition.invariants.isEmpty, chance(1, of: 4) {
            definition.invariants.append(definition.guards[0])
        }
        if features.contains(.parents) { nest(&definition) }
        if features.contains(.finals) { end(&definition) }
        let raiseRate = features.contains(.raise) ? number(1...4) : 0
        for index in definition.states.indices {
            fill(&definition, index, features, raiseRate: raiseRate)
        }
        if features.contains(.timeouts) { time(&definition) }
        if features.contains(.always) { breakCycles(&definition) }
        return definition
    }

    /// Gives some states parents: in a random order, each one's stands before it.
    private mutating func nest(_ definition: inout MachineDefinition) {
        let order = Array(definition.states.indices).shuffled(using: &random)
        for (rank, index) in order.enumerated() where rank > 0 && chance(2, of: 3) {
            definition.states[index].parent = definition.states[order[number(0...rank - 1)]].name
        }
    }

    /// Makes some states final that contain no others.
    private mutating func end(_ definition: inout MachineDefinition) {
        for index in definition.states.indices where chance(1, of: 4) {
            let name = definition.states[index].name
            definition.states[index].isFinal = !definition.states.contains { $0.parent == name }
        }
    }

    /// Times some states, with an event that a rule of theirs or of a parent's is there for.
    private mutating func time(_ definition: inout MachineDefinition) {
        for index in definition.states.indices where !definition.states[index].isFinal && chance(1, of: 2) {
            let known = ancestors(index, in: definition)
                .flatMap { definition.states[$0].on.map(\.event).filter { $0 != MachineDefinition.fault } }
            guard !known.isEmpty else { continue }
            // Not so short that a script's clock lets a timer that is armed anew fire often.
            let after = pick([500, 1000, 1000, 1000, 2000, 3000])
            definition.states[index].timeout = TimeoutDefinition(after: .milliseconds(after), fires: pick(known))
        }
    }

    private func ancestors(_ index: Int, in definition: MachineDefinition) -> [Int] {
        var path = [index]
        while let parent = definition.states[path[path.count - 1]].parent {
            path.append(contentsOf: definition.states.indices.filter { definition.states[$0].name == parent })
        }
        return path
    }

    /// Takes eventless rules without guard away until none of them can turn in a circle.
    private func breakCycles(_ definition: inout MachineDefinition) {
        for start in definition.states.indices {
            var seen: Set<Int> = []
            var at = start
            while seen.insert(at).inserted, !definition.states[at].isFinal {
                let found = ancestors(at, in: definition)
                    .compactMap { owner -> (owner: Int, target: String)? in
                        guard let rule = definition.states[owner].always.last, rule.condition == nil,
                            case .move(let target) = rule.answer
                        else { return nil }
                        return (owner, target)
                    }
                    .first
                guard let found, let target = definition.states.firstIndex(where: { $0.name == found.target }) else {
                    break
                }
                if seen.contains(target) {
                    definition.states[found.owner].always.removeLast()
                    break
                }
                at = target
            }
        }
    }
}
