import MachineFiles
import Testing

/// What a file calls things is cut and escaped in findings, wherever it stands.
struct LongNameTests {
    private static let name = String(repeating: "n", count: 10_000) + #"\u001b[2J\u202eend"#

    @Test(
        arguments: [
            #"{"N": 1}"#, #"{"N": 1, "N": 2}"#, #"{"machine": "N"}"#, #"{"version": "N"}"#, #"{"initial": "N"}"#,
            #"{"unhandled": "N"}"#, #"{"events": ["N"]}"#, #"{"guards": ["N"]}"#, #"{"actions": "N"}"#,
            #"{"invariants": ["N"]}"#, #"{"migrate": "N"}"#, #"{"migrate": {"from": "N"}}"#,
            #"{"migrate": {"from": 1, "N": 1, "states": {"N": "N"}, "unmappable": ["N"]}}"#, #"{"states": "N"}"#,
            #"{"states": {"N": {}}}"#, #"{"states": {"a": "N"}}"#, #"{"states": {"a": {"N": 1}}}"#,
            #"{"states": {"a": {"parent": "N", "rank": "N", "admission": "N", "final": "N"}}}"#,
            #"{"states": {"a": {"entry": "N", "exit": ["N"], "timeout": "N"}}}"#,
            #"{"states": {"a": {"timeout": {"after": "N", "fires": "N", "N": 1}}}}"#,
            #"{"states": {"a": {"on": "N"}}}"#, #"{"states": {"a": {"on": {"N": "N"}}}}"#,
            #"{"states": {"a": {"on": {"e": {"to": "N", "if": "N", "do": "N", "raise": "N", "N": 1}}}}}"#,
            #"{"states": {"a": {"on": {"e": {"if": {"all": ["N"], "N": 1}, "stay": "N", "reenter": "N"}}}}}"#,
            #"{"states": {"a": {"always": "N", "ignore": "N", "reject": ["N"], "defer": "N"}}}"#, #"["N"]"#, #""N""#,
            #"{"machine": N}"#, #"{"machine": &N a}"#, #"{"machine": *N}"#, #"{"machine": !N a}"#,
        ]
    )
    func `a name of 10 000 characters with a terminal's escapes is cut and escaped`(_ text: String) {
        let file = MachineFile(text.replacing("N", with: Self.name))
        #expect(!file.findings.isEmpty)
        for finding in file.findings {
            #expect(finding.message.count < 500, "\(finding.message.prefix(100))")
            #expect(!finding.message.unicodeScalars.contains { ["\u{1B}", "\u{202E}"].contains($0) })
        }
    }
}
