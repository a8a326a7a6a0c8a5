import BreakerFiles
import Testing

/// Documents made to hurt: one answer, in bounded time.
@Suite(.serialized) struct HostileTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var first: String
        var make: @Sendable () -> [UInt8]

        init(_ name: String, _ first: String, _ make: @escaping @Sendable () -> String) {
            testDescription = name
            self.first = first
            self.make = { Array(make().utf8) }
        }
    }

    private static func repeated(_ head: String, _ tail: String = "", _ part: (Int) -> String) -> String {
        var text = head
        var index = 0
        while text.utf8.count < 250_000 {
            text += part(index)
            index += 1
        }
        return text + tail
    }

    static let attacks = [
        Attack("10 MB", "unreadable 1:1") { String(repeating: "a: b\n", count: 2_000_000) },
        Attack("brackets", "unreadable 1:1") { String(repeating: "[", count: 100_000) },
        Attack("10 000 deep", "unreadable") { String(repeating: "{\"a\":", count: 10_000) },
        Attack("a bomb of aliases", "unreadable 1:4") {
            "a: &a [x, x, x]\n" + (1..<30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
        },
        Attack("a chain of configurations", "malformed") {
            repeated("configurations:\n  c0: {}\n") { "  c\($0 + 1): {extends: c\($0)}\n" }
        },
        Attack("a chain that sorts backwards", "malformed") {
            repeated("configurations:\n  z: {}\n") {
                "  c\(900_000 - $0): {extends: \($0 == 0 ? "z" : "c\(900_001 - $0)")}\n"
            }
        },
        Attack("one circle", "unknownConfiguration 2:8") {
            "configurations:\n" + (0..<9000).map { "  c\($0): {extends: c\(($0 + 1) % 9000)}\n" }.joined()
        },
        Attack("many mistakes", "malformed") { repeated("breakers:\n") { "  b\($0): {openMs: x, probes: 0}\n" } },
        Attack("unknown keys", "unknownKey 1:1") { repeated("") { "k\($0): 1\n" } },
        Attack("a key again and again", "duplicateKey 2:3") { repeated("breakers:\n") { _ in "  a: {probes: 0}\n" } },
        Attack("a value of 200 000 digits", "malformed 1:12") {
            "defaults: {openMs: " + String(repeating: "9", count: 200_000) + "}"
        },
        Attack("a name of 10 000 characters", "badName 1:15") {
            "{\"breakers\": {\"" + String(repeating: "x", count: 10_000) + "\": {}}}"
        },
        Attack("a reference of 1000 controls", "unknownConfiguration 1:16") {
            "breakers: {a: {configuration: \"" + String(repeating: "\\x1B", count: 1000) + "\"}}"
        },
    ]

    @Test(arguments: attacks) func `an attack is answered in bounded time`(_ attack: Attack) {
        let bytes = attack.make()
        var file = BreakerFile("")
        let time = ContinuousClock().measure { file = BreakerFile(bytes: bytes) }
        print("\(attack.testDescription): \(time), \(file.findings.count) findings")
        #expect(file.list.first?.hasPrefix(attack.first) == true, "\(file.list.prefix(3))")
        #expect(file.configuration == nil)
        #expect(file.findings.allSatisfy { $0.message.utf8.count < 1200 && !$0.message.contains("\u{1B}") })
        #expect(time < .seconds(20))
    }

    @Test func `what is not UTF-8 is unreadable, and controls in names are escaped`() {
        #expect(BreakerFile(bytes: [0x61, 0x3A, 0xFF]).list == ["unreadable 1:3"])
        let file = BreakerFile("defaults: {\"\\x1B[2J\": 1}")
        #expect(file.findings.first?.message.hasPrefix("unknown key \"\\u{1B}[2J\" in a configuration: ") == true)
        #expect(BreakerFile("breakers: {\"\\x1B[2J\": {}}").findings.isEmpty)
    }
}
