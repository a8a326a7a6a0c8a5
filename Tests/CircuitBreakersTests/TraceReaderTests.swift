import ResilienceTestKit
import Testing

/// What is a trace and what is not.
struct TraceReaderTests {
    private static func trace(_ more: String, _ steps: String = "") -> String {
        #"{"id":"t","about":"","config":{"window":{"kind":"count","size":1},"jitterBp":1},\#(more)"steps":[\#(steps)]}"#
    }

    @Test(
        arguments: [
            ("0", 0), ("9223372036854775807", 1 << 63 - 1), ("9223372036854775808", 1 << 63),
            ("18446744073709551615", .max), ("-1", .max), ("-9223372036854775808", 1 << 63),
        ] as [(String, UInt64)]
    )
    func `a seed is any integer of 64 bits`(_ text: String, _ seed: UInt64) throws {
        #expect(try Trace(json: Self.trace(#""seed":\#(text),"#)).seed == seed)
    }

    @Test(arguments: ["18446744073709551616", "-9223372036854775809", "1.0", "1e3", "null", "\"1\""])
    func `a seed that is no such integer makes a document no trace`(_ text: String) {
        #expect(throws: TraceError.self) { try Trace(json: Self.trace(#""seed":\#(text),"#)) }
    }

    @Test func `an error knows its line and column`() {
        let error = #expect(throws: TraceError.self) {
            try Trace(json: Self.trace("\"seed\":1,\n", "{\"advance\":1},\n  {\"call\":\"failure\", \"times\": 0}"))
        }
        #expect(error?.description == "3:31: steps[2].times: 0 is not in 1…1000000")
    }

    @Test func `an error in a later step is not placed at an earlier one that begins alike`() {
        let steps = Array(repeating: "{\"poll\": true}", count: 11).joined(separator: ",\n") + ",\n {\"poll\": 1}"
        let error = #expect(throws: TraceError.self) { try Trace(json: Self.trace("\"seed\":1,", steps)) }
        #expect(error?.description == "12:11: steps[12].poll: only true is a poll")
    }

    @Test func `an error quotes something long in part, and still says where and what`() {
        let digits = String(repeating: "9", count: 100_000)
        let number = #expect(throws: TraceError.self) {
            try Trace(json: Self.trace("\"seed\":1,", "{\"advance\": \(digits)}"))
        }
        #expect(number?.description.hasPrefix("1:111: steps[1].advance: 999") == true)
        #expect(number?.description.hasSuffix("999 is not an integer of 64 bits: write its digits alone") == true)
        let key = #expect(throws: TraceError.self) {
            try Trace(json: Self.trace("\"seed\":1,", "{\"expect\": {\"\(digits)\": 1}}"))
        }
        #expect(key?.description.hasPrefix("1:100115: steps[1].expect: unknown field \"999") == true)
        #expect(key?.description.contains("999…\": the fields are state, total, ") == true)
        for error in [number, key] { #expect(error.map { $0.description.count < 1000 } == true) }
    }

    @Test func `a list of events is told as it was written`() throws {
        let list = #"[{"to": "OPEN", "from": "CLOSED", "event": "open"} , {"event":"thresholdExceeded"}]"#
        let trace = try Trace(json: Self.trace(#""seed":1,"#, #"{"events": \#(list)}"#))
        let mismatch = try TraceRunner.run(trace).mismatch
        #expect(
            mismatch?.expected
                == #"[{"to":"OPEN","from":"CLOSED","event":"open"},{"event":"thresholdExceeded"}]"#
        )
        #expect(mismatch?.got == "[]")
    }
}
