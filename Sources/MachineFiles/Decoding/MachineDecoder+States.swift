import StateMachines

/// States, timeouts and migrations.
extension MachineDecoder {
    mutating func states(_ value: Value) -> [StateDefinition] {
        guard let entries = value.node.entries else {
            addMalformed(value, "\(Self.shown(value.node)) is not a mapping of states by name")
            return []
        }
        if entries.isEmpty { addMalformed(value, "the machine has no state: describe at least one") }
        return entries.compactMap { entry in
            guard let name = key(entry, "a state") else { return nil }
            return state(name, Value(entry))
        }
    }

    /// A key that is a name; what is under another one is skipped.
    mutating func key(_ entry: DocumentNode.Entry, _ what: String) -> String? {
        guard let name = entry.key.text, MachineName.isValid(name) else {
            add(.malformed, entry.key.offset, "\(Self.shown(entry.key)) is not a name for \(what): \(MachineName.rule)")
            return nil
        }
        return name
    }

    private mutating func state(_ name: String, _ value: Value) -> StateDefinition {
        var state = StateDefinition(name: name)
        // A state without keys may be written as nothing.
        if value.node.text == "" { return state }
        guard let entries = value.node.entries else {
            addMalformed(value, "\(Self.shown(value.node)) is not a state: write a mapping, or nothing")
            return state
        }
        let fields = fields(entries, Vocabulary.state, "a state")
        presentKeys[name] = Set(fields.keys)
        state.parent = fields["parent"].flatMap { self.name($0) }
        if let rank = fields["rank"].flatMap({ number($0, UInt8.self) }) { state.rank = rank }
        if let value = fields["admission"], let word = word(value, Admission.allCases, { "\($0)" }) {
            state.admission = word
        }
        if let value = fields["final"], let isFinal = word(value, [true, false], { "\($0)" }) {
            state.isFinal = isFinal
        }
        state.entry = actionNames(fields["entry"])
        state.exit = actionNames(fields["exit"])
        state.timeout = fields["timeout"].flatMap { timeout($0) }
        if let value = fields["on"] { state.on = eventRules(value) }
        if let value = fields["always"] { state.always = rules(value, isAlways: true) }
        if let value = fields["ignore"] { state.ignore = eventNames(value, isFaultFine: true) }
        if let value = fields["reject"] { state.reject = eventNames(value, isFaultFine: true) }
        if let value = fields["defer"] { state.defer = eventNames(value, isFaultFine: false) }
        return state
    }

    private mutating func timeout(_ value: Value) -> TimeoutDefinition? {
        guard let entries = value.node.entries else {
            addMalformed(value, "\(Self.shown(value.node)) is not a timeout: write { after: DURATION, fires: EVENT }")
            return nil
        }
        let fields = fields(entries, Vocabulary.timeout, "a timeout")
        for key in Vocabulary.timeout where fields[key] == nil {
            add(.missing, value.site, "the timeout has no \(key): it is required")
        }
        var after = Duration.milliseconds(1)
        if let value = fields["after"] {
            if let duration = value.node.text.flatMap(MachineDuration.parse), duration > .zero {
                after = duration
            } else {
                let form = "write an integer and ms, s, m or h, from 1ms to 8760h"
                addMalformed(value, "\(Self.shown(value.node)) is not the time of a timeout: \(form)")
            }
        }
        guard let fires = fields["fires"], let name = name(fires) else { return nil }
        let event = Mention(name: name, value: fires)
        guard !refusesFault(event) else { return nil }
        events.append(event)
        return TimeoutDefinition(after: after, fires: name)
    }

    // MARK: - Migrations

    mutating func migrations(_ value: Value) -> [MigrationDefinition] {
        guard let items = value.node.items else { return migration(value).map { [$0] } ?? [] }
        return items.compactMap { item in
            let migration = migration(Value(item: item))
            if migration == nil { skipped.insert(item.number) }
            return migration
        }
    }

    private mutating func migration(_ value: Value) -> MigrationDefinition? {
        guard let entries = value.node.entries else {
            addMalformed(value, "\(Self.shown(value.node)) is not a migration: write a mapping")
            return nil
        }
        let fields = fields(entries, Vocabulary.migration, "a migration")
        var migration = MigrationDefinition(from: 0)
        if let value = fields["from"] {
            if let version = number(value, UInt16.self) { migration.from = version }
        } else {
            add(.missing, value.site, "the migration has no from: it is required")
        }
        if let value = fields["states"] { migration.states = mappings(value) }
        if let value = fields["unmappable"] { migration.unmappable = unmappable(value, migration.states) }
        return migration
    }

    private mutating func mappings(_ value: Value) -> [MigrationDefinition.Mapping] {
        guard let entries = value.node.entries else {
            addMalformed(value, "\(Self.shown(value.node)) is not a mapping of old states to new ones")
            return []
        }
        return entries.compactMap { entry in
            guard let old = key(entry, "an old state") else { return nil }
            return MigrationDefinition.Mapping(old, to: name(Value(entry)) ?? someState)
        }
    }

    private mutating func unmappable(_ value: Value, _ mappings: [MigrationDefinition.Mapping]) -> [String] {
        let mapped = Set(mappings.map(\.old))
        let names = names(value)
        for name in names where mapped.contains(name.name) {
            addMalformed(name.value, "the old state \(name.name) is both mapped and unmappable: take one away")
        }
        return names.map(\.name)
    }
}
