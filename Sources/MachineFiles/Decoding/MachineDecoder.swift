import StateMachines

/// Makes a definition of a document: finds what is unknown (SM002), missing (SM004) or malformed (SM005), and goes on.
///
/// What cannot be read is left out of the definition, or stands in it with a value that gives no finding of its own, so
/// that the validator can look at all the rest.
struct MachineDecoder {
    /// A finding, with its place in Unicode scalars from the start.
    struct Problem {
        var code: Finding.Code
        var offset: Int
        var message: String
    }

    /// A value, and where it is reported when it is malformed: its key, or itself where it is a list's item.
    struct Value {
        var node: DocumentNode
        var site: Int

        /// A value under a key.
        init(_ entry: DocumentNode.Entry) {
            node = entry.value
            site = entry.key.offset
        }

        /// An item of a list.
        init(item: DocumentNode) {
            node = item
            site = item.offset
        }
    }

    /// A name where it was found.
    struct Mention {
        var name: String
        var value: Value
    }

    /// What was found so far.
    var problems: [Problem] = []
    /// The numbers of the list items that are not in the definition, so that positions there can be found here.
    var skipped: Set<Int> = []
    /// The known keys of each state, by its name.
    var presentKeys: [String: Set<String>] = [:]
    /// A name for states that could not be read: that of a state that exists.
    var someState = "_"
    /// Where events, guards and actions are used, in the order of reading.
    var events: [Mention] = []
    var guards: [Mention] = []
    var actions: [Mention] = []
    /// The guards in conditions that are left out of the definition, by the number of the name.
    var lostGuards: [Int: Mention] = [:]

    /// Reads a document, which is a mapping.
    mutating func machine(_ root: DocumentNode) -> MachineDefinition {
        let fields = fields(root.entries ?? [], Vocabulary.machine, "a machine")
        for key in ["machine", "initial", "states"] where fields[key] == nil {
            // At 1:1, wherever the mapping begins.
            add(.missing, 0, "the machine has no \(key): it is required")
        }
        someState = fields["states"]?.node.entries?.lazy.compactMap(\.key.text).first(where: MachineName.isValid) ?? "_"
        var definition = MachineDefinition(name: "_", initial: someState, events: [], states: [])
        if let value = fields["machine"], let name = name(value) { definition.name = name }
        if let value = fields["version"], let version = number(value, UInt16.self) { definition.version = version }
        if let value = fields["initial"], let name = name(value) { definition.initial = name }
        if let value = fields["unhandled"], let word = word(value, MachineDefinition.Unhandled.allCases, \.rawValue) {
            definition.unhandled = word
        }
        definition.invariants = fields["invariants"].flatMap { declared($0) } ?? []
        if let value = fields["states"] { definition.states = states(value) }
        if let value = fields["migrate"] { definition.migrations = migrations(value) }
        let fired = events.filter { $0.name != MachineDefinition.fault }
        definition.events = fields["events"].flatMap { declared($0, isFaultFine: false) } ?? Self.used(fired)
        definition.guards = fields["guards"].flatMap { declared($0) } ?? Self.used(guards)
        definition.actions = fields["actions"].flatMap { declared($0) } ?? Self.used(actions)
        // The validator cannot see them.
        for mention in lostGuards.values where !definition.guards.contains(mention.name) {
            let message = MachineName.unknown("guard", mention.name, "guards")
            add(.unknownGuard, mention.value.node.offset, message)
        }
        return definition
    }

    /// The names in the order of their first mention in the file.
    private static func used(_ mentions: [Mention]) -> [String] {
        var seen: Set<String> = []
        return mentions.sorted { $0.value.node.offset < $1.value.node.offset }.map(\.name)
            .filter { seen.insert($0).inserted }
    }

    // MARK: - Findings

    mutating func add(_ code: Finding.Code, _ offset: Int, _ message: String) {
        problems.append(Problem(code: code, offset: offset, message: message))
    }

    mutating func addMalformed(_ value: Value, _ message: String) {
        add(.malformed, value.site, message)
    }

    /// The values under known keys; an unknown key is a finding, and what is under it is skipped.
    mutating func fields(
        _ entries: [DocumentNode.Entry],
        _ vocabulary: [String],
        _ owner: String
    ) -> [String: Value] {
        var fields: [String: Value] = [:]
        for entry in entries {
            if let key = entry.key.text, vocabulary.contains(key) {
                fields[key] = Value(entry)
            } else {
                let key = entry.key.text.map { " " + MachineName.shown($0) } ?? ", and no name at all,"
                let known = vocabulary.joined(separator: ", ")
                add(.unknownKey, entry.key.offset, "unknown key\(key) in \(owner): the known ones are \(known)")
            }
        }
        return fields
    }
}
