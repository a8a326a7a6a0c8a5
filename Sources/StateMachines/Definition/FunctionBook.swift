/// The functions that a program gives for the names of a machine.
struct FunctionBook: Sendable {
    /// One name space.
    struct Section<Function: Sendable>: Sendable {
        /// The names in the order of their first mention.
        private(set) var names: [String] = []
        private var functions: [String: NamedFunction<Function>] = [:]
        /// Names that were registered twice, in the order of finding.
        private(set) var doubled: [String] = []

        mutating func add(_ mentions: [NamedFunction<Function>]) {
            for mention in mentions {
                guard let known = functions[mention.name] else {
                    names.append(mention.name)
                    functions[mention.name] = mention
                    continue
                }
                if known.function == nil {
                    functions[mention.name] = mention
                } else if mention.function != nil, mention !== known, !doubled.contains(mention.name) {
                    doubled.append(mention.name)
                }
            }
        }

        subscript(name: String) -> NamedFunction<Function>? { functions[name] }

        func problems(_ subject: BindingProblem.Subject, _ needed: [String]) -> [BindingProblem] {
            doubled.map { BindingProblem(subject, $0, .twoFunctions) }
                + needed.filter { functions[$0]?.function == nil }
                .map { BindingProblem(subject, $0, .noFunction) }
        }

        func bound(to names: [String]) -> [Function] {
            names.compactMap { functions[$0]?.function }
        }
    }

    var guards = Section<GuardFunction>()
    var actions = Section<ActionFunction>()
    var invariants = Section<GuardFunction>()
    /// What does not fit about the program's states and events.
    var symbolProblems: [BindingProblem] = []

    /// All that does not fit: states and events, names without a function and those with two.
    func problems(for definition: MachineDefinition) -> [BindingProblem] {
        symbolProblems + guards.problems(.guard, definition.guards) + actions.problems(.action, definition.actions)
            + invariants.problems(.invariant, definition.invariants)
    }

    /// The functions by number; only for a definition without problems.
    func bound(to definition: MachineDefinition) -> MachineFunctions {
        MachineFunctions(
            guards: guards.bound(to: definition.guards),
            actions: actions.bound(to: definition.actions),
            invariants: invariants.bound(to: definition.invariants),
            raising: definition.actions.filter { actions[$0]?.canRaise == true }
        )
    }
}

/// A definition's functions by number, on contexts of which only the address is known.
package final class MachineFunctions: Sendable {
    let guards: [GuardFunction]
    let actions: [ActionFunction]
    let invariants: [GuardFunction]
    /// The names of the actions that can raise events.
    let raising: [String]

    init(guards: [GuardFunction], actions: [ActionFunction], invariants: [GuardFunction], raising: [String]) {
        self.guards = guards
        self.actions = actions
        self.invariants = invariants
        self.raising = raising
    }
}
