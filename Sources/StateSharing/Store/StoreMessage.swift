/// A message on the store's channel.
public enum StoreMessage: Sendable, Hashable {
    /// New versions. `previousSequence` is the number before this batch: a gap tells that something was missed.
    case update(position: StorePosition, previousSequence: Int64, versions: [SharedVersion])
    /// A heartbeat: where the store stands and how many processes share it.
    case beat(position: StorePosition, members: Int)
    /// Well-formed, but with a verb of a later release: counted, nothing else.
    case unknown
}

/// What a store tells of itself while it runs.
public enum StoreSignal: Sendable, Hashable {
    /// Commands can be sent and the subscription has been acknowledged. Sent again after every reconnect.
    case up
    /// The link is gone; requests fail until ``up``. Sent once an episode.
    case down(StoreError)
    /// A message arrived.
    case message(StoreMessage)
    /// Something unreadable arrived on the channel: `reason` is for the log.
    case malformed(reason: String)
    /// Messages were dropped because nobody took them in time: read everything again.
    case overflow
}
