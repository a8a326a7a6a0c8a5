/// A state machine as data: what Swift code, YAML and JSON all become before it is checked and compiled.
///
/// Everything is said by name. A definition may be wrong in any way; ``findings`` tells all of them.
public struct MachineDefinition: Sendable, Hashable {
    /// What becomes of an event that no rule answers.
    public enum Unhandled: String, Sendable, Hashable, CaseIterable {
        /// It is rejected.
        case reject
        /// It is ignored.
        case ignore
        /// It is rejected, and a definition that leaves a pair of state and event without a rule is refused (SM017).
        case error
    }

    /// The event that the engine keeps for failures: rules may answer it, nobody can fire it.
    public static let fault = "fault"

    /// The machine's name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    public var name: String
    /// The version of the definition, 0…65535.
    public var version: UInt16
    /// The name of the state in which a machine starts.
    public var initial: String
    /// What becomes of an event that no rule answers.
    public var unhandled: Unhandled
    /// The names of all events that can be fired, at most 256, in the order in which they are numbered.
    public var events: [String]
    /// The names of all guards.
    public var guards: [String]
    /// The names of all actions.
    public var actions: [String]
    /// The guards that must be true at the end of every microstep that moved or stayed, in the order of asking.
    public var invariants: [String]
    /// The states, at most 256, in the order in which they are numbered.
    public var states: [StateDefinition]
    /// How snapshots of older versions are taken over.
    public var migrations: [MigrationDefinition]

    /// Creates a definition from its parts, unchecked.
    public init(
        name: String,
        version: UInt16 = 1,
        initial: String,
        unhandled: Unhandled = .reject,
        events: [String],
        guards: [String] = [],
        actions: [String] = [],
        invariants: [String] = [],
        states: [StateDefinition],
        migrations: [MigrationDefinition] = []
    ) {
        self.name = name
        self.version = version
        self.initial = initial
        self.unhandled = unhandled
        self.events = events
        self.guards = guards
        self.actions = actions
        self.invariants = invariants
        self.states = states
        self.migrations = migrations
    }

    /// All that is wrong or doubtful about the definition, errors and warnings, in the order of its parts.
    public var findings: [Finding] {
        Validator(definition: self).findings()
    }

    /// The events as they are numbered: ``events``, and behind them ``fault`` if a rule answers it.
    package var alphabet: [String] {
        usesFault ? events + [Self.fault] : events
    }

    /// Whether a state says something of ``fault``.
    package var usesFault: Bool {
        states.contains { state in
            state.on.contains { $0.event == Self.fault } || state.ignore.contains(Self.fault)
                || state.reject.contains(Self.fault)
        }
    }
}
