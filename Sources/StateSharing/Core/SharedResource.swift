import StateMachines

/// What a process holds of one resource it shares.
struct SharedResource: Sendable {
    /// A version decided here and not yet accepted by the store.
    struct Pending: Sendable, Hashable {
        var held: HeldVersion
        /// The newest `lastModified` seen when it was made or rebased: what the compare-and-set expects.
        var parent: Int64
        /// When it was decided, monotonic microseconds.
        var decidedAt: Int64
        /// For the journal.
        var event: String
        var detail: String
        /// The end of an operator's hold, proposed by whoever notices.
        var isExpiry = false
        /// Decided without a link: stamped anew when there is one.
        var isStampProvisional = false
    }

    /// What the machine was last known to be in, by its own report or by taking over.
    struct Told: Sendable, Hashable {
        var state: String
        var epoch: Int64
        var deadline: Int64?
    }

    let id: ResourceID
    let name: String
    let definition: SharedDefinition

    /// The newest version known to have been in the store; `nil` stands for the initial state.
    var committed: HeldVersion?
    /// At most one decision of this process's own on its way.
    var pending: Pending?
    /// The newest `lastModified` this process has sent or merged: a version is issued once.
    var lastIssued: Int64 = 0

    /// Raised with each state handed to the machine.
    var basis: UInt64 = 0
    /// What the machine is in, as far as shared states go.
    var told: Told
    /// The machine's newest sequence that was reported or taken over.
    var machineSequence: UInt32 = 0
    /// The newest sequence whose transition became `pending` or was judged.
    var judgedSequence: UInt32 = 0
    /// Whether the machine is in a state that stays local (half-open).
    var isInLocalState = false
    /// Whether a state has been handed over and no answer has come.
    var isHandingOver = false
    /// The machine's sequence after a transition that it has not told: it had moved before a state reached it.
    var unreported: UInt32?

    /// Whether the store has been read since the link came up: nothing is proposed before.
    var isSynced = false
    /// Found newer here than in the store once: found so again, it is sent.
    var isSuspectedLost = false
    /// Found lost twice: to be sent as it is.
    var needsReseed = false
    /// The queue was full: `pending` is taken up again when the resource is read.
    var hasLostItsPlace = false
    /// Refusals by `CONFLICT` or `SKEW` in a row.
    var refusalsInARow = 0
    /// Somebody else's data stands under its key: not shared until the process ends.
    var isLocalOnly = false
    /// Sent alone, because a batch with it was refused as a whole.
    var isSentAlone = false

    init(name: String, definition: SharedDefinition) {
        self.name = name
        self.definition = definition
        id = ResourceID(kind: definition.kind, name: name)
        told = Told(state: definition.initial, epoch: 0, deadline: nil)
    }

    /// What the call path sees.
    var effective: HeldVersion? { pending?.held ?? committed }

    /// The version of `committed`, or the one that stands for an absent snapshot.
    var committedVersion: Version {
        committed?.version ?? .none(rank: definition.ranks[definition.initial] ?? 0)
    }

    /// The newest operator decision in the history held here.
    var operatorAt: Int64 { max(committed?.operatorAt ?? 0, pending?.held.operatorAt ?? 0) }
}
