/// The words of messages, replies and the journal (fleet protocol, section 5): ASCII, one version a line.
///
/// Everything here comes from outside and is hostile until checked: limits first, then words, then values. Bytes are
/// read once, in place; a text is made only for what a version keeps.
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
        guard bytes.allSatisfy({ $0 < 128 }) else { throw Malformed("message not ASCII") }
        var lines = WireWords(bytes[...], separator: UInt8(ascii: "\n"))
        var words = WireWords(lines.next() ?? [], separator: UInt8(ascii: " "))
        guard let product = words.next(), let verb = words.next(), product.elementsEqual("sm1".utf8) else {
            throw Malformed("message without sm1")
        }
        if verb.elementsEqual("U".utf8) { return try parseUpdate(&words, &lines) }
        guard verb.elementsEqual("B".utf8) else { return .unknown }
        guard let generation = words.next(), let sequence = words.next(), let now = words.next(),
            let members = words.next().flatMap({ integer($0) })
        else { throw Malformed("heartbeat words") }
        return .beat(position: try position(generation, sequence, now), members: Int(members))
    }

    private static func parseUpdate(_ words: inout WireWords, _ lines: inout WireWords) throws(Malformed)
        -> StoreMessage
    {
        guard let generation = words.next(), let previous = words.next().flatMap({ integer($0) }),
            let sequence = words.next(), let now = words.next()
        else { throw Malformed("update words") }
        let position = try position(generation, sequence, now)
        var versions: [SharedVersion] = []
        while let line = lines.next() {
            guard versions.count < maximumLines else { throw Malformed("update of more than \(maximumLines) lines") }
            versions.append(try parseLine(line))
        }
        guard !versions.isEmpty else { throw Malformed("update without lines") }
        return .update(position: position, previousSequence: previous, versions: versions)
    }

    private static func position(
        _ generation: ArraySlice<UInt8>,
        _ sequence: ArraySlice<UInt8>,
        _ now: ArraySlice<UInt8>
    ) throws(Malformed) -> StorePosition {
        guard WriterID(bytes: generation) != nil, let sequence = integer(sequence), let now = integer(now) else {
            throw Malformed("generation, sequence or time")
        }
        return StorePosition(generation: string(generation), sequence: sequence, nowMs: now)
    }

    /// Parses a version's line of at least 20 words; words of later releases behind them are passed over.
    public static func parseLine(_ line: some StringProtocol) throws(Malformed) -> SharedVersion {
        try parseLine(Array(line.utf8)[...])
    }

    /// The same for bytes.
    package static func parseLine(_ line: ArraySlice<UInt8>) throws(Malformed) -> SharedVersion {
        guard line.count <= maximumLineLength else { throw Malformed("line longer than 2 KiB") }
        var words = WireWords(line, separator: UInt8(ascii: " "))
        func word() throws(Malformed) -> ArraySlice<UInt8> {
            guard let word = words.next() else { throw Malformed("line of less than 20 words") }
            return word
        }
        func number(_ what: StaticString) throws(Malformed) -> Int64 {
            guard let value = integer(try word()) else { throw Malformed("\(what)") }
            return value
        }
        guard let resource = ResourceID(kind: try word(), encodedID: try word()) else { throw Malformed("kind or id") }
        let state = try word()
        guard isStateName(state, maximum: 128) else { throw Malformed("state") }
        let rank = try number("rank")
        guard rank <= 255 else { throw Malformed("rank") }
        guard let failureRate = rate(try word()) else { throw Malformed("rate") }
        let lastModified = try number("lastModified")
        guard lastModified > 0 else { throw Malformed("lastModified") }
        let parent = try number("parent")
        let operatorAt = try number("operatorAt")
        guard operatorAt <= lastModified else { throw Malformed("operatorAt") }
        guard let writer = WriterID(bytes: try word()) else { throw Malformed("writer") }
        let epoch = try number("epoch")
        let attempts = try number("attempts")
        guard let remaining = optionalInteger(try word()) else { throw Malformed("time left") }
        let duration = try number("duration")
        _ = try word()  // of a half-open period: not in this release
        _ = try number("probes")
        guard let hold = hold(try word()) else { throw Malformed("hold") }
        guard let reason = text(try word(), maximum: 200) else { throw Malformed("reason") }
        guard let actor = text(try word(), maximum: 100) else { throw Malformed("actor") }
        guard let definition = text(try word(), maximum: 64) else { throw Malformed("definition") }
        let sequence = try number("sequence")
        guard hold == .none || !actor.isEmpty else { throw Malformed("hold without actor") }

        let version = Version(lastModified: lastModified, rank: UInt8(rank), writer: writer)
        var shared = SharedVersion(
            resource: resource,
            version: version,
            state: string(state),
            definition: definition
        )
        shared.failureRateBp = failureRate.value
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

    // MARK: Words

    /// Parses `0.0000`…`1.0000`; `nil` for anything else.
    public static func parseRate(_ text: some StringProtocol) -> Int? {
        parseRate(Array(text.utf8)[...])
    }

    static func parseRate(_ word: ArraySlice<UInt8>) -> Int? {
        guard word.count == 6, let digit = word.first, word.dropFirst().first == UInt8(ascii: ".") else { return nil }
        guard let fraction = integer(word.dropFirst(2)) else { return nil }
        switch digit {
        case UInt8(ascii: "0"): return Int(fraction)
        case UInt8(ascii: "1"): return fraction == 0 ? 10_000 : nil
        default: return nil
        }
    }

    /// Parses a strictly decimal integer, 0…2⁵³−1; `nil` for anything else.
    public static func integer(_ text: some StringProtocol) -> Int64? {
        integer(digits: text.utf8)
    }

    /// Parses a strictly decimal integer, 0…2⁵³−1; `nil` for anything else.
    package static func integer(_ digits: [UInt8]) -> Int64? {
        integer(digits: digits)
    }

    static func integer(_ digits: ArraySlice<UInt8>) -> Int64? {
        integer(digits: digits)
    }

    private static func integer(digits: some Collection<UInt8>) -> Int64? {
        guard (1...16).contains(digits.count) else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 48)  // 16 digits are far from an overflow
        }
        return value <= maximumInteger ? value : nil
    }

    /// Whether the text can stand as a state or a definition: 1…`maximum` bytes of `[A-Za-z0-9._:/%|,+~-]`.
    public static func isStateName(_ text: some StringProtocol, maximum: Int) -> Bool {
        isStateName(bytes: text.utf8, maximum: maximum)
    }

    static func isStateName(_ word: ArraySlice<UInt8>, maximum: Int) -> Bool {
        isStateName(bytes: word, maximum: maximum)
    }

    private static func isStateName(bytes: some Collection<UInt8>, maximum: Int) -> Bool {
        (1...maximum).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "%"), UInt8(ascii: "|"), UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "~"): true
                default: ResourceID.isPlain(byte)
                }
            }
    }

    /// Free text; one that is no UTF-8 is refused, `-` is empty.
    private static func text(_ word: ArraySlice<UInt8>, maximum: Int) -> String? {
        if isNone(word) { return "" }
        guard let text = ResourceID.percentDecoded(word), text.utf8.count <= maximum else { return nil }
        return text
    }

    private static func string(_ word: ArraySlice<UInt8>) -> String {
        String(decoding: word, as: UTF8.self)
    }

    private static func isNone(_ word: ArraySlice<UInt8>) -> Bool {
        word.count == 1 && word.first == UInt8(ascii: "-")
    }

    private struct Parsed<Value> { let value: Value? }

    private static func optionalInteger(_ word: ArraySlice<UInt8>) -> Parsed<Int64>? {
        isNone(word) ? Parsed(value: nil) : integer(word).map { Parsed(value: $0) }
    }

    private static func rate(_ word: ArraySlice<UInt8>) -> Parsed<Int>? {
        isNone(word) ? Parsed(value: nil) : parseRate(word).map { Parsed(value: $0) }
    }

    private static func hold(_ word: ArraySlice<UInt8>) -> Hold? {
        if isNone(word) { return Hold.none }
        if word.elementsEqual("never".utf8) { return .forever }
        return integer(word).map { .remaining(ms: $0) }
    }
}
