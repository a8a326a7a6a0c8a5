import CHiredis
import NIOCore
import StateSharing

/// Builds commands with the formatter of hiredis; stateless, so it may run on any thread.
enum RESPEncoder {
    /// hiredis 0.14 adds lengths up in an `int`, so a command stays under 64 MiB (fleet protocol, section 7); the largest
    /// one of this module is about 64 × 3 KiB.
    static let maximumLength = 64 * 1024 * 1024

    /// The commands one behind the other, ready to be written.
    static func encode(_ commands: [RedisCommand]) throws(StoreError) -> ByteBuffer {
        var buffer = ByteBuffer()
        for command in commands { try append(command, to: &buffer) }
        return buffer
    }

    private static func append(_ command: RedisCommand, to buffer: inout ByteBuffer) throws(StoreError) {
        guard !command.bytes.isEmpty, command.bytes.count < maximumLength, command.ends.count < maximumLength / 16
        else {
            throw StoreError(.badArguments, "a command of \(command.bytes.count) bytes")
        }
        // Unsafe: the pointers into the words' bytes are used inside this closure only, and the formatter copies them.
        let isBuilt = unsafe command.bytes.withUnsafeBytes { words in
            unsafe format(words, ends: command.ends, into: &buffer)
        }
        guard isBuilt else { throw StoreError(.overloaded, "no memory for a command") }
    }

    /// Unsafe: `words` must hold the bytes up to the last of `ends`.
    @unsafe private static func format(
        _ words: UnsafeRawBufferPointer,
        ends: [Int],
        into buffer: inout ByteBuffer
    ) -> Bool {
        guard let base = words.baseAddress else { return false }
        var output: UnsafeMutablePointer<CChar>?
        // Unsafe: both lists live on the stack during the closures; C reads as many pointers and lengths as it is told,
        // which is as many as there are.
        let length = unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: ends.count) {
            starts in
            unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: ends.count) { lengths in
                var start = 0
                for (word, end) in ends.enumerated() {
                    // Unsafe: inside `words`, because `ends` rise and the last one is its count.
                    unsafe starts.initializeElement(
                        at: word,
                        to: (base + start).assumingMemoryBound(to: CChar.self)
                    )
                    unsafe lengths.initializeElement(at: word, to: end - start)
                    start = end
                }
                return unsafe smr_format(&output, Int32(ends.count), starts.baseAddress, lengths.baseAddress)
            }
        }
        guard let text = unsafe output else { return false }
        // Unsafe: what the library allocated goes back to it, also when it reports failure.
        defer { unsafe redisFreeCommand(text) }
        guard length > 0 else { return false }
        // Unsafe: `length` bytes were written at `text`; they are copied here.
        unsafe buffer.writeBytes(UnsafeRawBufferPointer(start: text, count: Int(length)))
        return true
    }
}
