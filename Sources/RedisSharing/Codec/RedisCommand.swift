/// A command as it is sent: its words in one run of bytes, so that building one costs two arrays.
struct RedisCommand: Sendable, Hashable {
    /// All words, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// Where each word ends in ``bytes``.
    private(set) var ends: [Int] = []

    init(_ words: String...) {
        for word in words { append(word) }
    }

    /// An empty one with room for so many words of so many bytes in all.
    init(words: Int, bytes: Int) {
        ends.reserveCapacity(words)
        self.bytes.reserveCapacity(bytes)
    }

    mutating func append(_ word: String) {
        bytes.append(contentsOf: word.utf8)
        ends.append(bytes.count)
    }

    mutating func append(_ word: [UInt8]) {
        bytes.append(contentsOf: word)
        ends.append(bytes.count)
    }

    mutating func append(_ number: Int64) {
        append(String(number))
    }

    func appending(contentsOf words: some Sequence<String>) -> RedisCommand {
        var command = self
        for word in words { command.append(word) }
        return command
    }
}
