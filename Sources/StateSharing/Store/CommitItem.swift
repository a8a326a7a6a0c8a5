/// One proposed version, as the compare-and-set takes it.
public struct CommitItem: Sendable, Hashable {
    /// When a proposal is accepted.
    public enum Mode: String, Sendable, Hashable {
        /// Compare-and-set: the store holds nothing newer than `expected`.
        case compareAndSet = "C"
        /// Re-seeding after data loss: anything older gives way.
        case merge = "M"
    }

    /// When it is accepted.
    public var mode: Mode
    /// The resource's full name, at most 1024 bytes.
    public var name: String
    /// The newest `lastModified` its writer has seen; in ``Mode/merge`` the version's own parent.
    public var expected: Int64
    /// The version proposed.
    ///
    /// Its `parent` and `sequence` are not sent: the store sets them.
    public var version: SharedVersion
    /// Garbage collection: the snapshot lives at least so many milliseconds, ≥ 1000.
    public var timeToLiveMs: Int64
    /// The event for the journal, 1…64 bytes of `[A-Za-z0-9._:/%|,+~-]`.
    public var event: String
    /// The numbers behind it for the journal, at most 300 bytes.
    public var detail: String

    /// Creates a proposal.
    public init(
        mode: Mode,
        name: String,
        expected: Int64,
        version: SharedVersion,
        timeToLiveMs: Int64 = 86_400_000,
        event: String,
        detail: String = ""
    ) {
        self.mode = mode
        self.name = name
        self.expected = expected
        self.version = version
        self.timeToLiveMs = timeToLiveMs
        self.event = event
        self.detail = detail
    }
}

/// What became of one proposal.
public enum CommitCode: String, Sendable, Hashable {
    /// Stored.
    case accepted = "ACCEPTED"
    /// Was stored already: the proposal was sent before.
    case duplicate = "DUPLICATE"
    /// Somebody was first.
    case conflict = "CONFLICT"
    /// An operator's hold is in force.
    case held = "HELD"
    /// `lastModified` too far ahead of the server's time.
    case skew = "SKEW"
}

/// What became of one proposal, with what the store holds now.
public struct CommitResult: Sendable, Hashable {
    /// What became of it.
    public var code: CommitCode
    /// What the store holds now; `nil` when there is nothing readable.
    public var stored: SharedVersion?

    /// Creates a result.
    public init(code: CommitCode, stored: SharedVersion?) {
        self.code = code
        self.stored = stored
    }
}

/// The store's answer to a batch of proposals.
public struct CommitReply: Sendable, Hashable {
    /// What became of each proposal, in the order proposed.
    public var results: [CommitResult]
    /// Where the store stands after the batch.
    public var position: StorePosition
    /// Why the announcement failed though the versions are stored; empty when it did not.
    public var publishError: String
    /// Why the journal entry failed though the versions are stored; empty when it did not.
    public var journalError: String

    /// Creates a reply.
    public init(
        results: [CommitResult],
        position: StorePosition,
        publishError: String = "",
        journalError: String = ""
    ) {
        self.results = results
        self.position = position
        self.publishError = publishError
        self.journalError = journalError
    }
}

/// Where a store stands: its lineage, its commit order and its time.
public struct StorePosition: Sendable, Hashable {
    /// 16 hex digits; another one means that data was lost.
    ///
    /// Empty before the first commit.
    public var generation: String
    /// The newest commit's number.
    public var sequence: Int64
    /// The server's time in milliseconds since 1970.
    public var nowMs: Int64

    /// Creates a position.
    public init(generation: String, sequence: Int64, nowMs: Int64) {
        self.generation = generation
        self.sequence = sequence
        self.nowMs = nowMs
    }
}
