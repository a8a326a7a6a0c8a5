import Foundation
import NIOCore

/// The commands of the raw rows, as bytes.
struct RawCommands {
    static let publishChannel = "bench"
    static let commitChannel = prefix + "events"

    /// A message as long as one of ours.
    let publish = ByteBuffer(string: "PUBLISH \(publishChannel) \(String(repeating: "x", count: 230))\r\n")
    private let beforeStamp: ByteBuffer
    private let betweenStamps: ByteBuffer
    private let afterStamp: ByteBuffer
    private var stamp: Int64

    private static let prefix = "sm1:{raw:0}:"
    /// The digest of `commit.lua`, which the members of the fleet have loaded.
    private static let digest = "8ba8b1a71fa8d36639e8c2ca65584e71e5178200"

    init() {
        let words: [String] =
            [
                "EVALSHA", Self.digest, "4", Self.prefix + "meta", Self.prefix + "index", Self.prefix + "journal",
                Self.prefix + "breaker:pay", Self.commitChannel, "PUBLISH", "00000000000000aa", "600000", "10000", "1",
            ] + [
                // The newest number there is as what its writer has seen: every later stamp is accepted.
                "C", "breaker", "pay", "pay", "9007199254740991", "FORCED_OPEN", "4", "", "LAST_MODIFIED",
                "OPERATOR_AT__", "9f3a61c2b7d04e55", "0", "0", "", "0", "never", "manual", "local", "breaker-1",
                "86400000", "forceOpen", "",
            ]
        let text = "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        let first = text.components(separatedBy: "LAST_MODIFIED")
        let second = first[1].components(separatedBy: "OPERATOR_AT__")
        beforeStamp = ByteBuffer(string: first[0])
        betweenStamps = ByteBuffer(string: second[0])
        afterStamp = ByteBuffer(string: second[1])
        stamp = Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// The compare-and-set of the fleet protocol, as an operator's decision makes it: the same words but for the stamp.
    mutating func commit() -> ByteBuffer {
        stamp += 1
        let digits = String(stamp)
        var command = ByteBuffer()
        command.reserveCapacity(1024)
        command.writeImmutableBuffer(beforeStamp)
        command.writeString(digits)
        command.writeImmutableBuffer(betweenStamps)
        command.writeString(digits)
        command.writeImmutableBuffer(afterStamp)
        return command
    }
}
