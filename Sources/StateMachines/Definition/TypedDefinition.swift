/// A state machine written in Swift: two enums and the rules between them.
///
/// ```swift
/// enum Door: UInt8, MachineSymbol { case shut, open, locked }
/// enum Hand: UInt8, MachineSymbol { case push, pull, turn }
///
/// let door = TypedDefinition<Door, Hand>(name: "door", initial: .shut) {
///     In(.shut) {
///         On(.push, to: .open)
///         On(.turn, to: .locked)
///     }
///     In(.open) {
///         On(.pull, to: .shut)
///         Ignore(.push)
///     }
///     In(.locked) {
///         On(.turn, to: .shut)
///     }
/// }
/// var machine = Machine(try door.compile())
/// let outcome = machine.fire(.push)  // moved shut → open
/// ```
///
/// Every case of `State` is a state of the machine and every case of `Event` one of its events, described or not.
public struct TypedDefinition<State: MachineSymbol, Event: MachineSymbol>: Sendable, Hashable {
    /// The same machine by names.
    public let definition: MachineDefinition

    /// Creates a definition, unchecked until ``compile()``.
    ///
    /// - Parameters:
    ///   - name: the machine's name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///   - version: the version of the definition, 0…65535.
    ///   - initial: the state in which a machine starts.
    ///   - unhandled: what becomes of an event that no rule answers.
    ///   - states: the states, in any order; they are numbered by their raw values.
    public init(
        name: String,
        version: UInt16 = 1,
        initial: State,
        unhandled: MachineDefinition.Unhandled = .reject,
        @StateBuilder<State, Event> states: () -> [In<State, Event>]
    ) {
        let described = Dictionary(grouping: states(), by: \.state)
        definition = MachineDefinition(
            name: name,
            version: version,
            initial: initial.wireName,
            unhandled: unhandled,
            events: Event.allCases.map(\.wireName),
            // A state described twice stays twice in the definition, where the validator sees it.
            states: State.allCases.flatMap { state in
                described[state]?.map(\.definition) ?? [StateDefinition(name: state.wireName)]
            }
        )
    }

    /// All that is wrong or doubtful about the definition, errors and warnings, in the order of its parts.
    public var findings: [Finding] {
        Validator(
            definition: definition,
            misplaced: Self.misplaced(State.self, in: "states") + Self.misplaced(Event.self, in: "events")
        )
        .findings()
    }

    /// Checks the definition and makes the table that machines run on.
    ///
    /// - Throws: ``MachineDefinitionError`` with all findings if one of them is an error.
    public func compile() throws(MachineDefinitionError) -> MachineTable<State, Event> {
        let findings = findings
        guard !findings.contains(where: { $0.severity == .error }) else {
            throw MachineDefinitionError(machine: definition.name, findings: findings)
        }
        return MachineTable(checked: definition)
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
