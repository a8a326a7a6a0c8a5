/// What one step of a machine was: asked by whom, answered how, and how long it took.
///
/// A step is a microstep, so an event that raises others or is followed by eventless rules gives a line for each of them,
/// in the order in which they happened. Eventless rules that were asked and refused by all their guards have a line too,
/// because why nothing happened is what a trace is read for.
public struct MachineTraceLine: Sendable, Hashable {
    /// Where a step comes from.
    public enum Cause: String, Sendable, Hashable, CaseIterable {
        /// An event from outside.
        case event
        /// A state's timeout.
        case timeout
        /// A deferred event that is run now.
        case recall
        /// The machine has come to its initial state.
        case start
        /// An event that a rule or an action raised.
        case raised
        /// Eventless rules; `rejected` if the guards of all of them refused.
        case always
        /// A failure behind a commit.
        case fault
        /// Nothing: a 65th microstep or raised event was due, and the machine is faulted.
        case limit
    }

    /// A guard that was called, and what it answered.
    public struct GuardResult: Sendable, Hashable {
        /// The guard's name.
        public var name: String
        /// Its answer.
        public var isTrue: Bool

        /// Creates a result from its parts.
        public init(_ name: String, _ isTrue: Bool) {
            self.name = name
            self.isTrue = isTrue
        }
    }

    /// The machine's name.
    public var machine: String
    /// What the program calls this instance; empty if it gave no name: see ``MachineTable/watched(as:trace:coverage:)``.
    public var id: String
    /// Commits since the start, behind this step; modulo 2³² in ``Machine`` and ``AtomicMachine``.
    public var sequence: UInt64
    /// Where the step comes from.
    public var cause: Cause
    /// The event; nil for a start, eventless rules and a limit, `#7` for a number that is no event of the machine.
    public var event: String?
    /// What the sender called the event; nil if it was not called anything.
    public var token: String?
    /// The guards in the order in which they were called; of a shared machine that lost a race, those of the last attempt.
    public var guards: [GuardResult]
    /// The state before.
    public var from: String
    /// The state behind this step.
    public var to: String
    /// What happened; of the event itself what its sender is told, so `faulted` if what followed made the machine faulted.
    public var outcome: MachineOutcomeKind
    /// Where it failed, if the outcome of the event itself is ``MachineOutcomeKind/failed``.
    public var phase: FailurePhase?
    /// What a ``MachineOutcomeKind/duplicate`` was told when it was taken.
    public var original: MachineOutcomeKind?
    /// How long it took, with its guards and actions.
    public var duration: Duration

    /// Creates a line from its parts.
    public init(
        machine: String,
        id: String = "",
        sequence: UInt64,
        cause: Cause = .event,
        event: String? = nil,
        token: String? = nil,
        guards: [GuardResult] = [],
        from: String,
        to: String,
        outcome: MachineOutcomeKind,
        phase: FailurePhase? = nil,
        original: MachineOutcomeKind? = nil,
        duration: Duration = .zero
    ) {
        self.machine = machine
        self.id = id
        self.sequence = sequence
        self.cause = cause
        self.event = event
        self.token = token
        self.guards = guards
        self.from = from
        self.to = to
        self.outcome = outcome
        self.phase = phase
        self.original = original
        self.duration = duration
    }
}
