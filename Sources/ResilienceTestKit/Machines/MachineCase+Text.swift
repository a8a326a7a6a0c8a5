import StateMachines

extension MachineCase {
    /// A `machine.json` and an `events.jsonl` that `smctl machine run` takes.
    package var description: String {
        (["machine.json:", definition.json, "events.jsonl:"] + script.commands.map(\.json)).joined(separator: "\n")
    }
}

private func object(_ members: [(String, String?)]) -> String {
    "{" + members.compactMap { key, value in value.map { "\"\(key)\":\($0)" } }.joined(separator: ",") + "}"
}

private func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

private func text(_ name: String) -> String { "\"\(name)\"" }

private func names(_ names: [String]) -> String? { names.isEmpty ? nil : list(names.map(text)) }

extension MachineDefinition {
    /// The document; names need no escapes.
    fileprivate var json: String {
        object([
            ("machine", text(name)), ("version", "\(version)"), ("initial", text(initial)),
            ("unhandled", text(unhandled.rawValue)), ("events", names(events)), ("guards", names(guards)),
            ("actions", names(actions)), ("invariants", names(invariants)),
            ("states", object(states.map { ($0.name, $0.json) })),
        ])
    }
}

extension StateDefinition {
    fileprivate var json: String {
        let after = timeout.map { $0.after.components }
            .map { $0.seconds * 1000 + $0.attoseconds / 1_000_000_000_000_000 }
        return object([
            ("parent", parent.map(text)), ("final", isFinal ? "true" : nil), ("entry", names(entry)),
            ("exit", names(exit)),
            (
                "timeout",
                timeout.map { object([("after", text(ReplayDuration.text(after ?? 0))), ("fires", text($0.fires))]) }
            ),
            ("on", on.isEmpty ? nil : object(on.map { ($0.event, list($0.rules.map(\.json))) })),
            ("always", always.isEmpty ? nil : list(always.map(\.json))), ("ignore", names(ignore)),
            ("reject", names(reject)), ("defer", names(self.defer)),
        ])
    }
}

extension RuleDefinition {
    fileprivate var json: String {
        let ending: (String, String?) =
            switch answer {
            case .move(let target): ("to", text(target))
            case .stay: ("stay", "true")
            case .reenter: ("reenter", "true")
            }
        return object([ending, ("if", condition?.json), ("do", names(actions)), ("raise", names(raises))])
    }
}

extension ConditionDefinition {
    fileprivate var json: String {
        switch self {
        case .guard(let name): text(name)
        case .all(let parts): object([("all", list(parts.map(\.json)))])
        case .any(let parts): object([("any", list(parts.map(\.json)))])
        case .not(let part): object([("not", part.json)])
        }
    }
}

extension ReplayCommand {
    fileprivate var json: String {
        switch self {
        case .fire(let event):
            object([
                ("fire", text(event.name)), ("token", event.token.map(text)),
                ("version", event.version.map { "\($0)" }),
                ("ifSequence", event.ifSequence.map { "\($0)" }),
            ])
        case .advance(let milliseconds): object([("advance", text(ReplayDuration.text(milliseconds)))])
        case .guard(let name, let value): object([("guard", text(name)), ("value", "\(value)")])
        case .fail(let name): object([("fail", text(name))])
        case .heal(let name): object([("heal", text(name))])
        case .pause: object([("pause", "true")])
        case .resume: object([("resume", "true")])
        case .reset: object([("reset", "true")])
        case .drain(let milliseconds): object([("drain", text(ReplayDuration.text(milliseconds)))])
        }
    }
}
