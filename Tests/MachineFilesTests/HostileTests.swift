import Foundation
import MachineFiles
import StateMachines
import Testing

/// Documents made to hurt: one answer in bounded time and memory.
@Suite(.serialized) struct HostileTests {
    /// A document, and the first finding that it must have.
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

    private static let head = "machine: m\ninitial: a\n"
    private static let mebibyte = 1 << 20
    /// Enough where every part is a finding.
    private static let quarter = 1 << 18

    /// As many copies as fit into what a document may have beside a head and a tail.
    private static func filled(_ head: String, _ part: String, _ tail: String = "") -> String {
        head + String(repeating: part, count: (mebibyte - head.utf8.count - tail.utf8.count) / part.utf8.count) + tail
    }

    private static func filled(
        _ head: String,
        _ tail: String = "",
        upTo size: Int = mebibyte,
        _ part: (Int) -> String
    ) -> String {
        var text = head
        text.reserveCapacity(mebibyte)
        var index = 0
        while true {
            let next = part(index)
            guard text.utf8.count + next.utf8.count + tail.utf8.count <= size else { return text + tail }
            text += next
            index += 1
        }
    }

    static let attacks: [Attack] = [
        Attack("10 MB", "SM001 1:1") { String(repeating: "a: b\n", count: 2_000_000) },
        Attack("100 000 brackets", "SM001 1:1") { filled("", "[") },
        Attack("nested mappings", "SM001 1:257") { filled("", "{a: ") },
        Attack("10 000 deep in JSON", "SM001 1:321") {
            String(repeating: "{\"a\":", count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        },
        Attack("nested keys", "SM001 1:129") { filled("", "? ") },
        Attack("nested dashes", "SM001 1:1") { filled("", "- ") },
        Attack("1400 deep in blocks", "SM001 65:65") {
            (0..<1400).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        },
        Attack("a bomb of aliases", "SM001 1:4") {
            "a: &a [x, x, x]\n" + (1..<30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
        },
        Attack("a bomb as a key", "SM001 1:4") {
            "? [&a [x], *a, *a]\n: y\n"
        },
        Attack("a text of a mebibyte", "SM005 1:1") { filled("machine: ", "x", "\ninitial: a\nstates: {a: }\n") },
        Attack("a quoted text of a mebibyte", "SM005 1:1") {
            filled("machine: \"", "\\u0007", "\"\ninitial: a\nstates: {a: }\n")
        },
        Attack("a quote that does not end", "SM001") { filled("machine: '", "''") },
        Attack("a comment of a mebibyte", "SM002 1:1") { filled("a: b #", "x") },
        Attack("only line breaks", "SM001 1:1") { filled("", "\n") },
        Attack("colons", "SM001") { filled("", ": ") },
        Attack("a key of a mebibyte", "SM001") { filled("", "x", ": 1") },
        Attack("100 000 states", "SM006 3:1") { filled(head + "states:\n  a: {}\n") { "  s\($0):\n" } },
        Attack("states in a chain of parents", "SM006 3:1") {
            filled(head + "states:\n  a: {}\n  s0: {}\n") { "  s\($0 + 1): { parent: s\($0) }\n" }
        },
        Attack("states in one circle of parents", "SM006 3:1") {
            filled(head + "states:\n  a: {}\n  s0: {parent: s1}\n") { "  s\($0 + 1): {parent: s\($0 + 2)}\n" }
        },
        Attack("states that all have a wrong parent", "SM006 3:1") {
            filled(head + "states:\n  a: {}\n", upTo: quarter) { "  s\($0): {parent: x}\n" }
        },
        Attack("90 000 rules for one event", "SM012 4:19") {
            filled(head + "states:\n  a: {on: {x: [b", "]}}\n  b: {}\n", upTo: quarter) { _ in ", b" }
        },
        Attack("19 000 guarded rules for one event", "SM104 4:12") {
            filled(head + "states:\n  a: {on: {x: [{to: b, if: g}", "]}}\n  b: {}\n", upTo: quarter) { _ in
                ",{to: b,if: g}"
            }
        },
        Attack("40 000 guards in one rule", "SM105 4:12") {
            filled(
                head + "states:\n  a: {on: {x: [{to: b, if: {any: [h",
                "]}}, {to: b, if: i}]}}\n  b: {on: {y: b}}\n",
                upTo: quarter
            ) {
                ",g\($0)"
            }
        },
        Attack("as many events as fit", "SM006 3:1") {
            filled(head + "states:\n  a: {ignore: [x", "]}\n", upTo: quarter) { ",e\($0)" }
        },
        Attack("130 000 times the same", "SM005") {
            filled("machine: m\ninitial: a\nstates: {a: }\nevents: [x", "]\n", upTo: quarter) { _ in ",x" }
        },
        Attack("130 000 unknown names", "SM007 2:10") {
            filled(
                "machine: m\ninitial: b\nguards: []\nevents: [x]\nstates:\n  a: {on: {x: {stay: true, if: {all: [g",
                "]}}}}\n",
                upTo: quarter
            ) { _ in ",h" }
        },
        Attack("28 000 unknown keys", "SM002 1:1") { filled("", upTo: quarter) { "k\($0): 1\n" } },
        Attack("28 000 keys twice", "SM003 1:1") {
            filled("", upTo: quarter) { "k\($0 / 2): 1\n" }
        },
        Attack("a wide tree", "SM002 1:1") { filled("a: [", "{a: [{}]},", "]") },
    ]

    @Test(arguments: attacks) func `an attack is answered in bounded time and memory`(_ attack: Attack) {
        let bytes = attack.make()
        let before = Self.peakMemory()
        let clock = ContinuousClock()
        var file = MachineFile("")
        let time = clock.measure { file = MachineFile(bytes: bytes) }
        let memory = (Self.peakMemory() - before) / 1024
        print("\(attack.testDescription): \(time), \(memory) MiB more, \(file.findings.count) findings")
        #expect(file.list.first?.hasPrefix(attack.first) == true, "\(file.list.prefix(3))")
        #expect(file.definition == nil)
        #expect(file.findings.allSatisfy { $0.message.utf8.count < 1000 })
        // A debug build on a busy machine: an answer takes a tenth of it. What is quadratic takes minutes.
        #expect(time < .seconds(10))
        #expect(memory < 600)
    }

    /// The most memory that this process has had so far, in KiB; 0 where that is not known.
    private static func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    }
}
