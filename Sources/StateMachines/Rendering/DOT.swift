/// Draws a definition in the language of Graphviz.
public enum DOT {
    /// The graph of a definition, states and rules in its order.
    ///
    /// Rules that lead the same way share an arrow, `EVENT [CONDITION] / ACTIONS ^RAISED`; eventless ones say `always`.
    /// A parent is a cluster with a node of its own in it; its arrows out begin at the cluster's edge, and the node is
    /// dashed where the parent is never current by itself: no rule leads to it. A final state has a double line.
    /// The states say what they do on entry and exit, and which events leave them where they are.
    ///
    /// - Parameter definition: a definition without errors; any other is drawn as well as it goes.
    /// - Returns: the text, ending in a newline, for `dot -Tsvg`.
    public static func render(_ definition: MachineDefinition) -> String {
        render(definition, nil)
    }

    /// The graph of a coverage's definition, as a heat map.
    ///
    /// States and arrows are coloured by how much of what can be taken in them was: all, some, nothing; and arrows are
    /// dashed where nothing was. A rule counts as taken when its event was answered where the rule is asked: by it or by
    /// another rule for the same event.
    ///
    /// - Parameter coverage: what was taken.
    /// - Returns: the text, ending in a newline, for `dot -Tsvg`.
    public static func render(_ coverage: MachineCoverage) -> String {
        render(coverage.definition, CoverageHeat(coverage))
    }

    private static func render(_ definition: MachineDefinition, _ heat: CoverageHeat?) -> String {
        let tree = StateTree(definition.states)
        let arrows = definition.states.map(RuleArrow.arrows)
        let targets = Set(arrows.joined().map(\.target)).union([definition.initial])
        var lines = [
            "digraph \(quoted(definition.name)) {",
            "    compound=true;",
            "    node [shape=box, style=rounded];",
            "    \"[*]\" [shape=point, label=\"\"];",
        ]
        for root in tree.roots { declare(root, definition, heat, tree, targets, "    ", &lines) }
        lines.append("    \"[*]\" -> \(quoted(definition.initial));")
        for (number, state) in definition.states.enumerated() {
            for arrow in arrows[number] {
                var attributes = "label=\(quoted(arrow.labels.joined(separator: "\n")))"
                let leadsOut = tree.numbers[arrow.target].map { !tree.isInside($0, number) } ?? true
                if leadsOut, !tree.children[number].isEmpty {
                    attributes += ", ltail=\(quoted("cluster_\(state.name)"))"
                }
                if let degree = heat?.degree(of: arrow, ownedBy: number) {
                    let color = quoted(degree.colors.line)
                    attributes += ", color=\(color), fontcolor=\(color)"
                    attributes += degree == .none ? ", style=dashed" : ", penwidth=2"
                }
                lines.append("    \(quoted(state.name)) -> \(quoted(arrow.target)) [\(attributes)];")
            }
        }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func declare(
        _ number: Int,
        _ definition: MachineDefinition,
        _ heat: CoverageHeat?,
        _ tree: StateTree,
        _ targets: Set<String>,
        _ indent: String,
        _ lines: inout [String]
    ) {
        let state = definition.states[number]
        let isParent = !tree.children[number].isEmpty
        var attributes = ["label=\(quoted(label(state)))"]
        if state.isFinal { attributes.append("peripheries=2") }
        var styles: [String] = []
        if isParent, !targets.contains(state.name) { styles.append("dashed") }
        if let degree = heat?.degree(of: number) {
            styles.append("filled")
            attributes.append("fillcolor=\"\(degree.colors.fill)\", color=\"\(degree.colors.line)\"")
        }
        if !styles.isEmpty { attributes.append("style=\"\((["rounded"] + styles).joined(separator: ","))\"") }
        let node = "\(quoted(state.name)) [\(attributes.joined(separator: ", "))];"
        guard isParent else {
            lines.append(indent + node)
            return
        }
        lines.append("\(indent)subgraph \(quoted("cluster_\(state.name)")) {")
        lines.append("\(indent)    label=\(quoted(state.name));")
        lines.append("\(indent)    \(node)")
        for child in tree.children[number] {
            declare(child, definition, heat, tree, targets, indent + "    ", &lines)
        }
        lines.append("\(indent)}")
    }

    private static func label(_ state: StateDefinition) -> String {
        var lines = [state.name] + RuleText.details(state)
        if !state.ignore.isEmpty { lines.append("ignore \(RuleText.list(state.ignore))") }
        if !state.reject.isEmpty { lines.append("reject \(RuleText.list(state.reject))") }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"", "\\": quoted += "\\\(character)"
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(character)
            }
        }
        return quoted + "\""
    }
}
