import StateMachines
import Testing

@Suite struct TypedDefinitionTests {
    @Test func `lowers to the same machine by names`() {
        let definition = TypedDefinition<Door, Hand, Void>(name: "d", version: 3, initial: .open, unhandled: .ignore) {
            In(.gone, final: true) { Reject(.push) }
            In(.shut, rank: 9, admission: .limited) {
                Reject(.knock)
                Ignore(.pull, .turn)
                On(.push, to: .open)
                On(.slam, .reenter)
                On(.burn, .stay)
            }
        }
        #expect(
            definition.definition
                == MachineDefinition(
                    name: "d",
                    version: 3,
                    initial: "open",
                    unhandled: .ignore,
                    events: ["push", "pull", "turn", "slam", "knock", "burn"],
                    states: [
                        StateDefinition(
                            name: "shut",
                            rank: 9,
                            admission: .limited,
                            on: [
                                EventRules("push", [RuleDefinition(.move(to: "open"))]),
                                EventRules("slam", [RuleDefinition(.reenter)]),
                                EventRules("burn", [RuleDefinition(.stay)]),
                            ],
                            ignore: ["pull", "turn"],
                            reject: ["knock"]
                        ),
                        StateDefinition(name: "open"),
                        StateDefinition(name: "locked"),
                        StateDefinition(
                            name: "gone",
                            isFinal: true,
                            reject: ["push"]
                        ),
                    ]
                )
        )
    }

    @Test func `compiling throws all findings, one a line`() {
        let definition = TypedDefinition<Door, Hand, Void>(name: "door", initial: .shut, unhandled: .error) {
            In(.shut) {
                On(.push, to: .shut)
                On(.pull, .stay)
                On(.turn, to: .gone)
                Ignore(.slam, .pull)
                Reject(.burn)
            }
            In(.gone, final: true) { On(.slam, .reenter) }
        }
        let error = #expect(throws: MachineDefinitionError.self) { try definition.compile() }
        #expect(error?.machine == "door")
        #expect(error?.findings == definition.findings)
        #expect(
            error?.description == """
                machine door cannot be used:
                events[4]: warning: no state uses the event knock: use it or take it out of events [SM103]
                states.shut: error: shut says nothing of knock: write a rule for it, or name it in ignore, reject or \
                defer [SM017]
                states.shut.on.push[0].to: error: a rule for push in shut moves to shut itself: write reenter: true to \
                leave it and enter it again, or stay: true to do neither [SM018]
                states.shut.ignore[1]: error: ignore for pull in shut is never asked, an earlier rule always answers: \
                take it away or give that rule a guard [SM012]
                states.gone.on: error: gone is final and is never left: take on away or make the state not final [SM014]
                """
        )
    }

    @Test func `warnings do not keep it from compiling`() throws {
        let definition = TypedDefinition<Door, Hand, Void>(name: "door", initial: .shut) {
            In(.shut) { On(.push, to: .open) }
        }
        #expect(definition.findings.count == 7)
        #expect(definition.findings.allSatisfy { $0.severity == .warning })
        _ = try definition.compile()
    }

    @Test func `a state described twice is refused`() {
        let definition = TypedDefinition<Door, Hand, Void>(name: "door", initial: .shut) {
            In(.shut) { On(.push, to: .open) }
            In(.open) {}
            In(.shut) { On(.pull, to: .open) }
        }
        #expect(definition.findings.map(\.code) == [.duplicate])
        #expect(throws: MachineDefinitionError.self) { try definition.compile() }
    }

    private enum Gap: UInt8, MachineSymbol {
        case one = 1
        case zero = 0
        case three = 3
    }

    @Test func `raw values out of place are refused with the other findings of form`() {
        let definition = TypedDefinition<Gap, Gap, Void>(name: "g p", initial: .one) {
            In(.one) { On(.zero, to: .one) }
        }
        #expect(
            definition.findings.map(\.description) == [
                "machine: error: \"g p\" is not a name: \(MachineName.rule) [SM005]",
                "events.one: error: the raw value must be 0, its position in allCases, and not 1 [SM005]",
                "events.zero: error: the raw value must be 1, its position in allCases, and not 0 [SM005]",
                "events.three: error: the raw value must be 2, its position in allCases, and not 3 [SM005]",
                "states.one: error: the raw value must be 0, its position in allCases, and not 1 [SM005]",
                "states.zero: error: the raw value must be 1, its position in allCases, and not 0 [SM005]",
                "states.three: error: the raw value must be 2, its position in allCases, and not 3 [SM005]",
            ]
        )
        #expect(throws: MachineDefinitionError.self) { try definition.compile() }
    }

    private enum Swapped: UInt8, MachineSymbol {
        case second = 1
        case first = 0

        static let allCases = [Swapped.first, .second]
    }

    @Test func `cases declared in another order than that of their raw values are refused`() {
        let definition = TypedDefinition<Door, Swapped, Void>(name: "swapped", initial: .shut) {
            In(.shut) { On(.first, to: .open) }
            In(.open) { On(.second, to: .shut) }
        }
        let problem = "the cases are not declared in the order of their raw values"
        #expect(
            definition.findings.map(\.description) == [
                "events.first: error: \(problem) [SM005]", "events.second: error: \(problem) [SM005]",
            ]
        )
    }

    /// A symbol that is more than its raw value.
    private struct Labelled: MachineSymbol {
        static let allCases = ["a", "b", "c"].enumerated().map { Labelled(rawValue: UInt8($0), label: $1) }

        let rawValue: UInt8
        let label: String

        init(rawValue: UInt8, label: String) {
            self.rawValue = rawValue
            self.label = label
        }

        init?(rawValue: UInt8) {
            guard let symbol = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
            self = symbol
        }

        var wireName: String { label }
    }

    @Test func `a symbol may be more than a byte`() throws {
        let symbols = Labelled.allCases
        let definition = TypedDefinition<Labelled, Labelled, Void>(name: "labelled", initial: symbols[1]) {
            In(symbols[1]) { On(symbols[0], to: symbols[2]) }
        }
        var machine = try Machine(definition.compile())
        #expect(machine.state.label == "b")
        let outcome = machine.fire(symbols[0])
        #expect(outcome.from.label == "b")
        #expect(outcome.to.label == "c")
    }

    private enum Only: UInt8, MachineSymbol {
        case one
    }

    @Test func `a symbol may be less than a byte`() throws {
        let definition = TypedDefinition<Only, Only, Void>(name: "only", initial: .one) {
            In(.one) { On(.one, .reenter) }
        }
        #expect(MemoryLayout<Only>.size == 0)
        var machine = try Machine(definition.compile())
        #expect(machine.fire(.one).to == .one)
        #expect(machine.sequence == 1)
    }

    private enum Loud: UInt8, MachineSymbol {
        case halfOpen
        case shut

        var wireName: String { self == .halfOpen ? "HALF_OPEN" : "SHUT" }
    }

    @Test func `names are the wire names`() throws {
        let definition = TypedDefinition<Loud, Hand, Void>(name: "loud", initial: .halfOpen) {
            In(.halfOpen) { On(.push, to: .shut) }
        }
        #expect(definition.definition.initial == "HALF_OPEN")
        #expect(definition.definition.states.map(\.name) == ["HALF_OPEN", "SHUT"])
        var machine = try Machine(definition.compile())
        #expect(machine.fire(.push).to == .shut)
    }
}
