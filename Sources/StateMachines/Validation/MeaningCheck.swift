/// Checks what a definition means, for one whose form is good.
///
/// What parents hand down is worked out from the outermost state inwards, one event at a time, so that each pair of
/// state and event is looked at once however deep it lies.
struct MeaningCheck {
    let definition: MachineDefinition
    let index: DefinitionIndex
    private let presentKeys: [String: Set<String>]
    private(set) var findings: [Finding] = []

    init(definition: MachineDefinition, presentKeys: [String: Set<String>]) {
        self.definition = definition
        self.presentKeys = presentKeys
        index = DefinitionIndex(definition)
    }

    mutating func checkAll() {
        for state in definition.states.indices {
            checkFinal(state)
            checkRules(of: state)
            checkTimeout(of: state)
        }
        checkEndlessCycles()
        checkClassification()
        checkCoverage()
        checkUse()
        guard !findings.contains(where: { $0.severity == .error }) else { return }
        checkReachability()
    }

    mutating func add(_ code: Finding.Code, at place: Place, _ message: String) {
        findings.append(Finding(code, at: place, message))
    }

    /// Where a state stands, or something under it.
    func place(_ state: Int, _ steps: Place.Step..., isKey: Bool) -> Place {
        Place(["states", .key(index.names[state])] + steps, isKey: isKey)
    }

    /// SM014.
    private mutating func checkFinal(_ state: Int) {
        let described = definition.states[state]
        if let parent = index.parents[state], definition.states[parent].isFinal {
            let what = "the parent of \(described.name) is the final state \(index.names[parent])"
            add(
                .ruleInFinal,
                at: place(state, "parent", isKey: false),
                "\(what), which nothing can lie in: take it away"
            )
        }
        guard described.isFinal else { return }
        let present = presentKeys[described.name] ?? []
        let keys: [(key: String, isUsed: Bool)] = [
            ("on", !described.on.isEmpty), ("always", !described.always.isEmpty),
            ("defer", !described.defer.isEmpty), ("timeout", described.timeout != nil),
            ("exit", !described.exit.isEmpty),
        ]
        for (key, isUsed) in keys where isUsed || present.contains(key) {
            let what = "\(described.name) is final and is never left"
            let fix = "take \(key) away or make the state not final"
            add(.ruleInFinal, at: place(state, .key(key), isKey: true), "\(what): \(fix)")
        }
    }

    /// SM015.
    private mutating func checkTimeout(of state: Int) {
        guard let timeout = definition.states[state].timeout else { return }
        let parents = index.parents
        let outwards = sequence(first: state) { parents[$0] }.prefix(parents.count)
        let isAnswered = outwards.contains { owner in
            definition.states[owner].on.contains { $0.event == timeout.fires }
        }
        guard !isAnswered else { return }
        let what = "the timeout of \(index.names[state]) fires \(timeout.fires), for which it has no rule in on"
        add(
            .timeoutUnanswered,
            at: place(state, "timeout", "fires", isKey: false),
            "\(what), nor have its parents: add one or fire another event"
        )
    }
}
