import BreakerFiles
import CircuitBreakers
import Foundation
import Testing

/// A document and its findings, as `outOfRange 3:1`.
struct FileCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var findings: [String]

    init(_ name: String, _ text: String, _ findings: String...) {
        testDescription = name
        self.text = text
        self.findings = findings
    }
}

extension BreakerFile {
    var list: [String] { findings.map { "\($0.code) \($0.position)" } }
}

struct BreakerFileTests {
    private static let example = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/Breakers/breakers.yaml")

    @Test func `the example is what it says`() throws {
        let file = try BreakerFile(contentsOf: Self.example.path).checked()
        let base = CircuitBreaker.Configuration(failureRateBp: 4000, openMs: 10_000, jitterBp: 1000)
        #expect(file.breaker == base)
        var pay = base
        pay.window = .time(milliseconds: 30_000, buckets: 10)
        (pay.slowCallMs, pay.slowRateBp, pay.failureRateBp) = (800, 8000, 2000)
        (pay.backoffFactor, pay.maxOpenMs, pay.minimumCalls) = (1500, 120_000, 10)
        #expect(try file.resolved(breaker: "order-service:pay") == pay)
        (pay.slowCallMs, pay.slowRateBp, pay.minimumCalls) = (nil, nil, nil)
        #expect(try file.resolved(breaker: "order-service:refund") == pay)
        var recommendations = base
        recommendations.window = .count(size: 50)
        (recommendations.consecutiveFailures, recommendations.initial) = (5, .metricsOnly)
        #expect(try file.resolved(breaker: "recommendations") == recommendations)
        #expect(file.findings.isEmpty)
    }

