import StateMachines

/// What guards answer and which actions fail, by name, and what the actions did.
struct Surroundings: Sendable, Hashable {
    struct Failure: Error {}

    var isFalse: Set<String> = []
    var failing: Set<String> = []
    /// `act:NAME` or `fail:NAME`, as a trace has it.
    var words: [String] = []

    /// Compiles a definition whose guards, invariants and actions do as their surroundings say.
    static func table(
        _ definition: MachineDefinition
    ) throws -> MachineTable<StateNumber, EventNumber, Surroundings> {
        try MachineTable(
            definition,
            guards: definition.guards.map { name in Guard(name) { !$0.isFalse.contains(name) } },
            actions: definition.actions.map { name in
                Action(name) { surroundings in
                    let fails = surroundings.failing.contains(name)
                    surroundings.words.append((fails ? "fail:" : "act:") + name)
                    if fails { throw Failure() }
                }
            },
            invariants: definition.invariants.map { name in Invariant(name) { !$0.isFalse.contains(name) } }
        )
    }
}
