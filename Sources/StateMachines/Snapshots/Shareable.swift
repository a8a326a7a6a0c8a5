/// A machine whose state a fleet of processes can share.
///
/// This is the whole seam between a machine (a circuit breaker, for one) and a sharing service: the service is told
/// of each transition that was decided in this process, and hands back the states that the fleet decided. Neither
/// side knows the other's module.
///
/// Two streams of decisions meet here, so each one says what it was based on. A service passes a *basis* with every
/// state it hands over, and the machine returns the newest basis it holds with each transition of its own. A
/// transition that carries an older basis was decided without knowing the newer state, and the service judges it as
/// such. The other way round, ``merge(_:basis:ifSequence:)`` changes nothing when the machine has moved meanwhile.
public protocol Shareable: AnyObject, Sendable {
    /// The resource's name: 1 to 1024 bytes of UTF-8, unique in its kind.
    var name: String { get }

    /// What kind of machine this is and which states it has; the same for every instance of a kind.
    var sharedDefinition: SharedDefinition { get }

    /// The failure rate now in basis points (0…10 000), `nil` while unknown. Read when a snapshot is sent.
    var failureRateBp: Int? { get }

    /// Calls `observer` after each transition decided in this process, outside every lock, in no promised order
    /// (``LocalTransition/sequence`` tells it). States taken over by ``merge(_:basis:ifSequence:)`` are not reported.
    ///
    /// - Parameter observer: told besides all others, for as long as the machine lives: it holds what it tells weakly.
    ///   None takes another's place, so nobody can cut a machine off its fleet by looking at it.
    /// - Returns: the present state, told as the transition that led to it; every later transition reaches the
    ///   observer. A sequence of 0 says that nothing has been decided yet.
    @discardableResult
    func observeTransitions(_ observer: @escaping @Sendable (LocalTransition) -> Void) -> LocalTransition

    /// Takes over a state that the fleet decided.
    ///
    /// The same state and epoch replace the deadline only; anything else is a transition of the machine: a new
    /// generation with an empty window.
    ///
    /// - Parameters:
    ///   - state: the state to take over; a state that the definition does not have is refused.
    ///   - basis: returned in ``LocalTransition/basis`` from now on.
    ///   - ifSequence: the machine's sequence that the decision was based on; `nil` takes over in any case.
    /// - Returns: whether the machine is in that state now, and its sequence.
    func merge(_ state: SharedState, basis: UInt64, ifSequence: UInt32?) -> MergeResult

    /// Told when the process loses its fleet, and when it is back: until then nobody can share the probing out, so a
    /// machine that probes by itself takes its part of it only.
    ///
    /// - Parameter members: how many processes share the machine, as far as known, ≥ 1; `nil` when the fleet is there
    ///   again.
    func limitProbes(toShareOf members: Int?)
}

extension Shareable {
    /// Does nothing: most machines do not probe.
    public func limitProbes(toShareOf members: Int?) {}
}

/// What a fleet must know of a kind of machine: its wire names, their ranks and which states stay local.
public struct SharedDefinition: Sendable, Hashable {
    /// The kind, `[a-z]{1,16}`: `breaker`, `policy`, `machine`.
    public var kind: String
    /// Name and version of the definition, at most 64 bytes of `[A-Za-z0-9._:/%|,+~-]`: `breaker-1`.
    public var identifier: String
    /// The wire name of the initial state: what an absent snapshot stands for.
    public var initial: String
    /// Wire name → rank (0…255); the higher rank wins a tie of versions.
    public var ranks: [String: UInt8]
    /// States that every process decides for itself and never writes (`HALF_OPEN` in release 1).
    public var localStates: Set<String>
    /// States that only an operator's decision with a hold may bring about (`FORCED_OPEN`, …).
    public var heldStates: Set<String>
    /// States that have a deadline after which they end by themselves (`OPEN`); each entry raises the epoch.
    public var timedStates: Set<String>

