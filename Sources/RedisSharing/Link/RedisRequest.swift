import NIOCore
import StateSharing

/// Commands on their way: written together, answered together.
struct RedisRequest: Sendable {
    /// The identity of the subscription's sign of life, of which there is one at a time.
    static let pingID: UInt64 = 0

    /// Unique on its connection.
    var id: UInt64
    /// The commands as they go out.
    var bytes: ByteBuffer
    /// How many commands, so how many replies.
    var commands: Int
    /// How long the answers may take.
    var timeout: TimeAmount
    /// Called once, on the event loop.
    var complete: @Sendable (Result<[RedisValue], StoreError>) -> Void
}
