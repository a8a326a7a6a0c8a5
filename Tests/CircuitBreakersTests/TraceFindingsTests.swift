import CircuitBreakers
import ResilienceTestKit
import Testing

/// All that is wrong with a trace is said at once.
struct TraceFindingsTests {
    private static func findings(_ text: String) -> [String] {
        let error = #expect(throws: TraceError.self) { try Trace(json: text) }
        return error?.findings.map(\.description) ?? []
    }

    private static func findings(config: String) -> [String] {
        findings(#"{"id":"t","about":"","steps":[],"config":{"# + "\n" + config + "}}")
    }

    @Test func `a key of a wrong type hides none of a configuration's other findings`() {
        let lines = Self.findings(
            config: """
                "window": {"kind": "time", "ms": "1s", "buckets": 0},
                "minimumCalls": null,
                "failureRateBp": 0,
                "slowCallMs": [],
                "slowRateBp": 10001,
                "openMs": true,
                "backoffFactor": 1.2345,
                "maxOpenMs": -1,
                "jitterBp": 5001,
                "probes": 0,
                "initial": 1,
                "unknown": 1
                """
        )
        #expect(
            lines == [
                "2:34: config.window.ms: a string is not an integer: write its digits alone",
                "2:51: config.window.buckets: 0 is not in 1…1024",
                "3:17: config.minimumCalls: null is not an integer: a key that takes its default is left out",
                "4:18: config.failureRateBp: 0 is not in 1…10000",
                "5:15: config.slowCallMs: a list is not an integer: write its digits alone",
                "6:15: config.slowRateBp: 10001 is not in 1…10000",
                "7:11: config.openMs: a truth value is not an integer: write its digits alone",
                "8:18: config.backoffFactor: 1.2345 is not a number from 1 to 10 with at most three decimals",
                "9:14: config.maxOpenMs: -1 is not in 0…1000000000000",
                "10:13: config.jitterBp: 5001 is not in 0…5000",
                "11:11: config.probes: 0 is not in 1…10000",
                "12:12: config.initial: a number is not CLOSED, DISABLED, METRICS_ONLY or FORCED_OPEN, in quotation marks",
                "13:12: config: unknown key unknown: the known ones are "
                    + CircuitBreaker.Configuration.Changes.keys.joined(separator: ", "),
            ]
        )
    }

