import StateMachines

extension MachineDefinition {
    /// The definition as a file has it: keys in the order of the format's description, defaults left out.
    ///
    /// `events`, `guards` and `actions` are given whenever there are any, so that they keep their order.
    var written: WrittenValue {
        .fields([
            ("machine", .text(name)),
            ("version", .word("\(version)")),
            ("initial", .text(initial)),
            ("events", .names(events)),
            ("guards", .names(guards)),
            ("actions", .names(actions)),
            ("invariants", .names(invariants)),
            ("unhandled", unhandled == .reject ? nil : .text(unhandled.rawValue)),
            ("states", .mapping(states.map { WrittenValue.Field(key: $0.name, value: $0.written) })),
            ("migrate", .alone(migrations.map(\.written))),
        ])
    }
}

extension StateDefinition {
    fileprivate var written: WrittenValue {
        .fields([
            ("parent", parent.map { .text($0) }),
            ("rank", rank == 0 ? nil : .word("\(rank)")),
            ("admission", admission == .all ? nil : .text("\(admission)")),
            ("final", isFinal ? .word("true") : nil),
            ("entry", .names(entry)),
            ("exit", .names(exit)),
            ("timeout", timeout?.written),
            ("on", on.isEmpty ? nil : .mapping(on.map { WrittenValue.Field(key: $0.event, value: $0.written) })),
            ("always", .alone(always.map(\.written))),
            ("ignore", .names(ignore)),
            ("reject", .names(reject)),
            ("defer", .names(self.defer)),
        ])
    }
}

extension TimeoutDefinition {
    fileprivate var written: WrittenValue {
        .fields([("after", .text(MachineDuration.text(after))), ("fires", .text(fires))])
    }
}

extension EventRules {
    /// An event without rules has an empty list, which is no valid file but says what the definition says.
    fileprivate var written: WrittenValue {
        .alone(rules.map(\.written)) ?? .list([])
    }
}

extension RuleDefinition {
    fileprivate var written: WrittenValue {
        if case .move(let target) = answer, condition == nil, actions.isEmpty, raises.isEmpty { return .text(target) }
        let said: (String, WrittenValue) =
            switch answer {
            case .move(let target): ("to", .text(target))
            case .stay: ("stay", .word("true"))
            case .reenter: ("reenter", .word("true"))
            }
        return .fields([said, ("if", condition?.written), ("do", .names(actions)), ("raise", .names(raises))])
    }
}

extension ConditionDefinition {
    fileprivate var written: WrittenValue {
        switch self {
        case .guard(let name): .text(name)
        case .all(let parts): .fields([("all", .list(parts.map(\.written)))])
        case .any(let parts): .fields([("any", .list(parts.map(\.written)))])
        case .not(let part): .fields([("not", part.written)])
        }
    }
}

extension MigrationDefinition {
    fileprivate var written: WrittenValue {
        .fields([
            ("from", .word("\(from)")),
            (
                "states",
                states.isEmpty ? nil : .mapping(states.map { WrittenValue.Field(key: $0.old, value: .text($0.new)) })
            ),
            ("unmappable", .names(unmappable)),
        ])
    }
}