    @Test(arguments: [
        FileCase("an unknown part", "default: {}\n", "unknownKey 1:1"),
        FileCase("an unknown key", "defaults: {openSeconds: 5, OpenMs: 5}\n", "unknownKey 1:12", "unknownKey 1:28"),
        FileCase("an unknown member", "defaults: {window: {kind: count, size: 5, length: 5}}\n", "unknownKey 1:43"),
        FileCase("extends in a breaker", "breakers: {a: {extends: b}}\n", "unknownKey 1:16"),
        FileCase("configuration in a configuration", "configurations: {a: {configuration: b}}\n", "unknownKey 1:22"),
        FileCase("extends in the defaults", "defaults: {extends: b}\n", "unknownKey 1:12"),
        FileCase("a key that is no text", "? [a]\n: b\n", "unknownKey 1:3"),
        FileCase(
            "keys twice, and what is wrong in both",
            "breakers:\n  a: {openMs: -1}\n  b: {openMs: 1, openMs: x}\n  a: {openMs: y}\n",
            "duplicateKey 2:3",
            "outOfRange 2:7",
            "duplicateKey 3:7",
            "malformed 4:7"
        ),
        FileCase(
            "every form",
            "defaults:\n  openMs: 1.5\n  probes: '5s'\n  jitterBp: [1]\n  failureRateBp: null\n  halfOpenMs: ''\n"
                + "  window: 5\n  initial: closed\n  backoffFactor: 1.2345\n  maxOpenMs: 05\n  minimumCalls: 1e3\n",
            "malformed 2:3",
            "malformed 3:3",
            "malformed 4:3",
            "malformed 5:3",
            "malformed 6:3",
            "malformed 7:3",
            "malformed 8:3",
            "malformed 9:3",
            "malformed 10:3",
            "malformed 11:3"
        ),
        FileCase(
            "numbers that are none",
            "defaults: {openMs: -0, probes: +5, jitterBp: 1_000, minimumCalls: 0x10, halfOpenMs: 99999999999999999999,\n"
                + "  backoffFactor: .nan, consecutiveFailures: 1.0, slowCallMs: 1e999, maxOpenMs: NaN}\n",
            "malformed 1:12",
            "malformed 1:24",
            "malformed 1:36",
            "malformed 1:53",
            "malformed 1:73",
            "malformed 2:3",
            "malformed 2:24",
            "malformed 2:50",
            "malformed 2:69"
        ),
        FileCase(
            "ranges",
            "defaults:\n  failureRateBp: 0\n  slowCallMs: -1\n  slowRateBp: 10001\n  consecutiveFailures: 0\n"
                + "  openMs: 1000000000001\n  backoffFactor: 0.9\n  jitterBp: 5001\n  probes: 0\n  halfOpenMs: 0\n"
                + "  minimumCalls: 1000000001\n",
            "outOfRange 2:3",
            "outOfRange 3:3",
            "outOfRange 4:3",
            "outOfRange 5:3",
            "outOfRange 6:3",
            "outOfRange 7:3",
            "outOfRange 8:3",
            "outOfRange 9:3",
            "outOfRange 10:3",
            "outOfRange 11:3"
        ),
        FileCase("the window's members are all given", "defaults: {window: {kind: count}}\n", "wrongKeys 1:12"),
        FileCase(
            "and no others",
            "defaults: {window: {kind: time, ms: 10, buckets: 1, size: 4}}\n",
            "wrongKeys 1:53"
        ),
        FileCase("without a kind", "defaults: {window: {size: 5}, minimumCalls: 9}\n", "wrongKeys 1:12"),
        FileCase("another kind", "defaults: {window: {kind: rate, size: 5}}\n", "malformed 1:21"),
        FileCase("not divisible", "defaults: {window: {kind: time, ms: 11, buckets: 2}}\n", "notDivisible 1:33"),
        FileCase("a state in which no breaker starts", "breakers: {a: {initial: OPEN}}\n", "badInitialState 1:16"),
        FileCase("a rate without a limit", "breakers: {a: {slowRateBp: 5}}\n", "incomplete 1:16"),
        FileCase("a limit that cannot be read", "breakers: {a: {slowCallMs: x, slowRateBp: 5}}\n", "malformed 1:16"),
        FileCase(
            "a mistake is said where it comes in, once",
            "defaults: {minimumCalls: 50, probes: 0}\nconfigurations:\n  a: {window: {kind: count, size: 50}}\n"
                + "  b: {extends: a, window: {kind: count, size: 49}}\nbreakers:\n  c: {configuration: b}\n"
                + "  d: {configuration: a, minimumCalls: 51}\n",
            "outOfRange 1:30",
            "outOfRange 4:19",
            "outOfRange 7:25"
        ),
        FileCase(
            "a value taken away",
            "defaults: {slowCallMs: 5, slowRateBp: 5}\nbreakers: {a: {slowCallMs: null}}\n",
            "incomplete 2:16"
        ),
        FileCase(
            "configurations that there are not",
            "configurations: {a: {extends: z}, b: {extends: a}}\nbreakers: {c: {configuration: y}, d: {configuration: b}}\n",
            "unknownConfiguration 1:22",
            "unknownConfiguration 2:16"
        ),
        FileCase(
            "circles",
            "configurations:\n  a: {extends: b}\n  b: {extends: a}\n  c: {extends: a, probes: x}\n  d: {extends: d}\n"
                + "breakers: {e: {configuration: a, probes: 0}}\n",
            "unknownConfiguration 2:7",
            "unknownConfiguration 3:7",
            "malformed 4:19",
            "unknownConfiguration 5:7",
            "outOfRange 6:34"
        ),
        FileCase(
            "ranges beside what cannot be read",
            "defaults:\n  window: {kind: count, size: x}\n  minimumCalls: 0\n  slowCallMs: x\n  slowRateBp: 0\n"
                + "  openMs: x\n  maxOpenMs: -5\n  probes: x\n  concurrentProbes: 0\n",
            "malformed 2:25",
            "outOfRange 3:3",
            "malformed 4:3",
            "outOfRange 5:3",
            "malformed 6:3",
            "outOfRange 7:3",
            "malformed 8:3",
            "outOfRange 9:3"
        ),
        FileCase(
            "a window's members beside one that cannot be read",
            "configurations:\n  a: {window: {kind: time, ms: x, buckets: 0}, minimumCalls: 0}\n"
                + "  b: {window: {kind: time, ms: 0, buckets: [3]}}\n  c: {window: {kind: rate, size: 0}}\n"
                + "  d: {window: {kind: rate, size: x, ms: y, buckets: 7}}\n  e: {window: {ms: 7, buckets: 2}}\n"
                + "  f: {window: {kind: time, buckets: 1025}, openMs: x}\n  g: {window: {kind: rate, ms: y}}\n",
            "malformed 2:28",
            "outOfRange 2:35",
            "outOfRange 2:48",
            "outOfRange 3:28",
            "malformed 3:35",
            "malformed 4:16",
            "outOfRange 4:28",
            "malformed 5:16",
            "malformed 5:28",
            "malformed 5:37",
            "wrongKeys 6:7",
            "notDivisible 6:16",
            "wrongKeys 7:7",
            "outOfRange 7:28",
            "malformed 7:44",
            "malformed 8:16",
            "malformed 8:28"
        ),
        FileCase(
            "an inherited window of which something cannot be read",
            "configurations:\n  a: {window: {kind: count, size: x}}\n  b: {extends: a, minimumCalls: 99}\n"
                + "  c: {extends: b, window: {kind: count, size: 98}}\n  d: {extends: c, minimumCalls: 0}\n",
            "malformed 2:29",
            "outOfRange 4:19",
            "outOfRange 5:19"
        ),
        FileCase(
            "what cannot be read, and is replaced",
            "defaults: {window: 5, slowCallMs: x, openMs: x, probes: x}\nconfigurations:\n"
                + "  a: {window: {kind: time, ms: 11, buckets: 2}}\n  b: {slowCallMs: null, slowRateBp: 5}\n"
                + "  c: {openMs: 6, maxOpenMs: 5}\n  d: {probes: 2, concurrentProbes: 3}\n",
            "malformed 1:12",
            "malformed 1:23",
            "malformed 1:38",
            "malformed 1:49",
            "notDivisible 3:28",
            "incomplete 4:25",
            "outOfRange 5:18",
            "outOfRange 6:18"
        ),
        FileCase(
            "an inherited value in place of one that cannot be read",
            "defaults: {window: {kind: count, size: 9}, minimumCalls: 9, maxOpenMs: 6000, concurrentProbes: 5}\n"
                + "configurations:\n  a: {window: {kind: count, size: 8}, minimumCalls: x}\n"
                + "  b: {openMs: 7000, maxOpenMs: x}\n  c: {probes: 4, concurrentProbes: x}\n",
            "malformed 3:39",
            "malformed 4:21",
            "malformed 5:18"
        ),
        FileCase(
            "what is based on nothing",
            "configurations:\n  a: {extends: z, openMs: -1, maxOpenMs: 1}\n  b: {extends: [z], maxOpenMs: 1}\n"
                + "breakers:\n  c: {configuration: b, openMs: 2, maxOpenMs: 1}\n",
            "unknownConfiguration 2:7",
            "outOfRange 2:19",
            "malformed 3:7",
            "outOfRange 5:36"
        ),
        FileCase("names", "breakers: {'': {}, [a]: {}}\n", "badName 1:12", "badName 1:20"),
        FileCase("parts that are none", "defaults: [a]\nbreakers: x\n", "malformed 1:1", "malformed 2:1"),
        FileCase("a layer that is none", "breakers: {a: [b], c: x}\n", "malformed 1:12", "malformed 1:20"),
        FileCase("a name that is a list", "breakers: {a: {configuration: [b]}}\n", "malformed 1:16"),
        FileCase("no document", "", "unreadable 1:1"),
        FileCase("a list", "- a\n", "unreadable 1:1"),
        FileCase("an alias", "defaults: &a {}\nbreakers: {a: *a}\n", "unreadable 1:11"),
        FileCase("two documents", "defaults: {}\n---\ndefaults: {}\n", "unreadable 2:1"),
        FileCase("nothing", "{}"),
        FileCase("empty parts", "defaults:\nconfigurations:\nbreakers:\n  a:\n"),
    ])
    func `every mistake is found at its place, all at once`(_ sample: FileCase) {
        let file = BreakerFile(sample.text)
        #expect(file.list == sample.findings, "\(file.findings.map(\.description).joined(separator: "\n"))")
        #expect((file.configuration == nil) == !sample.findings.isEmpty)
        #expect(file.isReadable == !sample.findings.contains { $0.hasPrefix("unreadable") })
    }

