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
        let tree = StateTree(definition.states)
        let arrows = definition.states.map(RuleArrow.arrows)
        let targets = Set(arrows.joined().map(\.target)).union([definition.initial])
        var lines = [
            "digraph \(quoted(definition.name)) {",
            "    compound=true;",
            "    node [shape=box, style=rounded];",
            "    \"[*]\" [shape=point, label=\"\"];",
        ]
        for root in tree.roots { declare(root, definition, tree, targets, "    ", &lines) }
        lines.append("    \"[*]\" -> \(quoted(definition.initial));")
        for (number, state) in definition.states.enumerated() {
            for arrow in arrows[number] {
                var attributes = "label=\(quoted(arrow.labels.joined(separator: "\n")))"
                let leadsOut = tree.numbers[arrow.target].map { !tree.isInside($0, number) } ?? true
                if leadsOut, !tree.children[number].isEmpty {
                    attributes += ", ltail=\(quoted("cluster_\(state.name)"))"
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
        _ tree: StateTree,
        _ targets: Set<String>,
        _ indent: String,
        _ lines: inout [String]
    ) {
        let state = definition.states[number]
        let isParent = !tree.children[number].isEmpty
        var attributes = ["label=\(quoted(label(state)))"]
        if state.isFinal { attributes.append("peripheries=2") }
        if isParent, !targets.contains(state.name) { attributes.append("style=\"rounded,dashed\"") }
        let node = "\(quoted(state.name)) [\(attributes.joined(separator: ", "))];"
        guard isParent else {
            lines.append(indent + node)
            return
        }
        lines.append("\(indent)subgraph \(quoted("cluster_\(state.name)")) {")
        lines.append("\(indent)    label=\(quoted(state.name));")
        lines.append("\(indent)    \(node)")
        for child in tree.children[number] {
            declare(child, definition, tree, targets, indent + "    ", &lines)
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
