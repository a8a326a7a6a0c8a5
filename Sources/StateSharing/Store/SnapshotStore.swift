/// Where a fleet keeps its snapshots: a compare-and-set, a channel and a list of what is shared.
///
/// Every request may be sent twice, at any time. Requests fail with a ``StoreError`` and never wait longer than the
/// store's own time-out. ``MemoryStore`` is the store of one process, `RedisStore` (module `RedisSharing`) that of a
/// fleet; both pass the same contract suite.
public protocol SnapshotStore: Sendable {
    /// Where the store is, for people: `redis 127.0.0.1:6379`. No secrets.
    var address: String { get }

    /// Keeps the links up, reconnecting as needed, and hands over what happens until the task is cancelled.
    ///
    /// The order of a connection: subscribed and acknowledged, then ``StoreSignal/up``, then its messages.
    /// - Parameters:
    ///   - writer: who is on the line, for what the store tells of its connections.
    ///   - receive: takes each signal; must return quickly.
    /// - Throws: `CancellationError`, or what makes it pointless to try again.
    func run(as writer: WriterID, receive: @escaping @Sendable (StoreSignal) -> Void) async throws

    /// The subscription no longer hears: makes it anew; ``StoreSignal/down(_:)`` and ``StoreSignal/up`` follow.
    func resubscribe() async

    /// Proposes versions: a batch of 1…32 of different resources; each stands or falls alone.
    func commit(_ items: [CommitItem]) async throws(StoreError) -> CommitReply

    /// Reads what is stored of the given resources (any number; none reads the position only).
    func read(_ resources: [ResourceID]) async throws(StoreError) -> ReadReply

    /// Names the resources that changed after the given commit number, at most `limit` (1…512), in commit order.
    func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> ChangesReply

    /// Every resource that is stored or registered, with its full name where it is known. At most 100 000.
    func list(kind: String) async throws(StoreError) -> [ListedResource]

    /// Keeps the given resources on the list of what is used, for 24 hours from now.
    func register(_ resources: [ResourceID]) async throws(StoreError)

    /// Lets stored snapshots live for at least so many milliseconds more.
    func extend(_ resources: [ResourceID], timeToLiveMs: Int64) async throws(StoreError)

    /// The heartbeat: announces the store's position unless somebody did within `intervalMs`, and counts the members.
    func beat(_ request: BeatRequest) async throws(StoreError) -> BeatReply

    /// Takes a member off the list.
    func leave(member: String) async throws(StoreError)

    /// Drops names of the given resources whose snapshot has expired (1…512), and registrations that ran out.
    /// - Returns: how many were dropped.
    func prune(_ resources: [ResourceID]) async throws(StoreError) -> Int
}

extension SnapshotStore {
    /// Does nothing: a store without a connection does not go deaf.
    public func resubscribe() async {}
}

/// A snapshot as it is stored.
public struct StoredSnapshot: Sendable, Hashable {
    /// The resource's full name.
    public var name: String
    /// What is stored.
    public var version: SharedVersion

    /// Creates a snapshot.
    public init(name: String, version: SharedVersion) {
        self.name = name
        self.version = version
    }
}

/// The answer to a read.
public struct ReadReply: Sendable, Hashable {
    /// What is stored, in the order asked; `nil` for what is absent, foreign or unreadable.
    public var snapshots: [StoredSnapshot?]
    /// How many snapshots were there but foreign or unreadable.
    public var foreign: Int
    /// Where the store stood **before** the snapshots were read.
    public var position: StorePosition
    /// How many processes share the store.
    public var members: Int

    /// Creates a reply.
    public init(snapshots: [StoredSnapshot?], foreign: Int = 0, position: StorePosition, members: Int = 0) {
        self.snapshots = snapshots
        self.foreign = foreign
        self.position = position
        self.members = members
    }
}

/// The answer to "what changed?".
public struct ChangesReply: Sendable, Hashable {
    /// The resources, in commit order.
    public var resources: [ResourceID]
    /// The commit number of the last of them, to go on from; the number asked for when there are none.
    public var through: Int64
    /// Whether there may be more.
    public var hasMore: Bool

    /// Creates a reply.
    public init(resources: [ResourceID], through: Int64, hasMore: Bool) {
        self.resources = resources
        self.through = through
        self.hasMore = hasMore
    }
}

/// A resource that the store knows of.
public struct ListedResource: Sendable, Hashable {
    /// Which one.
    public var resource: ResourceID
    /// Whether a snapshot is stored; otherwise it is only registered.
    public var isStored: Bool

    /// Creates an entry.
    public init(resource: ResourceID, isStored: Bool) {
        self.resource = resource
        self.isStored = isStored
    }
}

/// A heartbeat to send.
public struct BeatRequest: Sendable, Hashable {
    /// At most one announcement in so many milliseconds, ≥ 100.
    public var intervalMs: Int64
    /// `<writer>|<host>|<pid>|<app>`, at most 256 bytes; empty = not a member.
    public var member: String
    /// How long the membership lasts, in milliseconds; 0 = not renewed this time.
    public var memberForMs: Int64

    /// Creates a request.
    public init(intervalMs: Int64, member: String = "", memberForMs: Int64 = 0) {
        self.intervalMs = intervalMs
        self.member = member
        self.memberForMs = memberForMs
    }
}

/// The answer to a heartbeat.
public struct BeatReply: Sendable, Hashable {
    /// Whether it was announced; otherwise somebody else's was recent enough.
    public var sent: Bool
    /// Where the store stands.
    public var position: StorePosition
    /// How many processes share it.
    public var members: Int
    /// Why the announcement failed; empty when it did not.
    public var publishError: String

    /// Creates a reply.
    public init(sent: Bool, position: StorePosition, members: Int, publishError: String = "") {
        self.sent = sent
        self.position = position
        self.members = members
        self.publishError = publishError
    }
}
