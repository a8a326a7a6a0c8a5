import Testing

@testable import StateMachines

@Suite struct BindingTests {
    @Test func `the definition in Swift says what a file would`() {
        let definition = Sync.definition.definition
        #expect(Sync.definition.findings.filter { $0.severity == .error }.isEmpty)
        #expect(definition.guards == ["budgetLeft", "online", "stale"])
        #expect(definition.actions == ["openLog", "closeLog", "note", "announce", "countRetry"])
        #expect(definition.invariants == ["budgetIsNotNegative"])
        let syncing = definition.states[2]
        #expect(syncing.parent == "working")
        #expect(
            syncing.on[2]
                == EventRules(
                    "refresh",
                    [RuleDefinition(.reenter, if: .all([.guard("online"), .not(.guard("stale"))]))]
                )
        )
        #expect(definition.states[1].on[1] == EventRules("fault", [RuleDefinition(.move(to: "failed"))]))
    }

    @Test func `joined guards of one kind are one list`() {
        let (a, b, c) = (Guard<Void>("a"), Guard<Void>("b"), Guard<Void>("c"))
        #expect((a && b && c).condition == .all([.guard("a"), .guard("b"), .guard("c")]))
        #expect((a || (b || !c)).condition == .any([.guard("a"), .guard("b"), .not(.guard("c"))]))
        #expect((a && (b || c)).condition == .all([.guard("a"), .any([.guard("b"), .guard("c")])]))
    }

    @Test func `names without a function and with two are told at once`() {
        let definition = TypedDefinition<Door, Hand, Void>(name: "door", initial: .shut) {
            In(.shut) {
                On(.push, to: .open, if: Guard("dry"), do: Action("creak"))
                On(.pull, to: .open, if: Guard("calm") { true }, do: Action("squeak") { _ in })
                On(.turn, to: .open, if: Guard("calm") { true }, do: Action("squeak"))
            }
        }
        let error = #expect(throws: MachineDefinitionError.self) { try definition.compile() }
        #expect(
            error?.problems.map(\.description) == [
                "the guard calm has two functions: make it once, as a constant, and use that",
                "the guard dry has no function", "the action creak has no function",
            ]
        )
    }

    @Test func `a function may stand at another mention of the name`() throws {
        let table = try TypedDefinition<Door, Hand, Int>(name: "door", initial: .shut) {
            In(.shut) {
                On(.push, to: .open, if: Guard("warm"))
                On(.pull, to: .open, if: Guard("warm") { $0 > 20 })
            }
        }
        .compile()
        var machine = try Machine(table)
        var temperature = 19
        #expect(machine.fire(.push, &temperature).kind == .rejected)
        temperature = 21
        #expect(machine.fire(.push, &temperature).kind == .moved)
    }

    private func file(_ states: [String], _ events: [String]) -> MachineDefinition {
        MachineDefinition(
            name: "file",
            initial: states[0],
            events: events,
            guards: ["dry"],
            actions: ["creak"],
            states: states.enumerated()
                .map { index, name in
                    let next = states[(index + 1) % states.count]
                    let rule = RuleDefinition(.move(to: next), if: .guard("dry"), do: ["creak"])
                    return StateDefinition(name: name, on: events.map { EventRules($0, [rule]) })
                }
        )
    }

    @Test func `a file's states may stand in another order than the enum's`() throws {
        let definition = file(["gone", "locked", "open", "shut"], ["burn", "knock", "slam", "turn", "pull", "push"])
        let table = try MachineTable<Door, Hand, Int>(
            definition,
            guards: [Guard("dry") { $0 < 10 }],
            actions: [Action("creak") { $0 += 1 }]
        )
        var machine = try Machine(table)
        var creaks = 8
        #expect(machine.state == .gone)
        #expect(machine.fire(.push, &creaks).to == .locked)
        #expect(machine.fire(.burn, &creaks).to == .open)
        #expect(machine.fire(.knock, &creaks).kind == .rejected)
        #expect(creaks == 10)
    }

    @Test func `all that does not fit a file is told at once`() {
        let definition = file(["shut", "open", "ajar", "locked"], ["push", "pull", "turn", "slam", "knock", "ring"])
        let error = #expect(throws: MachineDefinitionError.self) {
            _ = try MachineTable<Door, Hand, Void>(definition, actions: [Action("other") { _ in }])
        }
        #expect(
            error?.problems.map(\.description) == [
                "the state ajar is no case of the enum", "the state gone of the enum is not in the definition",
                "the event ring is no case of the enum", "the event burn of the enum is not in the definition",
                "the guard dry has no function", "the action creak has no function",
            ]
        )
    }

    @Test func `a machine known only at run time goes by numbers`() throws {
        let table = try MachineTable<StateNumber, EventNumber, Void>(
            file(["one", "two"], ["go"]),
            guards: [Guard("dry") { true }],
            actions: [Action("creak") { _ in }]
        )
        let machine = try AtomicMachine(table)
        let go = try #require(table.event(named: "go"))
        #expect(table.name(of: machine.fire(go).to) == "two")
        #expect(table.state(named: "one")?.rawValue == 0)
        #expect(table.event(named: "fault") == nil)
        #expect(machine.fire(EventNumber(rawValue: 1)).kind == .rejected)
    }
}
