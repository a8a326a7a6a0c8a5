import Testing

@testable import StateSharing

/// The words of messages (fleet protocol, section 5): what is written is read back, and nothing else is taken.
struct WireFormatTests {
    static let line =
        "breaker order:pay OPEN 2 0.6200 1795449600123 1795449500000 0 9f3a61c2b7d04e55 3 1 4200 5000 - 0 - failureRate - breaker-1 1795449600123456"
    static let update = "sm1 U 00000000000000aa 10 11 1795449600124\n" + line

    static func parse(_ text: String) throws -> StoreMessage {
        try WireFormat.parseMessage(Array(text.utf8))
    }

    @Test func `a line says all of a version`() throws {
        let version = try WireFormat.parseLine(Self.line)
        #expect(version.resource.description == "breaker:order:pay")
        #expect(version.state == "OPEN")
        #expect(version.version.rank == 2)
        #expect(version.failureRateBp == 6200)
        #expect(version.lastModified == 1_795_449_600_123)
        #expect(version.parent == 1_795_449_500_000)
        #expect(version.version.writer.description == "9f3a61c2b7d04e55")
        #expect(version.epoch == 3)
        #expect(version.attempts == 1)
        #expect(version.remainingMs == 4200)
        #expect(version.durationMs == 5000)
        #expect(version.hold == .none)
        #expect(version.reason == "failureRate")
        #expect(version.actor == "")
        #expect(version.definition == "breaker-1")
        #expect(version.sequence == 1_795_449_600_123_456)
        #expect(WireFormat.line(version) == Self.line)
    }

    @Test func `texts are encoded so that they stay one word`() throws {
        var version = try WireFormat.parseLine(Self.line)
        version.reason = "deploy of 14:00, see \u{1b}[31m\n"
        version.actor = "-"
        version.hold = .remaining(ms: 900)
        version.operatorAt = 5
        version.failureRateBp = nil
        version.remainingMs = nil
        let line = WireFormat.line(version)
        #expect(line.split(separator: " ").count == 20)
        #expect(try WireFormat.parseLine(line) == version)
    }

    @Test func `an update carries its place in the chain and its versions`() throws {
        guard case .update(let position, let previous, let versions) = try Self.parse(Self.update) else {
            Issue.record("not an update")
            return
        }
        #expect(position == StorePosition(generation: "00000000000000aa", sequence: 11, nowMs: 1_795_449_600_124))
        #expect(previous == 10)
        #expect(versions.count == 1)
    }

    @Test func `a heartbeat and a verb of a later release are taken for what they are`() throws {
        let beat = StoreMessage.beat(
            position: StorePosition(generation: "00000000000000aa", sequence: 11, nowMs: 12),
            members: 3
        )
        #expect(try Self.parse("sm1 B 00000000000000aa 11 12 3") == beat)
        #expect(try Self.parse("sm1 B 00000000000000aa 11 12 3 more words") == beat)
        #expect(try Self.parse("sm1 Q 1 breaker pay 100") == .unknown)
    }

    @Test func `words of later releases behind a line are passed over`() throws {
        #expect(try WireFormat.parseLine(Self.line + " more words") == WireFormat.parseLine(Self.line))
    }

    static let bad: [String] = [
        "", "\n", "sm1", "sm2 B 00000000000000aa 11 12 3", "sm1 B 00000000000000aa 11 12",
        "sm1 B 00000000000000AA 11 12 3",
        "sm1 B 00000000000000aa 011x 12 3", "sm1 B 00000000000000aa -1 12 3",
        "sm1 B 00000000000000aa 9007199254740992 12 3",
        "sm1 B 00000000000000aa  11 12 3", "sm1 U 00000000000000aa 10 11 12", "sm1 U 00000000000000aa 10 11 12\n",
        "sm1 U 00000000000000aa 10 11 12\nbreaker pay OPEN 2", update.replacing("OPEN", with: "OP EN"),
        update.replacing(" 2 0.6200", with: " 256 0.6200"), update.replacing("0.6200", with: "0.62"),
        update.replacing("0.6200", with: "1.0001"), update.replacing("0.6200", with: "NaN"),
        update.replacing("1795449600123 ", with: "0 "), update.replacing("9f3a61c2b7d04e55", with: "9F3A61C2B7D04E55"),
        update.replacing("order:pay", with: "order{pay}"), update.replacing("breaker order", with: "Breaker order"),
        update.replacing("failureRate", with: "%zz"),
        update.replacing(" - 0 - failureRate", with: " - 0 never failureRate"),
        update.replacing(" 0 9f3a", with: " 1795449600124 9f3a"), update.replacing("order:pay", with: "p\u{e4}y"),
        update + String(repeating: "\n" + line, count: 64),
        update.replacing("failureRate", with: String(repeating: "a", count: 201)),
        update.replacing("order:pay", with: String(repeating: "a", count: 201)),
        update + " " + String(repeating: "x", count: 2048),
    ]

    @Test func `what is not a message is refused with a reason`() {
        for (place, text) in Self.bad.enumerated() {
            #expect(throws: WireFormat.Malformed.self, "sample \(place)") { try Self.parse(text) }
        }
    }

    @Test func `a message beyond the limit is refused before it is looked at`() {
        let bytes = Array("sm1 Q ".utf8) + [UInt8](repeating: 65, count: WireFormat.maximumMessageLength)
        #expect(throws: WireFormat.Malformed.self) { try WireFormat.parseMessage(bytes) }
    }

    @Test func `no bytes at all make the parser trap`() {
        var random = SplitMix64(seed: 0x5eed)
        let base = Array(Self.update.utf8)
        for _ in 0..<20_000 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 9...126, using: &random), at: place)
                }
            }
            _ = try? WireFormat.parseMessage(bytes)
        }
    }

    @Test func `rates are basis points with four decimals`() {
        #expect(WireFormat.rateText(0) == "0.0000")
        #expect(WireFormat.rateText(10_000) == "1.0000")
        #expect(WireFormat.rateText(7) == "0.0007")
        #expect(WireFormat.rateText(nil) == nil)
        for basisPoints in stride(from: 0, through: 10_000, by: 37) {
            #expect(WireFormat.parseRate(WireFormat.rateText(basisPoints) ?? "") == basisPoints)
        }
    }
}
