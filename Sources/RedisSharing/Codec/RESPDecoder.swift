import CHiredis
import StateSharing

/// Turns bytes into replies with the reader of hiredis, bounded by the shim.
///
/// One owner, on one event loop.
///
/// After an error the reader is finished, and so is the connection.
@safe struct RESPDecoder: ~Copyable {
    /// What a server may make this process hold (fleet protocol, section 7).
    struct Limits: Sendable {
        /// Bytes fed since the last complete reply.
        ///
        /// Counts what is parsed already too, so that an array of long strings is bounded as well.
        var replyBytes = 4 * 1024 * 1024
        /// Elements of one array.
        var arrayElements = 4096
        /// Elements of all arrays of a reply.
        var replyElements = 16_384
        /// Arrays in arrays.
        var depth: Int32 = 6
    }

    /// More than this a feed is quadratic in hiredis: it moves the rest of its buffer for each KiB it consumed.
    static let feedLength = 16 * 1024

    // Unsafe pointer: made in `init`, freed in `deinit` only, and a type that is not copied has no second owner.
    private let reader: UnsafeMutablePointer<smr_reader>
    private let limits: Limits
    private var bytesOfReply = 0
    private var isFinished = false

    init(limits: Limits = Limits()) throws(StoreError) {
        // Unsafe: C allocates; nil is no memory.
        guard let reader = unsafe smr_reader_new(limits.arrayElements, limits.replyElements, limits.depth) else {
            throw StoreError(.overloaded, "no memory for a reply reader")
        }
        unsafe self.reader = unsafe reader
        self.limits = limits
    }

    deinit {
        // Unsafe: the only owner goes away, no reply refers to the reader.
        unsafe smr_reader_free(reader)
    }

    /// Feeds at most ``feedLength`` bytes and hands over the replies they complete.
    ///
    /// Unsafe: `bytes` is read during the call only; the reader copies it.
    @unsafe mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> [RedisValue] {
        guard !isFinished, bytes.count <= Self.feedLength else {
            throw StoreError(.protocolViolation, "reply reader is finished")
        }
        guard let base = bytes.baseAddress, bytes.count > 0 else { return [] }
        isFinished = true
        // Unsafe: as many bytes as the buffer has.
        guard unsafe redisReaderFeed(smr_reader_raw(reader), base, bytes.count) == REDIS_OK else { throw failure() }
        bytesOfReply += bytes.count
        var replies: [RedisValue] = []
        while let reply = try next() {
            replies.append(reply)
            // What is left in the reader belongs to the reply after this one.
            bytesOfReply = unsafe smr_reader_buffered(reader)
        }
        guard bytesOfReply <= limits.replyBytes else {
            throw StoreError(.protocolViolation, "a reply longer than \(limits.replyBytes) bytes")
        }
        isFinished = false
        return replies
    }

    private func next() throws(StoreError) -> RedisValue? {
        var raw: UnsafeMutableRawPointer?
        // Unsafe: C stores a reply that is ours to free, or nil when it needs more bytes.
        guard unsafe redisReaderGetReply(smr_reader_raw(reader), &raw) == REDIS_OK else { throw failure() }
        guard let raw = unsafe raw else { return nil }
        // Unsafe: the reply goes back to the library in any case; what is handed on was copied out of it.
        defer { unsafe freeReplyObject(raw) }
        return try unsafe Self.copy(raw.assumingMemoryBound(to: redisReply.self))
    }

    private func failure() -> StoreError {
        // Unsafe: a C string inside the reader, copied here.
        StoreError(.protocolViolation, "reply reader: " + (unsafe String(cString: smr_reader_error(reader))))
    }

    /// Unsafe: `reply` must be a complete reply of the reader.
    ///
    /// Recursion ends, because the shim bounds the depth.
    @unsafe private static func copy(_ reply: UnsafePointer<redisReply>) throws(StoreError) -> RedisValue {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_STRING: return .bulk(unsafe bytes(reply))
        case REDIS_REPLY_STATUS: return .status(unsafe bytes(reply))
        case REDIS_REPLY_ERROR: return .error(String(decoding: unsafe bytes(reply), as: UTF8.self))
        case REDIS_REPLY_INTEGER: return .integer(unsafe reply.pointee.integer)
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_ARRAY:
            // Unsafe: an array has as many elements as it says, each of them complete.
            let count = Int(unsafe reply.pointee.elements)
            var elements: [RedisValue] = []
            elements.reserveCapacity(count)
            for i in 0..<count {
                guard let element = unsafe reply.pointee.element[i] else {
                    throw StoreError(.protocolViolation, "an array with a hole")
                }
                elements.append(try unsafe copy(element))
            }
            return .array(elements)
        case let type:
            // RESP3 was never asked for.
            throw StoreError(.protocolViolation, "a reply of type \(type)")
        }
    }

    /// Unsafe: `reply` must be a string, whose length C keeps beside it.
    @unsafe private static func bytes(_ reply: UnsafePointer<redisReply>) -> [UInt8] {
        guard let text = unsafe reply.pointee.str else { return [] }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: text, count: Int(reply.pointee.len)))
    }
}
