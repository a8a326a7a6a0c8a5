import StateMachines
import Testing

@Suite struct RenderingTests {
    @Test func `draws moves and re-entries, events of one arrow together`() {
        #expect(
            Mermaid.render(TypedDefinition.door.definition) == """
                stateDiagram-v2
                    [*] --> shut
                    shut --> open : push
                    shut --> locked : turn
                    shut --> shut : slam
                    shut --> gone : burn
                    open --> shut : pull, slam
                    open --> gone : burn
                    locked --> shut : turn
                    locked --> gone : burn
                    gone --> [*]

                """
        )
    }

    @Test(arguments: ["half-open", "v1.2", "end", "State"])
    func `numbers all states if Mermaid could misread one`(name: String) {
        let definition = MachineDefinition(
            name: "m",
            initial: "idle",
            events: ["go"],
            states: [
                StateDefinition(name: "idle", on: [EventRules("go", [RuleDefinition(.move(to: name))])]),
                StateDefinition(name: name),
            ]
        )
        #expect(
            Mermaid.render(definition) == """
                stateDiagram-v2
                    state "idle" as s0
                    state "\(name)" as s1
                    [*] --> s0
                    s0 --> s1 : go

                """
        )
    }

    @Test func `shows every pair in a table`() {
        #expect(
            LegalityTable.render(TypedDefinition.door.definition) == """
                | state \\ event | push | pull | turn | slam | knock | burn |
                | --- | --- | --- | --- | --- | --- | --- |
                | shut | open | ignore | locked | shut* | stay | gone |
                | open | ignore | shut | — | shut | ignore | gone |
                | locked | — | — | shut | — | — | gone |
                | gone | — | — | — | — | — | ignore |

                """
        )
    }

    @Test func `shows what becomes of pairs without a rule`() {
        var definition = TypedDefinition.door.definition
        definition.unhandled = .ignore
        let rows = LegalityTable.render(definition).split(separator: "\n")
        #expect(rows[4] == "| locked | — | — | shut | ignore | ignore | gone |")
    }
}
