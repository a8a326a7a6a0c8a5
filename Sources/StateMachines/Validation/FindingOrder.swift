/// Puts findings in the order of a definition's parts.
struct FindingOrder {
    private static let headKeys = [
        "machine", "version", "initial", "unhandled", "events", "guards", "actions", "invariants", "states", "migrate",
    ]
    private static let stateKeys = [
        "parent", "rank", "admission", "final", "entry", "exit", "timeout", "on", "always", "ignore", "reject", "defer",
    ]
    private static let otherKeys = [
        "after", "fires", "to", "stay", "reenter", "if", "all", "any", "not", "do", "raise", "from", "states",
        "unmappable",
    ]

    private let definition: MachineDefinition
    private let states: [String: Int]

    init(_ definition: MachineDefinition) {
        self.definition = definition
        states = Dictionary(definition.states.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    func sorted(_ findings: [Finding]) -> [Finding] {
        guard findings.count > 1 else { return findings }
        var events: [Int: [String: Int]] = [:]
        let keyed = findings.enumerated()
            .map { index, finding in (key: key(of: finding.place, events: &events), index: index, finding: finding) }
        return
            keyed.sorted { first, second in
                if first.key != second.key { return first.key.lexicographicallyPrecedes(second.key) }
                if first.finding.code != second.finding.code {
                    return first.finding.code.rawValue < second.finding.code.rawValue
                }
                return first.index < second.index
            }
            .map(\.finding)
    }

    /// The positions of a place's steps; `events` keeps the order of the rules of each state that was asked for.
    private func key(of place: Place, events: inout [Int: [String: Int]]) -> [Int] {
        let isState = place.steps.first == "states"
        var state = 0
        return place.steps.enumerated()
            .map { depth, step in
                switch (step, depth) {
                case (.index(let index), _):
                    return index
                case (.key(let key), 0):
                    return position(of: key, in: Self.headKeys)
                case (.key(let key), 1) where isState:
                    state = states[key] ?? definition.states.count
                    return state
                case (.key(let key), 2) where isState:
                    return position(of: key, in: Self.stateKeys)
                case (.key(let key), 3) where isState && place.steps[2] == "on":
                    if events[state] == nil { events[state] = order(ofRulesIn: state) }
                    return events[state]?[key] ?? Int.max
                case (.key(let key), _):
                    return position(of: key, in: Self.otherKeys)
                }
            }
    }

    private func position(of key: String, in keys: [String]) -> Int {
        keys.firstIndex(of: key) ?? keys.count
    }

    private func order(ofRulesIn state: Int) -> [String: Int] {
        guard definition.states.indices.contains(state) else { return [:] }
        return Dictionary(definition.states[state].on.enumerated().map { ($1.event, $0) }) { first, _ in first }
    }
}
