extension MachineTable where State: MachineSymbol, Event: MachineSymbol {
    /// Makes the table of a definition that was read from a file, for the enums and functions of this program.
    ///
    /// The states and events of the definition must be those of the enums, by name and in any order. Functions that the
    /// definition does not use are no error: a program may register more than one version of a file needs.
    ///
    /// - Parameters:
    ///   - definition: the definition.
    ///   - guards: the guards by name; joined ones register all their parts.
    ///   - actions: the actions by name.
    ///   - invariants: the invariants by name.
    /// - Throws: ``MachineDefinitionError`` with all findings and all names that do not fit.
    public convenience init(
        _ definition: MachineDefinition,
        guards: [Guard<Context>] = [],
        actions: [Action<Event, Context>] = [],
        invariants: [Invariant<Context>] = []
    ) throws(MachineDefinitionError) {
        var book = FunctionBook(guards, actions, invariants)
        let states = Self.order(definition.states, of: State.self, by: \.name, .state)
        let events = Self.order(definition.events, of: Event.self, by: \.self, .event)
        book.symbolProblems = states.problems + events.problems
        var ordered = definition
        ordered.states = states.items
        ordered.events = events.items
        // The places of findings are those of the definition as it was written.
        try book.check(definition)
        self.init(checked: ordered, functions: book.bound(to: ordered))
    }

    /// The items in the order of an enum's cases, and what does not fit.
    private static func order<Item, Symbol: MachineSymbol>(
        _ items: [Item],
        of type: Symbol.Type,
        by name: (Item) -> String,
        _ subject: BindingProblem.Subject
    ) -> (items: [Item], problems: [BindingProblem]) {
        let byName = Dictionary(items.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(Symbol.allCases.map(\.wireName))
        var problems = items.map(name).filter { !names.contains($0) }.map { BindingProblem(subject, $0, .noCase) }
        for (position, symbol) in Symbol.allCases.enumerated() {
            if byName[symbol.wireName] == nil { problems.append(BindingProblem(subject, symbol.wireName, .noName)) }
            if Int(symbol.rawValue) != position || !symbol.isStoredAsPosition {
                problems.append(BindingProblem(subject, symbol.wireName, .misplaced))
            }
        }
        return (Symbol.allCases.compactMap { byName[$0.wireName] }, problems)
    }
}

extension MachineTable where State == StateNumber, Event == EventNumber {
    /// Makes the table of a definition that is known only at run time; states and events go by number.
    ///
    /// - Parameters:
    ///   - definition: the definition.
    ///   - guards: the guards by name; joined ones register all their parts.
    ///   - actions: the actions by name.
    ///   - invariants: the invariants by name.
    /// - Throws: ``MachineDefinitionError`` with all findings and all names without a function.
    public convenience init(
        _ definition: MachineDefinition,
        guards: [Guard<Context>] = [],
        actions: [Action<EventNumber, Context>] = [],
        invariants: [Invariant<Context>] = []
    ) throws(MachineDefinitionError) {
        let book = FunctionBook(guards, actions, invariants)
        try book.check(definition)
        self.init(checked: definition, functions: book.bound(to: definition))
    }

    /// The state that has a name; nil if none has.
    public func state(named name: String) -> StateNumber? {
        definition.states.firstIndex { $0.name == name }.map { StateNumber(rawValue: UInt8($0)) }
    }

    /// The event that has a name; nil if none has.
    public func event(named name: String) -> EventNumber? {
        program.event(named: name).map { EventNumber(rawValue: $0) }
    }

    /// The name of a state.
    public func name(of state: StateNumber) -> String {
        definition.states[Int(checked(state))].name
    }
}

extension FunctionBook {
    fileprivate init<Event, Context>(
        _ guards: [Guard<Context>],
        _ actions: [Action<Event, Context>],
        _ invariants: [Invariant<Context>]
    ) {
        self.guards.add(guards.flatMap(\.functions))
        self.actions.add(actions.map(\.function))
        self.invariants.add(invariants.map(\.function))
    }

    /// Throws if the definition has an error or a name does not fit.
    fileprivate func check(_ definition: MachineDefinition) throws(MachineDefinitionError) {
        let findings = definition.findings
        let problems = problems(for: definition)
        guard problems.isEmpty, !findings.contains(where: { $0.severity == .error }) else {
            throw MachineDefinitionError(machine: definition.name, findings: findings, problems: problems)
        }
    }
}
