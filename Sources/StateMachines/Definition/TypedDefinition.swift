/// A state machine written in Swift: two enums, the rules between them, and the context that guards and actions work on.
///
/// ```swift
/// enum Door: UInt8, MachineSymbol { case shut, open, locked }
/// enum Hand: UInt8, MachineSymbol { case push, pull, turn }
///
/// let hasKey = Guard<Int>("hasKey") { keys in keys > 0 }
///
/// let door = TypedDefinition<Door, Hand, Int>(name: "door", initial: .shut) {
///     In(.shut) {
///         On(.push, to: .open)
///         On(.turn, to: .locked, if: hasKey)
///     }
///     In(.open) {
///         On(.pull, to: .shut)
///         Ignore(.push)
///     }
///     In(.locked) {
///         On(.turn, to: .shut, if: hasKey)
///     }
/// }
/// var keys = 1
/// var machine = try Machine(door.compile())
/// let outcome = machine.fire(.push, &keys)  // moved shut → open
/// ```
///
/// Every case of `State` is a state of the machine and every case of `Event` one of its events, described or not. A
/// machine without guards and actions has the context `Void`.
public struct TypedDefinition<State: MachineSymbol, Event: MachineSymbol, Context>: Sendable {
    /// The same machine by names.
    public let definition: MachineDefinition
    let functions: FunctionBook
    /// Findings about what a definition by names cannot show.
    private let ownFindings: [Finding]

    /// Creates a definition, unchecked until ``compile()``.
    ///
    /// - Parameters:
    ///   - name: the machine's name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///   - version: the version of the definition, 0…65535.
    ///   - initial: the state in which a machine starts.
    ///   - unhandled: what becomes of an event that no rule answers.
    ///   - invariants: what must be true at the end of every microstep that moved or stayed, in the order of asking.
    ///   - migrations: how snapshots of older versions are taken over.
    ///   - states: the states, in any order; they are numbered by their raw values.
    public init(
        name: String,
        version: UInt16 = 1,
        initial: State,
        unhandled: MachineDefinition.Unhandled = .reject,
        invariants: [Invariant<Context>] = [],
        migrations: [MigrationDefinition] = [],
        @StateBuilder<State, Event, Context> states: () -> [In<State, Event, Context>]
    ) {
        let described = Dictionary(grouping: states(), by: \.state)
        var functions = FunctionBook()
        var ownFindings =
            Self.misplaced(State.self, in: "states") + Self.misplaced(Event.self, in: "events")
        for state in State.allCases.flatMap({ described[$0] ?? [] }) {
            for part in state.parts {
                functions.guards.add(part.guards)
                functions.actions.add(part.actions.map(\.function))
            }
            if state.timeouts > 1 {
                let place = Place(["states", .key(state.definition.name), "timeout"], isKey: true)
                ownFindings.append(Finding(.malformed, at: place, "\(state.definition.name) has two timeouts"))
            }
        }
        functions.invariants.add(invariants.map(\.function))
        self.functions = functions
        self.ownFindings = ownFindings
        definition = MachineDefinition(
            name: name,
            version: version,
            initial: initial.wireName,
            unhandled: unhandled,
            events: Event.allCases.map(\.wireName),
            guards: functions.guards.names,
            actions: functions.actions.names,
            invariants: invariants.map(\.function.name),
            // A state described twice stays twice in the definition, where the validator sees it.
            states: State.allCases.flatMap { state in
                described[state]?.map(\.definition) ?? [StateDefinition(name: state.wireName)]
            },
            migrations: migrations
        )
    }

    /// All that is wrong or doubtful about the definition, errors and warnings, in the order of its parts.
    public var findings: [Finding] {
        Validator(definition: definition, misplaced: ownFindings).findings()
    }

    /// Checks the definition and makes the table that machines run on.
    ///
    /// - Throws: ``MachineDefinitionError`` with all findings if one of them is an error, and with all names that have
    ///   no function or two.
    public func compile() throws(MachineDefinitionError) -> MachineTable<State, Event, Context> {
        let findings = findings
        let problems = functions.problems(for: definition)
        guard problems.isEmpty, !findings.contains(where: { $0.severity == .error }) else {
            throw MachineDefinitionError(machine: definition.name, findings: findings, problems: problems)
        }
        return MachineTable(checked: definition, functions: functions.bound(to: definition))
    }

    /// A finding for each symbol whose raw value is not its position.
    private static func misplaced<Symbol: MachineSymbol>(_ type: Symbol.Type, in part: String) -> [Finding] {
        Symbol.allCases.enumerated()
            .compactMap { position, symbol in
                let place = Place([.key(part), .key(symbol.wireName)])
                if Int(symbol.rawValue) != position {
                    let due = "the raw value must be \(position), its position in allCases, and not \(symbol.rawValue)"
                    return Finding(.malformed, at: place, due)
                }
                if !symbol.isStoredAsPosition {
                    return Finding(.malformed, at: place, "the cases are not declared in the order of their raw values")
                }
                return nil
            }
    }
}
