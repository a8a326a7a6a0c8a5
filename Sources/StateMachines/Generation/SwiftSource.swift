/// A machine as Swift source that needs nothing but the standard library.
///
/// A literal table says which program answers each pair of state and event; an exhaustive switch over the programs
/// does it, without a look-up. The source has the semantics of a machine with one owner.
package struct SwiftSource {
    /// Why there is no source for a definition.
    package struct Unsupported: Error, CustomStringConvertible {
        package let description: String
    }

    let definition: MachineDefinition
    let type: String
    let states: SwiftNames
    let events: SwiftNames
    let guards: SwiftNames
    let actions: SwiftNames
    let invariants: SwiftNames
    private var programs: [(name: String, pair: String, body: [String])] = []

    /// Prepares to write.
    ///
    /// - Parameters:
    ///   - definition: without errors.
    ///   - type: the type's name; nil is made from the machine's.
    /// - Throws: ``Unsupported`` for a machine with timeouts or deferral, which need a loop.
    package init(_ definition: MachineDefinition, type: String? = nil) throws(Unsupported) {
        if let state = definition.states.first(where: { $0.timeout != nil || !$0.defer.isEmpty }) {
            let part = state.timeout == nil ? "defer" : "timeout"
            throw Unsupported(description: "\(state.name) has a \(part): that needs a loop, and the source has none")
        }
        self.definition = definition
        self.type = type ?? SwiftNames.type(definition.name)
        states = SwiftNames(definition.states.map(\.name))
        events = SwiftNames(definition.events)
        guards = SwiftNames(definition.guards)
        actions = SwiftNames(definition.actions)
        invariants = SwiftNames(definition.invariants)
    }

    /// The source.
    package var text: String {
        mutating get {
            programs = []
            let table = definition.states.indices.map { state in
                (definition.events + [MachineDefinition.fault]).map { program(for: $0, in: state) }
            }
            let eventless = definition.states.indices.map { state in
                definition.alwaysCandidates(in: state).isEmpty ? "nil" : program(for: nil, in: state)
            }
            let lines =
                head + enumerations + programNames + tables(table, eventless) + [runtime] + performing + ["}", ""]
            return lines.joined(separator: "\n")
        }
    }

    /// The program of a pair, or of a state's eventless rules.
    private mutating func program(for event: String?, in state: Int) -> String {
        let explanation = Explanation(of: event, in: state, of: definition)
        // A fault that nobody answers is no event that is passed over, whatever the definition says of those.
        let otherwise = event == nil ? "nobody" : explanation.otherwise == "ignored" ? "ignored" : "rejected"
        if let only = explanation.answers.first, only.condition == nil {
            if only.kind == .ignore { return ".ignored" }
            if only.kind == .reject { return ".rejected" }
        }
        guard !explanation.answers.isEmpty else { return ".\(otherwise)" }
        let name = "p\(programs.count)"
        var body = explanation.answers.flatMap { branch($0, isEventless: event == nil) }
        if explanation.otherwise != nil { body.append("return .\(otherwise)") }
        programs.append((name, "\(explanation.state), \(event ?? "always")", body))
        return ".\(name)"
    }

    private func branch(_ answer: Explanation.Answer, isEventless: Bool) -> [String] {
        // The microstep of an event is counted before its guards are asked, that of an eventless rule behind them.
        let count = isEventless ? ["guard takesMicrostep() else { return .limit }"] : []
        let body = count + body(of: answer)
        guard let condition = answer.condition else { return body }
        return ["if \(expression(condition)) {"] + body.map { "    " + $0 } + ["}"]
    }

    private func body(of answer: Explanation.Answer) -> [String] {
        func list(_ names: [String], _ identifiers: SwiftNames) -> String {
            "[" + names.map { "." + identifiers[$0] }.joined(separator: ", ") + "]"
        }
        var lines: [String] = []
        let exits = answer.exits.flatMap(\.actions)
        switch answer.kind {
        case .ignore: return ["return .ignored"]
        case .reject, .defer: return ["return .rejected"]
        case .move, .reenter, .stay: break
        }
        if !exits.isEmpty || !answer.actions.isEmpty { lines.append("let waiting = raised.count") }
        func run(_ names: [String], _ failure: String) -> [String] {
            guard !names.isEmpty else { return [] }
            return [
                "guard run(\(list(names, actions)), &hooks) else {", "    drop(downTo: waiting)",
                "    return .\(failure)",
                "}",
            ]
        }
        lines += run(exits, "failedExit") + run(answer.actions, "failedAction")
        if answer.kind != .stay { lines.append("commit(.\(states[answer.target]))") }
        if !answer.raises.isEmpty { lines.append("raise(\(list(answer.raises, events)))") }
        guard answer.kind != .stay else { return lines + ["check(isFault, &hooks)", "return .stayed"] }
        return lines + [
            "enter(\(list(answer.entries.flatMap(\.actions), actions)), isFault, &hooks)", "return .moved",
        ]
    }

    private func expression(_ condition: ConditionDefinition) -> String {
        switch condition {
        case .guard(let name): "ask(.\(guards[name]), &hooks)"
        case .all(let parts): "(" + parts.map { expression($0) }.joined(separator: " && ") + ")"
        case .any(let parts): "(" + parts.map { expression($0) }.joined(separator: " || ") + ")"
        case .not(.not(let part)): expression(part)
        case .not(let part): "!" + expression(part)
        }
    }
}

