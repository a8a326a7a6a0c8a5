import StateSharing

/// The names of one shard (fleet protocol, section 1).
///
/// All share one hash tag, so a script may touch them together.
struct RedisKeys: Sendable {
    /// Release 1 has one shard.
    static let shards = 1

    let prefix: String
    let meta: String
    let index: String
    let known: String
    let journal: String
    let members: String
    let channel: String

    init(namespace: String) {
        prefix = "sm1:{\(namespace):0}:"
        meta = prefix + "meta"
        index = prefix + "index"
        known = prefix + "known"
        journal = prefix + "journal"
        members = prefix + "members"
        channel = prefix + "events"
    }

    func snapshot(_ resource: ResourceID) -> String {
        prefix + resource.description
    }
}