    /// Creates a definition from its parts.
    public init(
        kind: String,
        identifier: String,
        initial: String,
        ranks: [String: UInt8],
        localStates: Set<String> = [],
        heldStates: Set<String> = [],
        timedStates: Set<String> = []
    ) {
        self.kind = kind
        self.identifier = identifier
        self.initial = initial
        self.ranks = ranks
        self.localStates = localStates
        self.heldStates = heldStates
        self.timedStates = timedStates
    }
}

/// A transition decided in this process, as the sharing service is told of it.
public struct LocalTransition: Sendable, Hashable {
    /// The machine's sequence after the transition; modulo 2³², starts at 0.
    public var sequence: UInt32
    /// The newest basis that ``Shareable/merge(_:basis:ifSequence:)`` had handed over before this; 0 before the first.
    public var basis: UInt64
    /// Wire names of the states left and entered; equal for a re-entry.
    public var from: String
    /// The wire name of the state entered.
    public var to: String
    /// The event that caused it: `trip`, `probesPassed`, `forceOpen`, …; ``adopted`` for a state of the fleet's.
    public var event: String
    /// The event of a state that was taken over, as ``Shareable/observeTransitions(_:)`` returns it.
    public static let adopted = "adopt"
    /// Milliseconds until the new state's deadline, at the time of the transition; `nil` without a deadline.
    public var remainingMs: Int64?
    /// The full duration of the new state in milliseconds; 0 without a deadline.
    public var durationMs: Int64
    /// The k of the back-off.
    public var attempts: Int
    /// Why: `failureRate`, `probes`, `manual`, …; empty when there is none.
    public var reason: String
    /// Who decided, at most 100 bytes; empty for an automatic transition.
    public var actor: String
    /// The failure rate that went with it, in basis points; `nil` when unknown.
    public var failureRateBp: Int?
    /// The numbers behind it for the journal, at most 300 bytes of ASCII: `total=20,failures=12,…`.
    public var detail: String

    /// Creates a transition from its parts.
    public init(
        sequence: UInt32,
        basis: UInt64,
        from: String,
        to: String,
        event: String,
        remainingMs: Int64? = nil,
        durationMs: Int64 = 0,
        attempts: Int = 0,
        reason: String = "",
        actor: String = "",
        failureRateBp: Int? = nil,
        detail: String = ""
    ) {
        self.sequence = sequence
        self.basis = basis
        self.from = from
        self.to = to
        self.event = event
        self.remainingMs = remainingMs
        self.durationMs = durationMs
        self.attempts = attempts
        self.reason = reason
        self.actor = actor
        self.failureRateBp = failureRateBp
        self.detail = detail
    }
}

/// A state that the fleet decided, on its way into a machine.
public struct SharedState: Sendable, Hashable {
    /// The wire name.
    public var state: String
    /// Milliseconds until its deadline, 0…`durationMs`; `nil` without a deadline.
    public var remainingMs: Int64?
    /// The full duration in milliseconds; 0 without a deadline.
    public var durationMs: Int64
    /// The k of the back-off.
    public var attempts: Int
    /// Grows with each entry into a timed state anywhere in the fleet; tells a renewed OPEN from the same OPEN.
    public var epoch: Int64
    /// Why, as the fleet has it: an automatic reason, or an operator's free text.
    public var reason: String
    /// Who decided; empty for an automatic transition.
    public var actor: String
    /// The process that decided, 16 hex digits.
    public var writer: String

    /// Creates a state from its parts.
    public init(
        state: String,
        remainingMs: Int64? = nil,
        durationMs: Int64 = 0,
        attempts: Int = 0,
        epoch: Int64 = 0,
        reason: String = "",
        actor: String = "",
        writer: String = ""
    ) {
        self.state = state
        self.remainingMs = remainingMs
        self.durationMs = durationMs
        self.attempts = attempts
        self.epoch = epoch
        self.reason = reason
        self.actor = actor
        self.writer = writer
    }
}

/// What became of a state handed over with ``Shareable/merge(_:basis:ifSequence:)``.
public enum MergeResult: Sendable, Hashable {
    /// The machine is in that state; its sequence is now this.
    case adopted(sequence: UInt32)
    /// The machine had moved on since; nothing changed, and its own transition is on its way to the observer.
    case conflict(sequence: UInt32)
    /// The definition does not have that state; nothing changed.
    case unknownState
}