extension SwiftSource {
    private var head: [String] {
        [
            "// Made from the machine \(definition.name), version \(definition.version), by `smctl machine generate`.",
            "// Change the definition and make it anew.",
            "",
            "/// What ``\(type)`` asks and does.",
            "protocol \(type)Hooks {",
            "    /// Whether a guard is true; called at most once a microstep.",
            "    mutating func isTrue(_ guard: \(type).Guard) -> Bool",
            "    /// Whether an invariant holds.",
            "    mutating func holds(_ invariant: \(type).Invariant) -> Bool",
            "    /// Runs an action, which may raise events; an error fails it.",
            "    mutating func run(_ action: \(type).Action, raise: (\(type).Event) -> Void) throws",
            "}",
            "",
            "/// The machine \(definition.name).",
            "struct \(type) {",
        ]
    }

    private var enumerations: [String] {
        enumeration("State", definition.states.map(\.name), states)
            + enumeration("Event", definition.events, events)
            + enumeration("Guard", definition.guards, guards)
            + enumeration("Action", definition.actions, actions)
            + enumeration("Invariant", definition.invariants, invariants)
    }

    private func enumeration(_ kind: String, _ names: [String], _ identifiers: SwiftNames) -> [String] {
        // An enum without cases cannot have a raw type, and code that takes one draws warnings.
        guard !names.isEmpty else {
            return [
                "    /// There is none.", "    struct \(kind): Hashable, Sendable {", "        let rawValue: String",
                "        private init() { rawValue = \"\" }", "        static let allCases: [\(kind)] = []", "    }",
                "",
            ]
        }
        return ["    enum \(kind): String, CaseIterable {"]
            + names.map { "        case \(identifiers[$0]) = \"\($0)\"" } + ["    }", ""]
    }

    private var programNames: [String] {
        let cases = ["rejected", "ignored", "nobody"] + programs.map(\.name)
        return ["    private enum Program {", "        case \(cases.joined(separator: ", "))", "    }", ""]
    }

    private func tables(_ table: [[String]], _ eventless: [String]) -> [String] {
        var lines = ["    /// A row a state; a column an event, and behind them that of a failure."]
        lines.append("    private static let table: [[Program]] = [")
        for (state, row) in zip(definition.states, table) {
            lines.append("        [\(row.joined(separator: ", "))],  // \(state.name)")
        }
        lines += ["    ]", ""]
        lines.append("    private static let eventless: [Program?] = [\(eventless.joined(separator: ", "))]")
        lines += ["", "    private(set) var state = State.\(states[definition.initial])", ""]
        lines += position("state", "State", definition.states.map(\.name), states)
        lines += position("event", "Event", definition.events, events)
        return lines + startActions
    }

    private func position(_ kind: String, _ type: String, _ names: [String], _ identifiers: SwiftNames) -> [String] {
        guard !names.isEmpty else { return ["    private static func position(of \(kind): \(type)) -> Int { 0 }", ""] }
        var lines = ["    private static func position(of \(kind): \(type)) -> Int {", "        switch \(kind) {"]
        for (position, name) in names.enumerated() {
            lines.append("        case .\(identifiers[name]): \(position)")
        }
        return lines + ["        }", "    }", ""]
    }

    private var startActions: [String] {
        let initial = definition.states.firstIndex { $0.name == definition.initial } ?? 0
        let entries = definition.ancestry(of: initial).reversed().flatMap { definition.states[$0].entry }
        let list = entries.map { "." + actions[$0] }.joined(separator: ", ")
        return [
            "    /// Enters the initial state; call it once, before the first event.",
            "    mutating func start(_ hooks: inout some \(type)Hooks) {",
            "        begin()",
            "        enter([\(list)], false, &hooks)",
            "        settle(&hooks)",
            "    }",
            "",
        ]
    }

    private var performing: [String] {
        [
            "    /// One microstep.",
            "    private mutating func perform(_ program: Program, isFault: Bool, _ hooks: inout some \(type)Hooks) -> Result {",
            "        answers = [:]",
            "        switch program {",
            "        case .rejected: return .rejected",
            "        case .ignored: return .ignored",
            "        case .nobody: return .nobody",
        ]
            + programs.flatMap { program in
                ["        case .\(program.name):  // \(program.pair)"] + program.body.map { "            " + $0 }
            }
            + ["        }", "    }"]
    }
}
