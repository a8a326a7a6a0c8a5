/// Writes a definition as the JSON document that says the same.
public enum MachineJSON {
    /// The document of a definition: its keys in the order of the format, states and rules in their own.
    ///
    /// It can be read like any other document. Lists are always lists and rules always mappings; what has its default
    /// value or is empty is left out, except the version. A list of `guards` or `actions` that is empty is left out,
    /// too, and then means what is used: nothing.
    ///
    /// - Parameter definition: any definition.
    /// - Returns: the text, ending in a newline.
    public static func render(_ definition: MachineDefinition) -> String {
        var machine = JSONObject()
        machine.add("machine", .text(definition.name))
        machine.add("version", .number(Int(definition.version)))
        machine.add("initial", .text(definition.initial))
        if definition.unhandled != .reject { machine.add("unhandled", .text(definition.unhandled.rawValue)) }
        machine.add("events", names: definition.events)
        machine.add("guards", names: definition.guards)
        machine.add("actions", names: definition.actions)
        machine.add("invariants", names: definition.invariants)
        machine.add("states", .object(definition.states.map { ($0.name, object($0)) }))
        if !definition.migrations.isEmpty {
            machine.add("migrate", .list(definition.migrations.map(object)))
        }
        return JSONText.object(machine.members).text() + "\n"
    }

    private static func object(_ state: StateDefinition) -> JSONText {
        var object = JSONObject()
        if let parent = state.parent { object.add("parent", .text(parent)) }
        if state.rank != 0 { object.add("rank", .number(Int(state.rank))) }
        if state.admission != .all { object.add("admission", .text("\(state.admission)")) }
        if state.isFinal { object.add("final", .bool(true)) }
        object.add("entry", names: state.entry)
        object.add("exit", names: state.exit)
        if let timeout = state.timeout {
            let after = MachineDuration.text(timeout.after)
            object.add("timeout", .object([("after", .text(after)), ("fires", .text(timeout.fires))]))
        }
        if !state.on.isEmpty {
            object.add("on", .object(state.on.map { ($0.event, .list($0.rules.map(rule))) }))
        }
        if !state.always.isEmpty { object.add("always", .list(state.always.map(rule))) }
        object.add("ignore", names: state.ignore)
        object.add("reject", names: state.reject)
        object.add("defer", names: state.defer)
        return .object(object.members)
    }

    private static func rule(_ rule: RuleDefinition) -> JSONText {
        var object = JSONObject()
        switch rule.answer {
        case .move(let target): object.add("to", .text(target))
        case .reenter: object.add("reenter", .bool(true))
        case .stay: object.add("stay", .bool(true))
        }
        if let condition = rule.condition { object.add("if", self.condition(condition)) }
        object.add("do", names: rule.actions)
        object.add("raise", names: rule.raises)
        return .object(object.members)
    }

    private static func condition(_ condition: ConditionDefinition) -> JSONText {
        switch condition {
        case .guard(let name): .text(name)
        case .all(let parts): .object([("all", .list(parts.map(self.condition)))])
        case .any(let parts): .object([("any", .list(parts.map(self.condition)))])
        case .not(let part): .object([("not", self.condition(part))])
        }
    }

    private static func object(_ migration: MigrationDefinition) -> JSONText {
        var object = JSONObject()
        object.add("from", .number(Int(migration.from)))
        if !migration.states.isEmpty {
            object.add("states", .object(migration.states.map { ($0.old, .text($0.new)) }))
        }
        object.add("unmappable", names: migration.unmappable)
        return .object(object.members)
    }
}

/// The members of an object while it is put together.
private struct JSONObject {
    private(set) var members: [(String, JSONText)] = []

    mutating func add(_ key: String, _ value: JSONText) {
        members.append((key, value))
    }

    mutating func add(_ key: String, names: [String]) {
        guard !names.isEmpty else { return }
        add(key, .list(names.map { .text($0) }))
    }
}