    @Test func `a chain of 32 is fine, a longer one is not`() {
        func chain(_ length: Int) -> BreakerFile {
            let links = (1..<length).map { "  c\($0): {extends: c\($0 - 1)}\n" }.joined()
            return BreakerFile("configurations:\n  c0: {}\n\(links)")
        }
        #expect(chain(32).findings.isEmpty)
        #expect(chain(33).list == ["malformed 34:9"])
    }

    @Test func `names of a program may be extended and replaced`() throws {
        let base = BreakerRegistry.Configuration(
            breaker: .init(openMs: 7),
            named: ["p": .init(changes: .init(probes: 2)), "q": .init(changes: .init(probes: 3))]
        )
        let file = try BreakerFile("configurations: {a: {extends: p}, q: {jitterBp: 4}}", over: base).checked()
        #expect(try file.resolved("a") == .init(openMs: 7, probes: 2))
        #expect(try file.resolved("q") == .init(openMs: 7, jitterBp: 4))
        #expect(BreakerFile("configurations: {a: {extends: p}}").list == ["unknownConfiguration 1:22"])
        let spoilt = BreakerFile(
            "defaults: {probes: 1}\nbreakers: {}",
            over: .init(named: ["p": .init(changes: .init(concurrentProbes: 2))])
        )
        #expect(
            spoilt.findings.map(\.description) == [
                "1:1: error: in p of the program, concurrentProbes: 2 is not in 1…1 [outOfRange]"
            ]
        )
    }

    @Test func `a registry takes over good files and keeps the last good one`() throws {
        let registry = try BreakerRegistry(configuration: .init(breaker: .init(probes: 3)))
        let breaker = try registry.breaker("a")
        breaker.forceOpen()
        try registry.load(bytes: Array("breakers: {a: {openMs: 9}, b: {openMs: 8, initial: DISABLED}}".utf8))
        #expect(breaker.state == .forcedOpen)
        #expect(try registry.breaker("b").state == .disabled)
        let good = registry.configuration
        #expect(try good.resolved(breaker: "a") == .init(openMs: 9, probes: 3))
        let error = #expect(throws: BreakerFileError.self) {
            try registry.load(bytes: Array("breakers: {a: {openMs: x, probes: 0}}".utf8))
        }
        #expect(error?.findings.count == 2)
        #expect(throws: BreakerFileError.self) { try registry.load(contentsOf: "/nowhere/breakers.yaml") }
        #expect(registry.configuration == good)
        try registry.load(bytes: Array("defaults: {jitterBp: 5}".utf8))
        #expect(registry.configuration == .init(breaker: .init(jitterBp: 5, probes: 3)))
        try registry.load(bytes: Array("configurations: {n: {}}".utf8))
        _ = try registry.breaker("u", using: "n")
        let lost = #expect(throws: BreakerFileError.self) { try registry.load(bytes: Array("{}".utf8)) }
        #expect(lost?.description.hasPrefix("1:1: error: there is no configuration \"n\"") == true)
    }
}
