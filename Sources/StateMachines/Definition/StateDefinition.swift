/// One state of a ``MachineDefinition`` and its rules.
public struct StateDefinition: Sendable, Hashable {
    /// The state's name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    public var name: String
    /// The state that contains this one, and answers what this one does not.
    public var parent: String?
    /// Breaks a tie between two shared snapshots, 0…255: the higher rank wins.
    ///
    /// The engine does not act on it.
    public var rank: UInt8
    /// Which calls a breaker in this state lets through.
    ///
    /// The engine does not act on it.
    public var admission: Admission
    /// Whether the machine ends here: a final state answers by ``ignore`` and ``reject`` only.
    public var isFinal: Bool
    /// The actions that run when the state is entered, in order.
    public var entry: [String]
    /// The actions that run when the state is left, in order.
    public var exit: [String]
    /// The event that is fired when the machine has stayed here for a time.
    public var timeout: TimeoutDefinition?
    /// The rules for events, in order; one item an event.
    public var on: [EventRules]
    /// The rules that are asked whenever a microstep has ended here, without an event; each one moves or re-enters.
    public var always: [RuleDefinition]
    /// Events that change nothing here; asked behind ``on``.
    public var ignore: [String]
    /// Events that are refused here, whatever ``MachineDefinition/unhandled`` says; asked behind ``ignore``.
    public var reject: [String]
    /// Events that wait until a state answers them; asked behind ``reject``.
    public var `defer`: [String]

    /// Creates a state from its parts, unchecked.
    public init(
        name: String,
        parent: String? = nil,
        rank: UInt8 = 0,
        admission: Admission = .all,
        isFinal: Bool = false,
        entry: [String] = [],
        exit: [String] = [],
        timeout: TimeoutDefinition? = nil,
        on: [EventRules] = [],
        always: [RuleDefinition] = [],
        ignore: [String] = [],
        reject: [String] = [],
        defer: [String] = []
    ) {
        self.name = name
        self.parent = parent
        self.rank = rank
        self.admission = admission
        self.isFinal = isFinal
        self.entry = entry
        self.exit = exit
        self.timeout = timeout
        self.on = on
        self.always = always
        self.ignore = ignore
        self.reject = reject
        self.defer = `defer`
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
