import Testing

@testable import StateSharing

/// The parser against a generator: what is written is read back, and nothing that is not a message does any harm.
struct WireFuzzTests {
    /// A version with anything in it that the protocol allows.
    static func version(using random: inout SplitMix64) -> SharedVersion {
        let name = text(upTo: 40, using: &random)
        let kinds = ["breaker", "policy", "machine", "a", "abcdefghijklmnop"]
        let lastModified = number(from: 1, using: &random)
        var version = SharedVersion(
            resource: ResourceID(
                kind: kinds.randomElement(using: &random) ?? "breaker",
                name: name.isEmpty ? "x" : name
            ),
            version: Version(
                lastModified: lastModified,
                rank: UInt8.random(in: .min ... .max, using: &random),
                writer: WriterID(bits: random.next())
            ),
            state: ["OPEN", "CLOSED", "a.b:c/d%|,+~-_", String(repeating: "S", count: 128)]
                .randomElement(using: &random) ?? "OPEN",
            definition: ["breaker-1", "-", String(repeating: "d", count: 64)].randomElement(using: &random) ?? "d"
        )
        version.failureRateBp = Bool.random(using: &random) ? nil : Int.random(in: 0...10_000, using: &random)
        version.parent = number(using: &random)
        version.operatorAt = Int64.random(in: 0...lastModified, using: &random)
        version.epoch = number(using: &random)
        version.attempts = number(using: &random)
        version.remainingMs = Bool.random(using: &random) ? nil : number(using: &random)
        version.durationMs = number(using: &random)
        version.reason = text(upTo: 60, using: &random)
        version.actor = text(upTo: 30, using: &random)
        if !version.actor.isEmpty {
            let holds: [Hold] = [.none, .forever, .remaining(ms: number(using: &random))]
            version.hold = holds.randomElement(using: &random) ?? .none
        }
        version.sequence = number(using: &random)
        return version
    }

    private static func number(from lowest: Int64 = 0, using random: inout SplitMix64) -> Int64 {
        let ends = [lowest, WireFormat.maximumInteger]
        let bits = Int64.random(in: 1...53, using: &random)
        return Bool.random(using: &random)
            ? Int64.random(in: lowest...max(lowest, (1 << bits) - 1), using: &random)
            : ends.randomElement(using: &random) ?? lowest
    }

    private static func text(upTo limit: Int, using random: inout SplitMix64) -> String {
        let scalars: [Unicode.Scalar] = ["a", "Z", "9", " ", "-", "%", "\n", "\0", "\u{1b}", "{", "ü", "€", "🙂", ":"]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...limit, using: &random) {
            text.append(scalars.randomElement(using: &random) ?? "a")
        }
        // At most `limit` scalars of 4 bytes: the protocol counts bytes.
        return String(text).prefix(utf8: limit * 3)
    }

    static func message(_ versions: [SharedVersion]) -> [UInt8] {
        let lines = versions.map { "\n" + WireFormat.line($0) }.joined()
        return Array("sm1 U 00000000000000aa 10 11 1795449600124\(lines)".utf8)
    }

    @Test(arguments: [0x5eed, 0xbeef, 0xcafe] as [UInt64])
    func `every version that can be written is read back`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let versions = (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.version(using: &random) }
            for version in versions { #expect(try WireFormat.parseLine(WireFormat.line(version)) == version) }
            guard case .update(_, let previous, let read) = try WireFormat.parseMessage(Self.message(versions)) else {
                Issue.record("not an update")
                return
            }
            #expect(previous == 10)
            #expect(read == versions)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever is taken from mutated bytes can be written again`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var taken = 0
        for _ in 0..<4000 {
            var bytes = Self.message([Self.version(using: &random)])
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, using: &random) }
            guard case .update(_, _, let versions) = try? WireFormat.parseMessage(bytes) else { continue }
            taken += 1
            for version in versions {
                #expect((try? WireFormat.parseLine(WireFormat.line(version))) == version, "seed \(seed): \(version)")
            }
        }
        // Neither everything nor nothing, so that both sides of the parser are looked at.
        #expect((100..<3900).contains(taken), "\(taken) taken")
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `bytes without any sense do no harm`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let words = ["sm1", "U", "B", " ", "\n", "-", "never", "00000000000000aa", "9007199254740992", "0", "%"]
        for _ in 0..<4000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                if Bool.random(using: &random) {
                    bytes += Array((words.randomElement(using: &random) ?? "").utf8)
                } else {
                    bytes.append(UInt8.random(in: .min ... .max, using: &random))
                }
            }
            _ = try? WireFormat.parseMessage(bytes)
            _ = try? WireFormat.parseLine(bytes[...])
        }
    }

    private static func mutate(_ bytes: inout [UInt8], using random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8.random(in: 32...126, using: &random), at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + 8))
        default: bytes[place] = UInt8.random(in: 48...57, using: &random)
        }
    }
}
