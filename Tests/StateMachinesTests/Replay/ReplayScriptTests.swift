import ResilienceTestKit
import StateMachines
import Testing

@Suite struct ReplayScriptTests {
    static let definition = MachineDefinition(
        name: "door",
        initial: "shut",
        events: ["push", "pull"],
        guards: ["free"],
        actions: ["squeak"],
        invariants: ["hinged"],
        states: [StateDefinition(name: "shut")]
    )

    @Test(arguments: [
        (#"{"fire":"push"}"#, ReplayCommand.fire(ReplayEvent("push"))),
        (
            #" {"version": 9223372036854775807, "token": "", "fire": "pull", "ifSequence": 0} "#,
            .fire(ReplayEvent("pull", token: "", version: .max, ifSequence: 0))
        ),
        (#"{"fire":"push","token":"\u00e4\n"}"#, .fire(ReplayEvent("push", token: "ä\n"))),
        (#"{"advance":"0ms"}"#, .advance(0)),
        (#"{"advance":"1500ms"}"#, .advance(1500)),
        (#"{"advance":"8760h"}"#, .advance(31_536_000_000)),
        (#"{"advance":"31536000000ms"}"#, .advance(31_536_000_000)),
        (#"{"drain":"0s"}"#, .drain(0)),
        (#"{"drain":"2m"}"#, .drain(120_000)),
        (#"{"guard":"free","value":false}"#, .guard("free", false)),
        (#"{"value":true,"guard":"hinged"}"#, .guard("hinged", true)),
        (#"{"fail":"squeak"}"#, .fail("squeak")),
        (#"{"heal":"squeak"}"#, .heal("squeak")),
        (#"{"pause":true}"#, .pause),
        (#"{"resume":true}"#, .resume),
        ("{\"reset\":true}\r", .reset),
    ])
    func `reads each kind of line`(text: String, command: ReplayCommand) throws {
        let script = try ReplayScript(jsonLines: Array(text.utf8), for: Self.definition)
        #expect(script.commands == [command])
    }

    @Test(arguments: [
        "{}", "[]", "null", "\"fire\"", "{", "{\"fire\":\"push\"", "{\"fire\":\"push\"}}", "{\"fire\":\"push\"} x",
        "{'fire':'push'}", "{fire:\"push\"}", "// fire", "\u{FEFF}{\"pause\":true}", "{\"pause\":true,}",
        #"{"fire":"jump"}"#, #"{"fire":"Push"}"#, #"{"fire":"pus"}"#, #"{"fire":"fault"}"#, #"{"fire":null}"#,
        #"{"fire":["push"]}"#, #"{"fire":"push","fire":"push"}"#, #"{"fire":"push","pause":true}"#,
        #"{"fire":"push","tokens":"a"}"#, #"{"fire":"push","token":1}"#, #"{"fire":"push","token":null}"#,
        #"{"fire":"push","version":-1}"#, #"{"fire":"push","version":-0}"#, #"{"fire":"push","version":"7"}"#,
        #"{"fire":"push","version":7.0}"#, #"{"fire":"push","version":7e0}"#, #"{"fire":"push","version":07}"#,
        #"{"fire":"push","version":9223372036854775808}"#, #"{"fire":"push","ifSequence":true}"#,
        #"{"fire":"push","ifSequence":1e1}"#, #"{"fire":"push","value":true}"#,
        #"{"advance":30}"#, #"{"advance":"30"}"#, #"{"advance":"s"}"#, #"{"advance":""}"#, #"{"advance":"-1s"}"#,
        #"{"advance":"+1s"}"#, #"{"advance":"01s"}"#, #"{"advance":"00s"}"#, #"{"advance":"1.5s"}"#,
        #"{"advance":"1 s"}"#, #"{"advance":" 1s"}"#, #"{"advance":"1S"}"#, #"{"advance":"1d"}"#,
        #"{"advance":"1h30m"}"#, #"{"advance":"8761h"}"#, #"{"advance":"31536000001ms"}"#,
        #"{"advance":"99999999999999999999h"}"#, #"{"advance":"9999999999999h"}"#, #"{"advance":"٣s"}"#,
        #"{"advance":"1s","drain":"1s"}"#, #"{"drain":true}"#, #"{"drain":"1s","token":"a"}"#,
        #"{"guard":"free"}"#, #"{"guard":"free","value":"true"}"#, #"{"guard":"free","value":1}"#,
        #"{"guard":"squeak","value":true}"#, #"{"guard":"push","value":true}"#, #"{"value":true}"#,
        #"{"fail":"free"}"#, #"{"heal":"oil"}"#, #"{"fail":"squeak","heal":"squeak"}"#,
        #"{"pause":false}"#, #"{"pause":"true"}"#, #"{"resume":1}"#, #"{"reset":null}"#, #"{"pause":true,"x":1}"#,
        #"{"start":true}"#, #"{"token":"a"}"#, "{\"fire\":\"push\",\"token\":\"\u{1}\"}",
    ])
    func `refuses anything else`(text: String) {
        let error = #expect(throws: ReplayScriptError.self) {
            try ReplayScript(jsonLines: Array("\n\(text)\n".utf8), for: Self.definition)
        }
        #expect(error?.problems.map(\.line) == [2])
    }

    @Test func `refuses what is not UTF-8`() {
        let bytes = Array(#"{"fire":"push","token":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        #expect(throws: ReplayScriptError.self) { try ReplayScript(jsonLines: bytes, for: Self.definition) }
    }

    @Test func `tells every wrong line with its number, blank ones counted`() {
        let text = "{\"pause\":true}\n\n  \t\r\n{\"fire\":\"jump\"}\n{\"resume\":true}\n{\"fail\":\"oil\"}"
        let error = #expect(throws: ReplayScriptError.self) {
            try ReplayScript(jsonLines: Array(text.utf8), for: Self.definition)
        }
        #expect(
            error?.description == """
                4: fire: there is no event "jump"
                6: fail: there is no action "oil"
                """
        )
    }

    @Test func `an empty script starts the machine all the same`() throws {
        let script = try ReplayScript(jsonLines: Array("\n".utf8), for: Self.definition)
        var interpreter = ReferenceInterpreter(Self.definition)
        #expect(
            script.run(on: &interpreter).map(\.description) == [
                #"{"life":"running","sequence":0,"state":"shut","trace":["enter:shut"]}"#
            ]
        )
    }
}
