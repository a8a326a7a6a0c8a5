/// One state of a ``MachineDefinition`` and its rules.
public struct StateDefinition: Sendable, Hashable {
    /// The state's name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    public var name: String
    /// Breaks a tie between two shared snapshots, 0…255: the higher rank wins.
    ///
    /// The engine does not act on it.
    public var rank: UInt8
    /// Which calls a breaker in this state lets through.
    ///
    /// The engine does not act on it.
    public var admission: Admission
    /// Whether the machine ends here: a final state answers by `ignore` and `reject` only.
    public var isFinal: Bool
    /// The rules in the order in which they are asked: those that move, re-enter or stay, then `ignore`, then `reject`.
    public let rules: [RuleDefinition]

    /// Creates a state from its parts, unchecked.
    ///
    /// - Parameters:
    ///   - name: the state's name.
    ///   - rank: breaks a tie between two shared snapshots, 0…255.
    ///   - admission: which calls a breaker in this state lets through.
    ///   - isFinal: whether the machine ends here.
    ///   - rules: in any order; `ignore` and `reject` always stand behind the others, as they do in a file, where they
    ///     are lists of their own.
    public init(
        name: String,
        rank: UInt8 = 0,
        admission: Admission = .all,
        isFinal: Bool = false,
        rules: [RuleDefinition] = []
    ) {
        self.name = name
        self.rank = rank
        self.admission = admission
        self.isFinal = isFinal
        self.rules = RuleDefinition.List.allCases.flatMap { list in rules.filter { $0.answer.list == list } }
    }
}

/// Which calls a breaker lets through in a state.
public enum Admission: UInt8, Sendable, Hashable, CaseIterable {
    /// Every call.
    case all
    /// Some calls: probes.
    case limited
    /// No call.
    case none
}
