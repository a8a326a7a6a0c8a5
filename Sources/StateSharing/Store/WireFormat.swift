/// The words of messages, replies and the journal (fleet protocol, section 5): ASCII, one version a line.
///
/// Everything here comes from outside and is hostile until checked: limits first, then words, then values.
public enum WireFormat {
    /// The longest message in bytes.
    public static let maximumMessageLength = 128 * 1024
    /// The most versions in one message.
    public static let maximumLines = 64
    /// The longest line in bytes; the compare-and-set can produce 1.5 KiB.
    public static let maximumLineLength = 2048
    /// The largest integer, 2⁵³−1: what Lua keeps exactly.
    public static let maximumInteger: Int64 = 9_007_199_254_740_991

    /// Why a message or a line was not taken.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was wrong, without the bytes that were.
        public let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// Parses a message from the channel.
    public static func parseMessage(_ bytes: [UInt8]) throws(Malformed) -> StoreMessage {
        guard bytes.count <= maximumMessageLength else { throw Malformed("message longer than 128 KiB") }
        guard let text = String(validating: bytes, as: Unicode.ASCII.self) else { throw Malformed("message not ASCII") }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0] == "sm1" else { throw Malformed("message without sm1") }
        switch words[1] {
        case "U":
            return try parseUpdate(words, lines: lines.dropFirst())
        case "B":
            guard words.count >= 6, let members = integer(words[5]) else { throw Malformed("heartbeat words") }
            return .beat(position: try position(words[2], words[3], words[4]), members: Int(members))
        default:
            return .unknown
        }
    }

    private static func parseUpdate(
        _ words: [Substring],
        lines: ArraySlice<Substring>
    ) throws(Malformed) -> StoreMessage {
        guard words.count >= 6, let previous = integer(words[3]) else { throw Malformed("update words") }
        let position = try position(words[2], words[4], words[5])
        guard (1...maximumLines).contains(lines.count) else { throw Malformed("update of \(lines.count) lines") }
        var versions: [SharedVersion] = []
        versions.reserveCapacity(lines.count)
        for line in lines { versions.append(try parseLine(line)) }
        return .update(position: position, previousSequence: previous, versions: versions)
    }

    private static func position(
        _ generation: Substring,
        _ sequence: Substring,
        _ now: Substring
    ) throws(Malformed) -> StorePosition {
        guard WriterID(generation) != nil, let sequence = integer(sequence), let now = integer(now) else {
            throw Malformed("generation, sequence or time")
        }
        return StorePosition(generation: String(generation), sequence: sequence, nowMs: now)
    }

    /// Parses a version's line of at least 20 words; words of later releases behind them are passed over.
    public static func parseLine(_ line: some StringProtocol) throws(Malformed) -> SharedVersion {
        guard line.utf8.count <= maximumLineLength else { throw Malformed("line longer than 2 KiB") }
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map { Substring($0) }
        guard words.count >= 20 else { throw Malformed("line of \(words.count) words") }
        guard let resource = ResourceID(kind: words[0], encodedID: words[1]) else { throw Malformed("kind or id") }
        guard isStateName(words[2], maximum: 128) else { throw Malformed("state") }
        guard let rank = integer(words[3]), rank <= 255 else { throw Malformed("rank") }
        guard let writer = WriterID(words[8]) else { throw Malformed("writer") }
        guard let lastModified = integer(words[5]), lastModified > 0 else { throw Malformed("lastModified") }
        guard let parent = integer(words[6]), let operatorAt = integer(words[7]), operatorAt <= lastModified,
            let epoch = integer(words[9]), let attempts = integer(words[10]), let duration = integer(words[12]),
            integer(words[14]) != nil, let sequence = integer(words[19])
        else { throw Malformed("integer") }
        guard let rate = rate(words[4]), let remaining = optionalInteger(words[11]), let hold = hold(words[15]) else {
            throw Malformed("rate, time left or hold")
        }
        guard let reason = text(words[16], maximum: 200), let actor = text(words[17], maximum: 100),
            let definition = text(words[18], maximum: 64)
        else { throw Malformed("reason, actor or definition") }
        guard hold == .none || !actor.isEmpty else { throw Malformed("hold without actor") }

        let version = Version(lastModified: lastModified, rank: UInt8(rank), writer: writer)
        var shared = SharedVersion(
            resource: resource,
            version: version,
            state: String(words[2]),
            definition: definition
        )
        shared.failureRateBp = rate.value
        shared.parent = parent
        shared.operatorAt = operatorAt
        shared.epoch = epoch
        shared.attempts = attempts
        shared.remainingMs = remaining.value
        shared.durationMs = duration
        shared.hold = hold
        shared.reason = reason
        shared.actor = actor
        shared.sequence = sequence
        return shared
    }

    /// A version as its line, with the time left as the version has it.
    public static func line(_ version: SharedVersion) -> String {
        let hold =
            switch version.hold {
            case .none: "-"
            case .forever: "never"
            case .remaining(let ms): String(ms)
            }
        return [
            version.resource.kind, version.resource.id, version.state, String(version.version.rank),
            rateText(version.failureRateBp) ?? "-", String(version.lastModified), String(version.parent),
            String(version.operatorAt), version.version.writer.description, String(version.epoch),
            String(version.attempts), version.remainingMs.map { String($0) } ?? "-", String(version.durationMs), "-",
            "0",
            hold, word(version.reason), word(version.actor), word(version.definition), String(version.sequence),
        ]
        .joined(separator: " ")
    }

    /// Basis points as the protocol writes a rate: `0.6200`; `nil` when unknown.
    public static func rateText(_ basisPoints: Int?) -> String? {
        basisPoints.map { value in
            let clamped = min(max(value, 0), 10_000)
            let fraction = String(clamped % 10_000)
            return "\(clamped / 10_000)." + String(repeating: "0", count: 4 - fraction.count) + fraction
        }
    }

    /// Parses `0.0000`…`1.0000`; `nil` for anything else.
    public static func parseRate(_ text: some StringProtocol) -> Int? {
        guard text.utf8.count == 6, text.hasPrefix("0.") || text == "1.0000" else { return nil }
        return integer(text.dropFirst(2)).map { Int($0) + (text.hasPrefix("1") ? 10_000 : 0) }
    }

    /// Parses a strictly decimal integer, 0…2⁵³−1; `nil` for anything else.
    public static func integer(_ text: some StringProtocol) -> Int64? {
        guard (1...16).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int64(text), value <= maximumInteger
        else { return nil }
        return value
    }

    /// Whether the text can stand as a state or a definition: 1…`maximum` bytes of `[A-Za-z0-9._:/%|,+~-]`.
    public static func isStateName(_ text: some StringProtocol, maximum: Int) -> Bool {
        (1...maximum).contains(text.utf8.count)
            && text.utf8.allSatisfy { ResourceID.isPlain($0) || "%|,+~".utf8.contains($0) }
    }

    /// Free text as one word: empty is `-`, a lone `-` is `%2D`.
    package static func word(_ text: String) -> String {
        switch text {
        case "": "-"
        case "-": "%2D"
        default: ResourceID.percentEncoded(text)
        }
    }

    /// Free text that may have been cut inside a character or never was UTF-8: shown with replacement characters.
    private static func text(_ word: Substring, maximum: Int) -> String? {
        guard word != "-" else { return "" }
        guard let text = ResourceID.percentDecoded(word), text.utf8.count <= maximum else { return nil }
        return text
    }

    private struct Parsed<Value> { let value: Value? }

    private static func optionalInteger(_ word: Substring) -> Parsed<Int64>? {
        word == "-" ? Parsed(value: nil) : integer(word).map { Parsed(value: $0) }
    }

    private static func rate(_ word: Substring) -> Parsed<Int>? {
        word == "-" ? Parsed(value: nil) : parseRate(word).map { Parsed(value: $0) }
    }

    private static func hold(_ word: Substring) -> Hold? {
        switch word {
        case "-": Hold.none
        case "never": .forever
        default: integer(word).map { .remaining(ms: $0) }
        }
    }
}
