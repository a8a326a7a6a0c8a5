import ArgumentParser
import StateMachines

/// `smctl machine paths`: how to get to each state.
struct MachinePathsCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "paths",
        abstract: "Finds the shortest events to each state, with the guards that they need.",
        discussion: """
            One line a state that can be current: the events from the start, behind each the guards that it asks and \
            their answers. A failing action or a false invariant is named where only fault leads to a state.
            """
    )

    @OptionGroup var machine: MachineFileArgument

    @Flag(help: "Also a tour: runs from the start that take every rule that an event can take.")
    var allTransitions = false

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func execute() async throws {
        let definition = try machine.definition()
        var finder = PathFinder(definition)
        let paths = finder.paths()
        let tour = allTransitions ? finder.tour() : nil
        let reached = Set(paths.map(\.state))
        let never = definition.states.map(\.name).filter { !reached.contains($0) }
        guard output.format == .table else {
            var members: [String: JSONValue] = [
                "machine": .string(definition.name),
                "never": .array(never.map { .string($0) }),
                "paths": .array(
                    paths.map { path in
                        .object([
                            "passing": .bool(path.isPassing), "state": .string(path.state),
                            "steps": .array(path.steps.map(\.json)),
                        ])
                    }
                ),
            ]
            if let tour { members["tour"] = .array(tour.map { .array($0.map(\.json)) }) }
            return try Console.print(JSONValue.object(members).text)
        }
        for path in paths {
            let passing = path.isPassing ? " (passes through)" : ""
            try Console.print("\(path.state): \(path.steps.map(\.text).joined(separator: " → "))\(passing)")
        }
        for state in never { try Console.print("\(state): never current") }
        for (index, run) in (tour ?? []).enumerated() {
            try Console.print("run \(index + 1): \(run.map(\.text).joined(separator: " → "))")
        }
    }
}

extension PathStep {
    /// `failure [budgetLeft, not stale, note fails]`.
    fileprivate var text: String {
        var needs = guards.map { $0.isTrue ? $0.name : "not \($0.name)" }
        if let failing { needs.append("\(failing) fails") }
        return (event ?? "(start)") + (needs.isEmpty ? "" : " [\(needs.joined(separator: ", "))]")
    }

    fileprivate var json: JSONValue {
        .object([
            "event": .optional(event), "fails": .optional(failing),
            "guards": .object(Dictionary(uniqueKeysWithValues: guards.map { ($0.name, JSONValue.bool($0.isTrue)) })),
        ])
    }
}
