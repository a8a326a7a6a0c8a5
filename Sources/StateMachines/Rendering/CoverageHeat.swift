/// How much of a coverage was taken, for drawings.
struct CoverageHeat {
    /// How much of what can be taken was.
    enum Degree: String, CaseIterable {
        case all
        case some
        case none

        init?(_ count: MachineCoverage.Count) {
            guard count.total > 0 else { return nil }
            self = count.taken == count.total ? .all : count.taken > 0 ? .some : .none
        }

        /// What stands behind a text.
        var sign: String {
            switch self {
            case .all: "✓"
            case .some: "◐"
            case .none: "✗"
            }
        }

        /// The colours of what is filled and of what is drawn: apart for people who do not see red and green, too.
        var colors: (fill: String, line: String) {
            switch self {
            case .all: ("#c8e6c9", "#2e7d32")
            case .some: ("#fff3c4", "#b26a00")
            case .none: ("#f8c9c4", "#b71c1c")
            }
        }
    }

    private struct Rule: Hashable {
        var owner: UInt8
        var pair: MachineCoverage.Pair
    }

    let coverage: MachineCoverage
    private let states: [MachineCoverage.Count]
    /// Of each state's own answers, the pairs in which they are asked: its own and those of the states inside it.
    private let rules: [Rule: MachineCoverage.Count]
    private let events: [String: UInt8]

    init(_ coverage: MachineCoverage) {
        let program = coverage.program
        var states: [MachineCoverage.Count] = []
        var rules: [Rule: MachineCoverage.Count] = [:]
        for state in program.definition.states.indices.map({ UInt8($0) }) {
            var count = MachineCoverage.Count(taken: 0, total: 0)
            for pair in coverage.pairs(in: state) {
                let taken = coverage.isMarked(coverage.bit(of: pair, in: state)) ? 1 : 0
                count.taken += taken
                count.total += 1
                for owner in program.owners(of: pair, in: state) {
                    let rule = Rule(owner: owner, pair: pair)
                    rules[rule, default: MachineCoverage.Count(taken: 0, total: 0)].taken += taken
                    rules[rule]?.total += 1
                }
            }
            states.append(count)
        }
        self.coverage = coverage
        self.states = states
        self.rules = rules
        events = Dictionary(program.definition.alphabet.enumerated().map { ($1, UInt8($0)) }) { first, _ in first }
    }

    /// How much of a state was taken.
    func count(of state: Int) -> MachineCoverage.Count { states[state] }

    /// How much of a state was taken; nil if there is nothing to take.
    func degree(of state: Int) -> Degree? { Degree(states[state]) }

    /// How much of the pairs was taken in which a state's own rules for an event, or its eventless ones, are asked.
    func degree(of event: String?, ownedBy state: Int) -> Degree? { count(event, state).flatMap(Degree.init) }

    /// The same of all rules that share an arrow.
    func degree(of arrow: RuleArrow, ownedBy state: Int) -> Degree? {
        var all = MachineCoverage.Count(taken: 0, total: 0)
        for event in arrow.events {
            guard let count = count(event, state) else { continue }
            all.taken += count.taken
            all.total += count.total
        }
        return Degree(all)
    }

    /// Whether a pair was taken; nil for one that cannot be.
    func isTaken(_ event: String?, isTimeout: Bool = false, in state: Int) -> Bool? {
        guard let pair = isTimeout ? .timeout : pair(event) else { return nil }
        let state = UInt8(state)
        return coverage.pairs(in: state).contains(pair) ? coverage.isMarked(coverage.bit(of: pair, in: state)) : nil
    }

    private func pair(_ event: String?) -> MachineCoverage.Pair? {
        guard let event else { return .always }
        return events[event].map { .event($0) }
    }

    private func count(_ event: String?, _ state: Int) -> MachineCoverage.Count? {
        pair(event).flatMap { rules[Rule(owner: UInt8(state), pair: $0)] }
    }
}

extension MachineProgram {
    /// The states whose answers are asked for a pair, down to the first that always answers.
    fileprivate func owners(of pair: MachineCoverage.Pair, in state: UInt8) -> Set<UInt8> {
        var next: Int32
        switch pair {
        case .event(let event): next = head(of: event, in: state)
        case .always: next = states[Int(state)].always
        case .timeout: return []
        }
        var owners: Set<UInt8> = []
        while next >= 0 {
            let choice = choices[Int(next)]
            owners.insert(choice.owner)
            next = choice.condition == ConditionTest.isTrue ? -1 : choice.next
        }
        return owners
    }
}
