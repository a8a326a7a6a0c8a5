/// Finds all that is wrong or doubtful about a definition.
///
/// Findings come in three tiers, each only for a definition that has none of the tier before: names that stand twice;
/// form and unknown names; meaning.
struct Validator {
    let definition: MachineDefinition
    /// Findings about the Swift enums behind the definition; they belong to the second tier.
    private let misplaced: [Finding]
    private let stateNames: Set<String>
    private let eventNames: Set<String>
    /// The states that are initial or some rule's target.
    let entered: Set<String>

    /// The event that the engine keeps for failures: rules may answer it, nobody can fire it.
    static let fault = MachineDefinition.fault

    init(definition: MachineDefinition, misplaced: [Finding] = []) {
        self.definition = definition
        self.misplaced = misplaced
        stateNames = Set(definition.states.map(\.name))
        eventNames = Set(definition.events)
        entered = Set(definition.states.flatMap(\.targets)).union([definition.initial])
    }

    func findings() -> [Finding] {
        let duplicates = duplicateStates()
        guard duplicates.isEmpty else { return duplicates }
        let form = misplaced + headFindings() + eventFindings() + definition.states.flatMap(formFindings)
        guard form.isEmpty else { return form }
        return meaningFindings()
    }

    private func duplicateStates() -> [Finding] {
        repeated(definition.states.map(\.name))
            .map { name in
                Finding(.duplicate, at: Place(["states", .key(name)], isKey: true), "state \(name) stands twice")
            }
    }

    // MARK: - Form and names

    private func headFindings() -> [Finding] {
        var findings = nameFindings(definition.name, at: Place(["machine"], isKey: true))
        if !stateNames.isEmpty, !stateNames.contains(definition.initial) {
            findings.append(unknown(state: definition.initial, at: Place(["initial"])))
        }
        return findings
    }

    private func eventFindings() -> [Finding] {
        var findings: [Finding] = []
        var seen: Set<String> = []
        for (index, event) in definition.events.enumerated() {
            let place = Place(["events", .index(index)])
            findings += nameFindings(event, at: place)
            if event == Self.fault {
                findings.append(Finding(.malformed, at: place, "the event \(event) is reserved; nobody can fire it"))
            }
            if !seen.insert(event).inserted {
                findings.append(Finding(.malformed, at: place, "event \(event) stands twice"))
            }
        }
        findings += limitFindings(definition.states.count, "states")
        findings += limitFindings(definition.alphabet.count, "events")
        if definition.states.isEmpty {
            findings.append(Finding(.malformed, at: Place(["states"], isKey: true), "a machine has at least one state"))
        }
        return findings
    }

    private func formFindings(_ state: StateDefinition) -> [Finding] {
        var findings = nameFindings(state.name, at: state.place())
        for mention in state.mentions {
            if mention.event != Self.fault, !eventNames.contains(mention.event) {
                findings.append(Finding(.unknownEvent, at: mention.place, "there is no event \(mention.event)"))
            }
            if let target = mention.rule?.target, !stateNames.contains(target) {
                findings.append(unknown(state: target, at: mention.place))
            }
        }
        return findings
    }

    private func nameFindings(_ name: String, at place: Place) -> [Finding] {
        guard !isName(name) else { return [] }
        let rule = "1 to 64 of A–Z a–z 0–9 _ . -, the first a letter or _"
        return [Finding(.malformed, at: place, "\"\(name)\" is not a name: \(rule)")]
    }

    private func limitFindings(_ count: Int, _ what: String) -> [Finding] {
        guard count > 256 else { return [] }
        return [
            Finding(.tooMany, at: Place(["states"], isKey: true), "\(count) \(what), and a machine has at most 256")
        ]
    }

    private func unknown(state: String, at place: Place) -> Finding {
        Finding(.unknownState, at: place, "there is no state \(state)")
    }

    private func isName(_ text: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
        func isOther(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "-")
        }
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { isLetter($0) || isOther($0) }
    }

    /// The names that stand more than once, each once, in the order of their second mention.
    private func repeated(_ names: [String]) -> [String] {
        var counts: [String: Int] = [:]
        return names.filter { name in
            counts[name, default: 0] += 1
            return counts[name] == 2
        }
    }
}
