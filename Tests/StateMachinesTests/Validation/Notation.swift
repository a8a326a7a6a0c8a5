import StateMachines

// A short way to write definitions in tests.

let g = ConditionDefinition.guard("g")
let h = ConditionDefinition.guard("h")
let k = ConditionDefinition.guard("k")

/// The guards with these numbers: g0, g1, g2.
func guards(_ numbers: Range<Int>) -> [ConditionDefinition] { numbers.map { .guard("g\($0)") } }

func to(
    _ target: String,
    if condition: ConditionDefinition? = nil,
    do actions: [String] = [],
    raise raises: [String] = []
) -> RuleDefinition {
    RuleDefinition(.move(to: target), if: condition, do: actions, raise: raises)
}

func stay(
    if condition: ConditionDefinition? = nil,
    do actions: [String] = [],
    raise raises: [String] = []
) -> RuleDefinition {
    RuleDefinition(.stay, if: condition, do: actions, raise: raises)
}

func reenter(if condition: ConditionDefinition? = nil) -> RuleDefinition { RuleDefinition(.reenter, if: condition) }

func state(
    _ name: String,
    in parent: String? = nil,
    final isFinal: Bool = false,
    entry: [String] = [],
    exit: [String] = [],
    timeout: String? = nil,
    always: [RuleDefinition] = [],
    on: KeyValuePairs<String, [RuleDefinition]> = [:],
    ignore: [String] = [],
    reject: [String] = [],
    defer deferred: [String] = []
) -> StateDefinition {
    StateDefinition(
        name: name,
        parent: parent,
        isFinal: isFinal,
        entry: entry,
        exit: exit,
        timeout: timeout.map { TimeoutDefinition(after: .seconds(1), fires: $0) },
        on: on.map { EventRules($0.key, $0.value) },
        always: always,
        ignore: ignore,
        reject: reject,
        defer: deferred
    )
}

/// A machine that starts in its first state unless another one is named; lists that are not given hold what is used.
func machine(
    initial: String? = nil,
    events: [String]? = nil,
    guards: [String]? = nil,
    actions: [String]? = nil,
    invariants: [String] = [],
    unhandled: MachineDefinition.Unhandled = .reject,
    _ states: StateDefinition...
) -> MachineDefinition {
    machine(
        initial: initial,
        events: events,
        guards: guards,
        actions: actions,
        invariants: invariants,
        unhandled: unhandled,
        states: states
    )
}

/// A machine that starts in its first state unless another one is named; lists that are not given hold what is used.
func machine(
    initial: String? = nil,
    events: [String]? = nil,
    guards: [String]? = nil,
    actions: [String]? = nil,
    invariants: [String] = [],
    unhandled: MachineDefinition.Unhandled = .reject,
    states: [StateDefinition]
) -> MachineDefinition {
    let rules = states.flatMap { $0.on.flatMap(\.rules) + $0.always }
    var mentions: [String] = []
    for state in states {
        mentions += state.on.map(\.event) + state.ignore + state.reject + state.defer
        if let timeout = state.timeout { mentions.append(timeout.fires) }
    }
    mentions += rules.flatMap(\.raises)
    let calls: [String] = states.flatMap { $0.entry + $0.exit } + rules.flatMap(\.actions)
    return MachineDefinition(
        name: "m",
        initial: initial ?? states.first?.name ?? "a",
        unhandled: unhandled,
        events: events ?? once(mentions.filter { $0 != MachineDefinition.fault }),
        guards: guards ?? once(rules.compactMap(\.condition).flatMap(\.guards)),
        actions: actions ?? once(calls),
        invariants: invariants,
        states: states
    )
}

private func once(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
}

extension Finding {
    /// The place, `!` where the key is meant, and the code.
    var brief: String { "\(place)\(place.isKey ? "!" : "") \(code)" }
}

extension MachineDefinition {
    /// All findings, shortly.
    var brief: [String] { findings.map(\.brief) }

    /// The places of the findings with one code.
    func places(_ code: Finding.Code) -> [String] {
        findings.filter { $0.code == code }.map { "\($0.place)\($0.place.isKey ? "!" : "")" }
    }
}
