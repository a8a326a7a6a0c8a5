/// Draws a definition as a Mermaid `stateDiagram-v2`.
public enum Mermaid {
    /// The diagram of a definition, states and rules in its order.
    ///
    /// Rules that lead the same way share an arrow, `EVENT [CONDITION] / ACTIONS ^RAISED`; eventless ones say `always`.
    /// A re-entry is an arrow back to the state. A parent is a box around its states; where it can itself be current
    /// it stands in its box once more. Entry and exit actions, timeouts, rules that stay, and deferral are notes.
    /// What a state ignores or rejects is not drawn: ``LegalityTable`` shows it.
    ///
    /// - Parameter definition: a definition without errors; any other is drawn as well as it goes.
    /// - Returns: the text, ending in a newline.
    public static func render(_ definition: MachineDefinition) -> String {
        MermaidDrawing(definition, nil).text()
    }

    /// The diagram of a coverage's definition, as a heat map.
    ///
    /// States are coloured by how much of what can be taken in them was: all, some, nothing; and so, by `✓`, `◐` and `✗`
    /// behind each label, are the rules on arrows, since this kind of diagram has no colours for arrows. A rule counts as
    /// taken when its event was answered where the rule is asked: by it or by another rule for the same event.
    ///
    /// - Parameter coverage: what was taken.
    /// - Returns: the text, ending in a newline.
    public static func render(_ coverage: MachineCoverage) -> String {
        MermaidDrawing(coverage.definition, CoverageHeat(coverage)).text()
    }
}

/// The state of drawing one definition.
private struct MermaidDrawing {
    private let definition: MachineDefinition
    private let heat: CoverageHeat?
    private let tree: StateTree
    private let ids: MermaidNames
    private let arrows: [[RuleArrow]]
    private let details: [[String]]
    /// Whether a parent needs a node of its own inside its box.
    ///
    /// Mermaid cannot lay out an arrow from a box into itself, nor a note at a box, and a machine that enters a parent
    /// is then in the parent, not in one of its children.
    private let isDoubled: [Bool]
    /// Whether a state stands at an arrow, which is enough for Mermaid to draw it.
    private let isMentioned: [Bool]

    init(_ definition: MachineDefinition, _ heat: CoverageHeat?) {
        let states = definition.states
        let tree = StateTree(states)
        let arrows = states.map(RuleArrow.arrows)
        let details = states.map(RuleText.details)
        let targets = Set(arrows.joined().map(\.target)).union([definition.initial])
        let isDoubled = states.indices.map { state in
            guard !tree.children[state].isEmpty else { return false }
            let leadsInside = arrows[state]
                .contains { arrow in
                    tree.numbers[arrow.target].map { tree.isInside($0, state) } ?? false
                }
            return leadsInside || targets.contains(states[state].name) || !details[state].isEmpty
        }
        self.definition = definition
        self.heat = heat
        self.tree = tree
        self.arrows = arrows
        self.details = details
        self.isDoubled = isDoubled
        isMentioned = states.indices.map { state in
            !arrows[state].isEmpty || states[state].isFinal || targets.contains(states[state].name)
        }
        let others = definition.alphabet + definition.actions
        ids = MermaidNames(states.map(\.name), others: others)
    }

    func text() -> String {
        var lines = ["stateDiagram-v2"]
        for root in tree.roots { declare(root, "    ", &lines) }
        lines.append("    [*] --> \(node(definition.initial))")
        for (number, state) in definition.states.enumerated() {
            draw(number, state, &lines)
        }
        if let heat { color(heat, &lines) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func declare(_ state: Int, _ indent: String, _ lines: inout [String]) {
        let name = definition.states[state].name
        let id = ids.box(state)
        let title = id == name ? "state \(id)" : "state \"\(name)\" as \(id)"
        guard !tree.children[state].isEmpty else {
            if id != name {
                lines.append(indent + title)
            } else if definition.states[state].parent != nil || !isMentioned[state] {
                lines.append(indent + id)
            }
            return
        }
        lines.append("\(indent)\(title) {")
        if isDoubled[state] { lines.append("\(indent)    state \"\(name)\" as \(ids.inner(state))") }
        for child in tree.children[state] { declare(child, indent + "    ", &lines) }
        lines.append("\(indent)}")
    }

    private func draw(_ number: Int, _ state: StateDefinition, _ lines: inout [String]) {
        for arrow in arrows[number] {
            let leadsOut = tree.numbers[arrow.target].map { !tree.isInside($0, number) } ?? true
            let from = leadsOut ? ids.box(number) : node(state.name)
            let isPlain = arrow.labels.allSatisfy { !$0.contains(" ") }
            let labels = zip(arrow.labels, arrow.events)
                .map { label, event in
                    heat?.degree(of: event, ownedBy: number).map { "\(label) \($0.sign)" } ?? label
                }
            let label = labels.joined(separator: isPlain ? ", " : "<br/>")
            lines.append("    \(from) --> \(node(arrow.target)) : \(label)")
        }
        if state.isFinal { lines.append("    \(node(state.name)) --> [*]") }
        guard !details[number].isEmpty else { return }
        lines.append("    note right of \(node(state.name))")
        lines += details[number].map { "        \($0)" }
        lines.append("    end note")
    }

    /// Says which states have which colour.
    private func color(_ heat: CoverageHeat, _ lines: inout [String]) {
        for degree in CoverageHeat.Degree.allCases {
            let states = definition.states.indices.filter { heat.degree(of: $0) == degree }
            guard !states.isEmpty else { continue }
            let (fill, line) = degree.colors
            lines.append("    classDef \(degree)Taken fill:\(fill),stroke:\(line),color:#000")
            let nodes = states.map { node(definition.states[$0].name) }
            lines.append("    class \(nodes.joined(separator: ",")) \(degree)Taken")
        }
    }

    /// The node that stands for a state when it is current.
    private func node(_ name: String) -> String {
        guard let number = tree.numbers[name] else { return name }
        return isDoubled[number] ? ids.inner(number) : ids.box(number)
    }
}
