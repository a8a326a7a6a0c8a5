import StateMachines

/// Rules and their conditions.
extension MachineDecoder {
    mutating func eventRules(_ value: Value) -> [EventRules] {
        guard let entries = value.node.entries else {
            addMalformed(value, "\(Self.shown(value.node)) is not a mapping of rules by event")
            return []
        }
        return entries.compactMap { entry in
            guard let event = key(entry, "an event") else { return nil }
            events.append(Mention(name: event, value: Value(item: entry.key)))
            return EventRules(event, rules(Value(entry), isAlways: false))
        }
    }

    /// One rule, or a list of rules tried in order.
    mutating func rules(_ value: Value, isAlways: Bool) -> [RuleDefinition] {
        guard let items = value.node.items else { return rule(value, isAlways: isAlways).map { [$0] } ?? [] }
        if items.isEmpty { addMalformed(value, "the list of rules is empty: write a rule or take the key away") }
        return items.compactMap { item in
            let rule = rule(Value(item: item), isAlways: isAlways)
            if rule == nil { skipped.insert(item.number) }
            return rule
        }
    }

    private mutating func rule(_ value: Value, isAlways: Bool) -> RuleDefinition? {
        switch value.node.content {
        case .list:
            addMalformed(value, "a list is not a rule: write a state's name or a mapping")
            return nil
        case .text:
            return name(value).map { RuleDefinition(.move(to: $0)) }
        case .mapping(let entries):
            let fields = fields(entries, Vocabulary.rule, "a rule")
            var rule = RuleDefinition(answer(value, fields, isAlways: isAlways))
            rule.condition = fields["if"].flatMap { condition($0) }
            rule.actions = actionNames(fields["do"])
            if let value = fields["raise"] { rule.raises = eventNames(value, isFaultFine: false) }
            return rule
        }
    }

    /// What becomes of the state; where that cannot be read, a move to some state that exists.
    private mutating func answer(
        _ rule: Value,
        _ fields: [String: Value],
        isAlways: Bool
    ) -> RuleDefinition.Answer {
        let said = ["to", "stay", "reenter"].filter { fields[$0] != nil }
        if said.count != 1 {
            let what =
                said.isEmpty ? "does not say what becomes of the state" : "says " + said.joined(separator: " and ")
            addMalformed(rule, "the rule \(what): write exactly one of to, stay and reenter")
        } else if isAlways, said != ["to"] {
            addMalformed(rule, "a rule of always says \(said[0]): write to, the others are for events")
        }
        for key in ["stay", "reenter"] {
            guard let value = fields[key], value.node.text != "true" else { continue }
            addMalformed(value, "\(key) is \(Self.shown(value.node)): it can only be true")
        }
        if let value = fields["to"] { return .move(to: name(value) ?? someState) }
        guard !isAlways, let key = said.first else { return .move(to: someState) }
        return key == "stay" ? .stay : .reenter
    }

    // MARK: - Conditions

    private mutating func condition(_ value: Value) -> ConditionDefinition? {
        switch value.node.content {
        case .list:
            addMalformed(value, "a list is not a condition: write { all: … } or { any: … } around it")
            return nil
        case .text:
            guard let name = name(value) else { return nil }
            guards.append(Mention(name: name, value: value))
            return .guard(name)
        case .mapping(let entries):
            let mentioned = guards.count
            let fields = fields(entries, Vocabulary.condition, "a condition")
            let all = fields["all"].map { ConditionDefinition.all(conditions($0, "all")) }
            let any = fields["any"].map { ConditionDefinition.any(conditions($0, "any")) }
            let not = fields["not"].flatMap { condition($0).map(ConditionDefinition.not) }
            guard fields.count == 1 else {
                addMalformed(value, "the condition must say exactly one of all, any and not")
                for mention in guards[mentioned...] { lostGuards[mention.value.node.number] = mention }
                return nil
            }
            return all ?? any ?? not
        }
    }

    private mutating func conditions(_ value: Value, _ key: String) -> [ConditionDefinition] {
        guard let items = value.node.items else {
            addMalformed(value, "\(Self.shown(value.node)) is not a list of conditions: write \(key): [ … ]")
            return []
        }
        if items.isEmpty { addMalformed(value, "\(key) has no conditions: write at least one or take it away") }
        return items.compactMap { item in
            let condition = condition(Value(item: item))
            if condition == nil { skipped.insert(item.number) }
            return condition
        }
    }
}
