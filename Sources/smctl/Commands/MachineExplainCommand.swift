import ArgumentParser
import StateMachines

/// `smctl machine explain`: what a machine does with an event in a state, in words.
struct MachineExplainCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells in words who answers an event in a state, and what happens then.",
        discussion: "Ends with 2 when the machine has no such state or event. The event may be fault."
    )

    @OptionGroup var machine: MachineFileArgument

    @Argument(help: "The current state.")
    var state: String

    @Argument(help: "The event.")
    var event: String

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func execute() async throws {
        let definition = try machine.definition()
        guard let index = definition.states.firstIndex(where: { $0.name == state }) else {
            throw Failure(
                .notFound,
                "\(definition.name) has no state \(state.shownName); it has \(names(definition.states.map(\.name)))"
            )
        }
        guard definition.alphabet.contains(event) || event == MachineDefinition.fault else {
            throw Failure(
                .notFound,
                "\(definition.name) has no event \(event.shownName); it has \(names(definition.events))"
            )
        }
        let explanation = Explanation(of: event, in: index, of: definition)
        let next = followers(of: explanation, in: definition)
        guard output.format == .table else { return try Console.print(explanation.json(next).text) }
        for line in explanation.lines { try Console.print(line) }
        for follower in next { for line in follower.lines { try Console.print(line) } }
    }

    /// The eventless rules of the states in which a rule may end.
    private func followers(of explanation: Explanation, in definition: MachineDefinition) -> [Explanation] {
        let ends = explanation.answers.filter { [.move, .reenter, .stay].contains($0.kind) }.map(\.target)
        return definition.states.indices
            .filter { ends.contains(definition.states[$0].name) && !definition.alwaysCandidates(in: $0).isEmpty }
            .map { Explanation(of: nil, in: $0, of: definition) }
    }

    private func names(_ names: [String]) -> String {
        names.count > 20 ? names.prefix(20).joined(separator: ", ") + "…" : names.joined(separator: ", ")
    }
}

extension Explanation {
    /// `answers`, `event`, `otherwise`, `state`, and in `then` the eventless rules of where it may end.
    fileprivate func json(_ next: [Explanation]? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "answers": .array(answers.map(\.json)), "event": .optional(event), "otherwise": .optional(otherwise),
            "state": .string(state),
        ]
        if let next { members["then"] = .array(next.map { $0.json() }) }
        return .object(members)
    }
}

extension Explanation.Answer {
    fileprivate var json: JSONValue {
        func texts(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        func steps(_ steps: [Explanation.Step]) -> JSONValue {
            .array(steps.map { .object(["actions": texts($0.actions), "state": .string($0.state)]) })
        }
        return .object([
            "do": texts(actions), "enters": steps(entries), "exits": steps(exits),
            "if": .optional(condition?.description), "kind": .string(kind.rawValue), "owner": .string(owner),
            "raise": texts(raises), "to": .string(target),
            "timers": .array(
                timers.map {
                    .object(["after": .string(MachineDuration.text($0.after)), "fires": .string($0.fires)])
                }
            ),
        ])
    }
}
