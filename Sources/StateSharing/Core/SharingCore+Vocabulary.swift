import StateMachines

extension SharingCore {
    /// What the core wants done.
    ///
    /// Executed in order by one shell.
    enum Action: Sendable, Hashable {
        /// The subscription is deaf: make it anew.
        case resubscribe
        /// The process is cut off from so many members, or `nil` when it is not any more: machines probe accordingly.
        ///
        /// `resource` is the one to be told; `nil` for all.
        case limitProbes(members: Int?, resource: Int?)
        /// Something to count or to log.
        case note(Note)
        /// Nothing is left to do after `stop`.
        case stopped

        /// Whether nobody waits for it and nobody is told: something to count.
        var isCountedOnly: Bool {
            switch self {
            case .resubscribe, .limitProbes, .stopped, .note(.health), .note(.ready), .note(.alarm): false
            case .note(.merged), .note(.committed), .note(.refused), .note(.superseded), .note(.reasserted),
                .note(.dropped), .note(.malformed), .note(.gap), .note(.newLineage), .note(.foreign):
                true
            }
        }
    }

    /// A state for a machine; the answer comes back as `handedOver`.
    struct HandOver: Sendable, Hashable {
        var resource: Int
        var state: SharedState
        var basis: UInt64
        var ifSequence: UInt32
    }

    /// A question to the store; the answer comes back with the ticket.
    struct SentRequest: Sendable, Hashable {
        var ticket: UInt64
        var request: Request
    }

    /// What can be asked of the store.
    enum Request: Sendable, Hashable {
        case commit([Proposal])
        case read([Int], ReadPurpose)
        case changes(after: Int64, limit: Int)
        case register([Int])
        case extend([Int], timeToLiveMs: Int64)
        case beat(BeatRequest)
        /// Drop the names of expired snapshots among the 512 that changed next after this commit number, whoever used
        /// them.
        case prune(after: Int64)
        case leave(member: String)
    }

    /// A proposal and whose it is: replies are matched by version, never by position after a change.
    struct Proposal: Sendable, Hashable {
        var resource: Int
        var item: CommitItem
    }

    /// What a read is for.
    enum ReadPurpose: Sendable, Hashable {
        /// A part of a full sync.
        case fullSync
        /// A second look at single resources.
        case check
    }

    /// The store's answer.
    enum Reply: Sendable, Hashable {
        case commit(CommitReply)
        case read(ReadReply)
        case changes(ChangesReply)
        case beat(BeatReply)
        case done
    }

    /// What happened that somebody may want to count or read in a log.
    enum Note: Sendable, Hashable {
        /// The health changed; logged once an episode.
        case health(SharingHealth)
        /// The first sync is complete.
        case ready
        /// A version of the fleet was taken into `committed`.
        case merged
        /// A proposal was accepted by the store.
        case committed(resource: Int)
        /// A proposal was refused because somebody was first or an operator holds the resource.
        case refused(CommitCode)
        /// A decision of this process gave way to the fleet's.
        case superseded(resource: Int, state: String, by: String)
        /// An acknowledged version was lost by the store, or a history forked: proposed again.
        case reasserted(resource: Int)
        /// The queue was full: a recovery was forgotten, or a decision waits outside of it.
        case dropped
        /// Something unreadable arrived.
        case malformed(String)
        /// A message was missed.
        case gap
        /// The store lost data: another lineage.
        case newLineage
        /// Data of somebody else, or of another release, under one of our names.
        case foreign(Int)
        /// Something that an operator must mend.
        case alarm(String)
    }
}

/// How a sharing service stands with its store.
public enum SharingHealth: Sendable, Hashable, CustomStringConvertible {
    /// Not yet connected for the first time.
    case starting
    /// In step with the store.
    case live
    /// No link: works on local state and catches up later.
    case cutOff(reason: String)
    /// Connected, but the store refuses writes: local decisions wait.
    case writesRefused(reason: String)
    /// Connected or not, but not permitted: an operator must mend it.
    case misconfigured(reason: String)

    /// Whether only the reason may differ.
    func isSameKind(as other: SharingHealth) -> Bool {
        switch (self, other) {
        case (.starting, .starting), (.live, .live), (.cutOff, .cutOff), (.writesRefused, .writesRefused),
            (.misconfigured, .misconfigured):
            true
        case (.starting, _), (.live, _), (.cutOff, _), (.writesRefused, _), (.misconfigured, _): false
        }
    }

    /// The health in words, with its reason.
    public var description: String {
        switch self {
        case .starting: "starting"
        case .live: "live"
        case .cutOff(let reason): "cut off: \(reason)"
        case .writesRefused(let reason): "writes refused: \(reason)"
        case .misconfigured(let reason): "misconfigured: \(reason)"
        }
    }
}