    @Test(
        arguments: [
            (#""window": {"kind": "cuont", "size": 0}, "minimumCalls": 0"#, ["kind", "size", "minimumCalls"]),
            (#""window": {"size": 0}, "minimumCalls": 5"#, ["window: kind is missing", "size"]),
            (#""window": {"kind": "count"}, "minimumCalls": 0"#, ["window: size is missing", "minimumCalls"]),
            (#""window": {"kind": "count", "size": "4"}, "minimumCalls": 30"#, ["size"]),
            (#""window": {"kind": "count", "size": 4, "ms": "1"}, "minimumCalls": 5"#, ["minimumCalls", "ms"]),
            (#""window": {"kind": "time", "ms": 0, "buckets": null}"#, ["ms", "buckets"]),
            (#""window": {"kind": "time", "ms": 7, "buckets": 2.5}"#, ["buckets"]),
            (#""window": 4, "minimumCalls": -1"#, ["window", "minimumCalls"]),
            (#""openMs": "x", "maxOpenMs": 5, "slowCallMs": "x", "slowRateBp": 5"#, ["openMs", "slowCallMs"]),
            (#""probes": null, "concurrentProbes": 10001"#, ["probes", "concurrentProbes"]),
        ] as [(String, [String])]
    )
    func `what hangs on an unread value is judged by its own range alone`(_ config: String, _ expected: [String]) {
        let lines = Self.findings(config: config)
        #expect(lines.count == expected.count, "\(lines)")
        for name in expected { #expect(lines.contains { $0.contains("\(name)") }, "\(name) in \(lines)") }
    }

    @Test func `every step that is wrong is told with its place, in the order of the document`() {
        let lines = Self.findings(
            """
            {"about": 1, "steps": [
            {"call": "maybe", "times": 0},
            {"end": "x", "outcome": "success"},
            {"reconfigure": {"openMs": "1", "probes": 0}},
            7,
            {"expect": {"state": "open", "totl": 1, "total": null}},
            {"events": [{"event": "trip", "from": "CLOSED", "to": "OPNE"}, {"event": "bang", "from": 1}]}
            ], "config": {"jitterBp": 5}, "more": 1}
            """
        )
        #expect(
            lines.map { $0.prefix { $0 != " " } }.map(String.init) == [
                "1:1:", "1:1:", "1:11:", "2:10:", "2:28:", "4:28:", "4:43:", "5:1:", "6:22:", "6:38:", "6:50:", "7:55:",
                "7:64:", "7:74:", "7:90:", "8:39:",
            ]
        )
        #expect(lines.first == "1:1: trace: id is missing")
        #expect(lines.contains { $0.hasPrefix("1:1: trace: jitterBp needs a seed") })
        #expect(lines.contains("7:64: steps[6].events[2]: to is missing"))
        // Whether x was held nobody knows behind a step that cannot be read.
        #expect(!lines.contains { $0.contains("held") })
    }

    @Test func `ids that are not held are all told`() {
        let lines = Self.findings(
            #"""
            {"id": "t", "about": "", "config": {}, "steps": [
            {"begin": "a"}, {"begin": "a"},
            {"drop": "b"}, {"end": "a", "outcome": "ignored"}, {"drop": "a"}]}
            """#
        )
        #expect(
            lines == [
                "2:17: steps[2]: a is held already: end or drop it first",
                "3:1: steps[3]: b is not held: begin it first", "3:52: steps[5]: a is not held: begin it first",
            ]
        )
    }

    @Test func `of very many findings the first are kept and the others counted`() {
        let steps = Array(repeating: "{\"poll\": false}", count: 2500).joined(separator: ",\n")
        let error = #expect(throws: TraceError.self) {
            try Trace(json: #"{"id":"t","about":"","config":{},"steps":["# + steps + "]}")
        }
        #expect(error?.findings.count == 1000)
        #expect(error?.omitted == 1500)
        #expect(error?.findings.last?.description == "1000:10: steps[1000].poll: only true is a poll")
        #expect(error?.description.hasSuffix("\nand 1500 more") == true)
    }

    @Test func `names are cut and escaped in findings`() {
        let name = String(repeating: "n", count: 10_000) + #"\u001b[2J"#
        let texts = [
            #""id":"t","about":"","config":{},"steps":[{"\#(name)": 1}]"#,
            #""id":"t","about":"","config":{},"steps":[{"poll": true, "\#(name)": 1}]"#,
            #""id":"t","about":"","config":{},"steps":[{"call": "\#(name)"}]"#,
            #""id":"t","about":"","config":{},"steps":[{"begin": "a", "expect": "\#(name)"}]"#,
            #""id":"t","about":"","config":{},"steps":[{"admin": "\#(name)"}]"#,
            #""id":"t","about":"","config":{},"steps":[{"admin": "open", "expect": "\#(name)"}]"#,
            #""id":"t","about":"","config":{},"steps":[{"drop": "\#(name)"}]"#,
            #""id":"t","about":"","config":{},"steps":[{"begin": "\#(name)"}, {"begin": "\#(name)"}]"#,
            #""id":"t","about":"","config":{},"steps":[{"expect": {"\#(name)": 1}}]"#,
            #""id":"t","about":"","config":{},"steps":[{"expect": {"state": "\#(name)"}}]"#,
            #""id":"t","about":"","config":{},"steps":[{"expect": {"reason": "\#(name)"}}]"#,
            #""id":"t","about":"","config":{},"steps":[{"events": [{"event": "\#(name)", "from": "\#(name)"}]}]"#,
            #""id":"t","about":"","steps":[],"config":{"\#(name)": 1, "initial": "\#(name)", "window": {"kind": "\#(name)"}}"#,
            #""\#(name)": 1, "\#(name)": 2"#,
        ]
        for text in texts {
            let lines = Self.findings("{\(text)}")
            #expect(!lines.isEmpty)
            for line in lines {
                #expect(line.count < 600, "\(line.prefix(100))")
                #expect(!line.unicodeScalars.contains("\u{1B}"))
            }
        }
    }
}
