import StateMachines
import Testing

/// Small machines and the calls that threads make on them.
struct ExplorationPlay: Sendable, CustomTestStringConvertible {
    /// A call by names.
    struct Call: Sendable {
        var event: String
        var isFalse: Set<String> = []
        var failing: Set<String> = []
        var isConditional = false
    }

    var testDescription: String
    var definition: MachineDefinition
    var calls: [Call]

    private init(
        _ about: String,
        unhandled: MachineDefinition.Unhandled = .reject,
        _ states: [StateDefinition],
        _ calls: [Call]
    ) {
        testDescription = about
        let rules = states.flatMap(\.on).flatMap(\.rules)
        definition = MachineDefinition(
            name: "small",
            version: 7,
            initial: states[0].name,
            unhandled: unhandled,
            events: Self.unique(calls.map(\.event)),
            guards: Self.unique(calls.flatMap { $0.isFalse.sorted() }),
            actions: Self.unique(rules.flatMap(\.actions) + states.flatMap { $0.entry + $0.exit }),
            states: states
        )
        self.calls = calls
    }

    private static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func explorationCalls(_ table: Exploration.Table) -> [Exploration.Call] {
        calls.map { call in
            Exploration.Call(
                event: EventNumber(rawValue: UInt8(definition.events.firstIndex(of: call.event) ?? 0)),
                surroundings: Surroundings(isFalse: call.isFalse, failing: call.failing),
                isConditional: call.isConditional
            )
        }
    }

    /// Each of the events that stand in a rule, as a rule that moves there.
    private static func on(_ event: String, _ rules: RuleDefinition...) -> EventRules { EventRules(event, rules) }

    private static func to(_ state: String, if guards: ConditionDefinition? = nil, do actions: [String] = [])
        -> RuleDefinition
    {
        RuleDefinition(.move(to: state), if: guards, do: actions)
    }

    static let all = [
        // What cells answer alone.
        Self(
            "cells alone",
            [
                StateDefinition(name: "off", on: [on("flip", to("on")), on("smash", to("broken"))], ignore: ["hold"]),
                StateDefinition(
                    name: "on",
                    on: [on("flip", to("off")), on("hold", RuleDefinition(.stay)), on("smash", to("broken"))]
                ),
                StateDefinition(name: "broken", on: [on("hold", RuleDefinition(.reenter))], reject: ["flip"]),
            ],
            [Call(event: "flip"), Call(event: "hold"), Call(event: "smash")]
        ),
        // A child's rule hides its parent's, and a parent re-enters itself around its child.
        Self(
            "parent states",
            [
                StateDefinition(name: "out", on: [on("go", to("left", do: ["start"]))]),
                StateDefinition(
                    name: "in",
                    entry: ["open"],
                    exit: ["close"],
                    on: [on("leave", to("out")), on("again", RuleDefinition(.reenter))]
                ),
                StateDefinition(name: "left", parent: "in", exit: ["leftwards"], on: [on("go", to("right"))]),
                StateDefinition(
                    name: "right",
                    parent: "in",
                    entry: ["rightwards"],
                    on: [on("go", to("in"))],
                    ignore: ["leave"]
                ),
            ],
            [Call(event: "go"), Call(event: "leave"), Call(event: "again")]
        ),
        // A stay commits nothing, so its failure is its caller's alone.
        Self(
            "a stay whose action fails",
            [
                StateDefinition(
                    name: "on",
                    on: [on("flip", to("off")), on("note", RuleDefinition(.stay, do: ["write", "sign"]))]
                ),
                StateDefinition(name: "off", on: [on("flip", to("on"))], ignore: ["note"]),
            ],
            [Call(event: "flip"), Call(event: "note"), Call(event: "note", failing: ["write"])]
        ),
        // Each caller's guards fall through in a way of their own: to the next rule, to the parent, to nobody.
        Self(
            "guards that fall through",
            unhandled: .ignore,
            [
                StateDefinition(
                    name: "one",
                    parent: "all",
                    on: [on("go", to("two", if: .guard("g")), to("three", if: .all([.not(.guard("g")), .guard("h")])))]
                ),
                StateDefinition(name: "two", parent: "all", on: [on("go", to("one", if: .not(.guard("g"))))]),
                StateDefinition(name: "three", on: [on("go", to("one", if: .all([.guard("g"), .guard("h")])))]),
                StateDefinition(name: "all", on: [on("go", RuleDefinition(.reenter, if: .guard("h"), do: ["round"]))]),
            ],
            [
                Call(event: "go"), Call(event: "go", isFalse: ["g"]), Call(event: "go", isFalse: ["h"]),
                Call(event: "go", isFalse: ["g", "h"]),
            ]
        ),
        // The optimistic form, beside the plain one: a cell alone, guards and actions, and a stay.
        Self(
            "ifSequence",
            [
                StateDefinition(
                    name: "off",
                    on: [on("flip", to("on")), on("push", to("on", if: .guard("g"), do: ["p"]))]
                ),
                StateDefinition(name: "on", on: [on("flip", to("off")), on("push", RuleDefinition(.stay, do: ["p"]))]),
            ],
            [
                Call(event: "flip"), Call(event: "flip", isConditional: true),
                Call(event: "push", isFalse: ["g"], isConditional: true), Call(event: "push", isConditional: true),
            ]
        ),
        // Whoever comes behind the end is told so.
        Self(
            "a final state",
            [
                StateDefinition(
                    name: "open",
                    entry: ["in"],
                    on: [on("touch", RuleDefinition(.reenter)), on("end", to("over"))]
                ),
                StateDefinition(name: "over", parent: "rest", isFinal: true, entry: ["last"], ignore: ["touch"]),
                StateDefinition(name: "rest", on: [on("end", to("open"))]),
            ],
            [Call(event: "touch"), Call(event: "end"), Call(event: "end", isConditional: true)]
        ),
    ]

    /// An effect that fails behind the commit.
    static let fault = Self(
        "a failing effect",
        [
            StateDefinition(name: "off", on: [on("flip", to("on"))]),
            StateDefinition(
                name: "on",
                entry: ["spark"],
                on: [on("flip", to("off")), on("hold", RuleDefinition(.reenter)), on("fault", to("broken"))]
            ),
            StateDefinition(name: "broken", on: [on("smash", to("off"))]),
        ],
        [
            Call(event: "flip"), Call(event: "flip", failing: ["spark"]), Call(event: "hold"),
            Call(event: "hold", failing: ["spark"]), Call(event: "smash"),
        ]
    )
}
