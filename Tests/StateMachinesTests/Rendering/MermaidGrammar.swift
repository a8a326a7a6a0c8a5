/// A strict reader of that part of Mermaid's state diagrams that drawings use.
///
/// Stricter than Mermaid where it is lenient at parsing and fails at layout: boxes may not have arrows into
/// themselves, nor notes.
struct MermaidGrammar {
    private static let keywords: Set<String> = [
        "as", "class", "classdef", "click", "default", "direction", "end", "fork", "hide", "join", "note", "of",
        "root", "scale", "state", "statediagram", "style",
    ]

    private var lines: [Substring]
    private var next = 0
    /// The boxes around each id, the innermost last.
    private(set) var boxesAround: [String: [String]] = [:]
    private var boxes: Set<String> = []
    private var colors: Set<String> = []
    private(set) var problems: [String] = []

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.popLast() != "" { problems.append("no newline at the end") }
        if take() != "stateDiagram-v2" { problems.append("no header") }
        var open: [String] = []
        while let line = take() { read(line, &open) }
        if !open.isEmpty { problems.append("open box \(open)") }
        if Self.turns(text) { problems.append("a direction") }
    }

    private mutating func take() -> Substring? {
        guard next < lines.count else { return nil }
        next += 1
        return lines[next - 1]
    }

    private mutating func read(_ line: Substring, _ open: inout [String]) {
        let words = line.drop { $0 == " " }
        let indent = line.count - words.count
        let expected = 4 * (open.count + (words == "}" ? 0 : 1))
        if indent != expected { problems.append("indented by \(indent): \(line)") }
        if words == "}" {
            if open.popLast() == nil { problems.append("nothing to close") }
        } else if words.hasPrefix("state ") {
            readState(words.dropFirst(6), &open)
        } else if words.hasPrefix("classDef ") {
            readColor(words.dropFirst(9))
        } else if words.hasPrefix("class ") {
            let parts = words.dropFirst(6).split(separator: " ")
            let isKnown = parts.count == 2 && colors.contains(String(parts[1]))
            let ids = parts.first?.split(separator: ",").map(String.init) ?? []
            // A box has no colour of its own.
            if !isKnown || !ids.allSatisfy({ boxesAround[$0] != nil && !boxes.contains($0) }) {
                problems.append("class \(words)")
            }
        } else if words.hasPrefix("note right of ") {
            readNote(String(words.dropFirst(14)))
        } else if words.contains(" --> ") {
            readArrow(words, open)
        } else {
            declare(String(words), open)
        }
    }

    private mutating func readState(_ words: Substring, _ open: inout [String]) {
        var rest = words
        let isBox = rest.hasSuffix(" {")
        if isBox { rest = rest.dropLast(2) }
        if rest.hasPrefix("\"") {
            let parts = rest.dropFirst().split(separator: "\" as ", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("\"") else {
                problems.append("state \(words)")
                return
            }
            rest = parts[1]
        }
        declare(String(rest), open)
        guard isBox else { return }
        boxes.insert(String(rest))
        open.append(String(rest))
    }

    private mutating func readColor(_ words: Substring) {
        let parts = words.split(separator: " ")
        let styles = parts.last?.split(separator: ",").map { $0.split(separator: ":") } ?? []
        let isWellFormed = styles.allSatisfy { $0.count == 2 && $0[1].first == "#" }
        if parts.count != 2 || !isWellFormed || !colors.insert(String(parts[0])).inserted {
            problems.append("classDef \(words)")
        }
    }

    private mutating func readNote(_ id: String) {
        if boxes.contains(id) { problems.append("a note at the box \(id)") }
        if boxesAround[id] == nil { mention(id) }
        while let line = take(), line != "    end note" {
            if line.contains("end note") || !line.hasPrefix("        ") { problems.append("note: \(line)") }
            if next == lines.count { problems.append("open note") }
        }
    }

    private mutating func readArrow(_ words: Substring, _ open: [String]) {
        if !open.isEmpty { problems.append("an arrow in a box: \(words)") }
        let sides = words.split(separator: " : ", maxSplits: 1)
        let ends = sides[0].split(separator: " --> ", omittingEmptySubsequences: false).map(String.init)
        guard ends.count == 2 else {
            problems.append("arrow \(words)")
            return
        }
        for end in ends where end != "[*]" { mention(end) }
        let chain = boxesAround[ends[1], default: []] + [ends[1]]
        if boxes.contains(ends[0]), chain.contains(ends[0]) { problems.append("a box leads into itself: \(words)") }
        if boxes.contains(ends[1]) { problems.append("an arrow to the box \(ends[1])") }
        if sides.count == 2, sides[1].isEmpty || sides[1].contains(where: { ":;#%{}\"".contains($0) }) {
            problems.append("label \(sides[1])")
        }
        if sides.count == 1, !ends.contains("[*]") { problems.append("no label: \(words)") }
    }

    private mutating func declare(_ id: String, _ open: [String]) {
        if boxesAround[id] != nil { problems.append("\(id) twice") }
        check(id)
        boxesAround[id] = open
    }

    private mutating func mention(_ id: String) {
        guard boxesAround[id] == nil else { return }
        check(id)
        boxesAround[id] = []
    }

    private mutating func check(_ id: String) {
        let isWord = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        if id.isEmpty || !isWord || Self.keywords.contains(id.lowercased()) { problems.append("id \(id)") }
    }

    /// Mermaid looks for `direction`, space or newlines, and one of four words, before anything else.
    private static func turns(_ text: String) -> Bool {
        let words = text.lowercased().split { $0 == " " || $0 == "\n" }
        return zip(words, words.dropFirst())
            .contains { first, second in
                first.hasSuffix("direction") && ["tb", "bt", "rl", "lr"].contains { second.hasPrefix($0) }
            }
    }
}
