/// What Mermaid calls states: their names, or numbers for all of them if it could misread one.
struct MermaidNames {
    /// Words that begin something else in a state diagram, and keys that every JavaScript object has.
    private static let reserved: Set<String> = [
        "__proto__", "accdescr", "acctitle", "as", "choice", "class", "classdef", "click", "constructor",
        "default", "direction", "end", "fork", "hasownproperty", "hide", "href", "join", "left", "note", "of", "right",
        "root", "scale", "state", "statediagram", "style", "tostring", "valueof",
    ]

    private let ids: [String]

    init(_ names: [String], others: [String]) {
        let all = Set(names)
        let isPlain = names.allSatisfy { name in
            !name.contains("-") && !name.contains(".") && !Self.reserved.contains(name.lowercased())
                && !all.contains(name + Self.inner)
        }
        // A word that ends in "direction" is taken for the keyword if the next line begins with "TB" or the like.
        let hasDirection = (names + others).contains { $0.lowercased().hasSuffix("direction") }
        ids = isPlain && !hasDirection ? names : names.indices.map { "s\($0)" }
    }

    private static let inner = "_self"

    /// The state, or the box around the states that lie in it.
    func box(_ state: Int) -> String { ids[state] }

    /// The node of a parent inside its box.
    func inner(_ state: Int) -> String { ids[state] + Self.inner }
}
