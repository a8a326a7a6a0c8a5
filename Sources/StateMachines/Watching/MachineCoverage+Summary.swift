extension MachineCoverage {
    /// How many of how many.
    public struct Count: Sendable, Hashable, CustomStringConvertible {
        /// How many there were.
        public var taken: Int
        /// How many there could be.
        public var total: Int

        /// `3 of 7`.
        public var description: String { "\(taken) of \(total)" }
    }

    /// A state and what was never taken in it.
    public struct Gap: Sendable, Hashable, CustomStringConvertible {
        /// What can be taken in a state.
        public enum Kind: String, Sendable, Hashable {
            /// An event.
            case event
            /// The state's eventless rules.
            case always
            /// The state's timeout.
            case timeout
        }

        /// The state's name.
        public var state: String
        /// What was not taken.
        public var kind: Kind
        /// The event's name; nil for eventless rules and the timeout.
        public var event: String?

        /// `syncing cancel`, `synced *always*`.
        public var description: String { "\(state) \(event ?? "*\(kind)*")" }
    }

    /// What stands in a coverage at one moment.
    public struct Summary: Sendable, Hashable {
        /// Pairs taken, eventless rules and timeouts included.
        public var pairs: Count
        /// Guards that were seen true and false.
        public var guards: Count
        /// What was never taken, in the order of the definition.
        public var neverTaken: [Gap]
        /// Guards that were never true, in the order of the definition.
        public var neverTrue: [String]
        /// Guards that were never false, in the order of the definition.
        public var neverFalse: [String]

        /// Whether nothing is missing.
        public var isComplete: Bool { neverTaken.isEmpty && neverTrue.isEmpty && neverFalse.isEmpty }
    }

    /// What was taken up to now, and what was not.
    public var summary: Summary {
        var (total, gaps): (Int, [Gap]) = (0, [])
        for state in definition.states.indices.map({ UInt8($0) }) {
            let pairs = pairs(in: state)
            total += pairs.count
            for pair in pairs where !isMarked(bit(of: pair, in: state)) {
                let state = definition.states[Int(state)].name
                switch pair {
                case .event(let event): gaps.append(Gap(state: state, kind: .event, event: program.eventName(event)))
                case .always: gaps.append(Gap(state: state, kind: .always))
                case .timeout: gaps.append(Gap(state: state, kind: .timeout))
                }
            }
        }
        func never(_ isTrue: Bool) -> [String] {
            definition.guards.indices.filter { !isMarked(bit(ofGuard: $0, isTrue)) }.map { definition.guards[$0] }
        }
        let (neverTrue, neverFalse) = (never(true), never(false))
        let missing = Set(neverTrue).union(neverFalse).count
        return Summary(
            pairs: Count(taken: total - gaps.count, total: total),
            guards: Count(taken: definition.guards.count - missing, total: definition.guards.count),
            neverTaken: gaps,
            neverTrue: neverTrue,
            neverFalse: neverFalse
        )
    }
}

extension MachineCoverage.Summary: CustomStringConvertible {
    /// A line for the pairs, one for the guards, and one for each kind of thing that is missing; it ends with a newline.
    public var description: String {
        var lines = ["pairs taken: \(pairs)", "guards seen both ways: \(guards)"]
        if !neverTaken.isEmpty { lines.append("never taken: \(RuleText.list(neverTaken.map(\.description)))") }
        if !neverTrue.isEmpty { lines.append("never true: \(RuleText.list(neverTrue))") }
        if !neverFalse.isEmpty { lines.append("never false: \(RuleText.list(neverFalse))") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The same as one compact JSON object with sorted keys.
    public var json: String {
        func json(_ count: MachineCoverage.Count) -> String { "{\"taken\":\(count.taken),\"total\":\(count.total)}" }
        let gaps = neverTaken.map { gap in
            JSONText.object([
                ("event", gap.event.map(JSONText.quoted) ?? "null"), ("kind", JSONText.quoted(gap.kind.rawValue)),
                ("state", JSONText.quoted(gap.state)),
            ])
        }
        return JSONText.object([
            ("guards", json(guards)), ("neverFalse", JSONText.list(neverFalse)),
            ("neverTaken", "[\(gaps.joined(separator: ","))]"), ("neverTrue", JSONText.list(neverTrue)),
            ("pairs", json(pairs)),
        ])
    }
}
