import StateMachines

/// Names, lists of names, numbers and words.
extension MachineDecoder {
    /// What a value is, for messages.
    static func shown(_ node: DocumentNode) -> String {
        switch node.content {
        case .text(let text): MachineName.shown(text)
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// One name.
    mutating func name(_ value: Value) -> String? {
        guard let text = value.node.text, MachineName.isValid(text) else {
            addMalformed(value, "\(Self.shown(value.node)) is not a name: \(MachineName.rule)")
            return nil
        }
        return text
    }

    /// The items of a list; anything else counts as a list of one.
    private func listed(_ value: Value) -> [Value] {
        value.node.items?.map { Value(item: $0) } ?? [value]
    }

    /// One name or a list of names; what is none is skipped.
    mutating func names(_ value: Value) -> [Mention] {
        var result: [Mention] = []
        for item in listed(value) {
            if let name = name(item) {
                result.append(Mention(name: name, value: item))
            } else {
                skipped.insert(item.node.number)
            }
        }
        return result
    }

    /// The names of events, which are noted as used.
    mutating func eventNames(_ value: Value, isFaultFine: Bool) -> [String] {
        var result: [Mention] = []
        for mention in names(value) {
            if isFaultFine || !refusesFault(mention) {
                result.append(mention)
            } else {
                skipped.insert(mention.value.node.number)
            }
        }
        events += result
        return result.map(\.name)
    }

    /// The names of actions, which are noted as used.
    mutating func actionNames(_ value: Value?) -> [String] {
        guard let value else { return [] }
        let names = names(value)
        actions += names
        return names.map(\.name)
    }

    /// A list of names that is complete, each once; nil where it is neither a name nor a list, and says nothing.
    mutating func declared(_ value: Value, isFaultFine: Bool = true) -> [String]? {
        if case .mapping = value.node.content {
            addMalformed(value, "a mapping is not a list of names")
            return nil
        }
        var seen: Set<String> = []
        var result: [String] = []
        for mention in names(value) {
            if !isFaultFine, refusesFault(mention) {
                skipped.insert(mention.value.node.number)
            } else if !seen.insert(mention.name).inserted {
                addMalformed(mention.value, "\(mention.name) stands twice: take one away")
                skipped.insert(mention.value.node.number)
            } else {
                result.append(mention.name)
            }
        }
        return result
    }

    /// Whether an event is the reserved one, which is a finding.
    mutating func refusesFault(_ event: Mention) -> Bool {
        guard event.name == MachineDefinition.fault else { return false }
        let rule = "it may stand in on, ignore and reject only"
        addMalformed(event.value, "the event fault is the engine's own: \(rule)")
        return true
    }

    /// An integer without sign or leading zero.
    mutating func number<Number: FixedWidthInteger>(_ value: Value, _ type: Number.Type) -> Number? {
        // The length bounds the work on a hostile text.
        guard let text = value.node.text, text.utf8.count <= 20, let number = Number(text), String(number) == text
        else {
            addMalformed(value, "\(Self.shown(value.node)) is not an integer from \(Number.min) to \(Number.max)")
            return nil
        }
        return number
    }

    /// One of a few words.
    mutating func word<Word>(_ value: Value, _ words: [Word], _ spelling: (Word) -> String) -> Word? {
        if let word = words.first(where: { spelling($0) == value.node.text }) { return word }
        let list = words.map(spelling).joined(separator: ", ")
        addMalformed(value, "\(Self.shown(value.node)) stands where one of \(list) must stand")
        return nil
    }
}
