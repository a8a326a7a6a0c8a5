import StateMachines

/// Prints a value as YAML or JSON: the outer mappings over several lines, what is inside on one.
struct DocumentPrinter {
    let format: MachineFile.Format
    /// How deep mappings are printed over several lines: the document, `states`, a state, its `on`.
    private static let blockDepth = 4

    /// The document's text, which ends with a line break.
    func text(_ value: WrittenValue) -> String {
        var text = ""
        write(value, depth: 0, into: &text)
        return text.hasSuffix("\n") ? text : text + "\n"
    }

    private func write(_ value: WrittenValue, depth: Int, into text: inout String) {
        guard case .mapping(let entries) = value, depth < Self.blockDepth, !entries.isEmpty else {
            text += line(value)
            return
        }
        switch format {
        case .yaml:
            if depth > 0 { text += "\n" }
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += "\n" }
                text += indentation(depth) + scalar(entry.key) + ":"
                if !isBlock(entry.value, depth + 1) { text += " " }
                write(entry.value, depth: depth + 1, into: &text)
            }
        case .json:
            text += "{\n"
            for (index, entry) in entries.enumerated() {
                text += indentation(depth + 1) + scalar(entry.key) + ": "
                write(entry.value, depth: depth + 1, into: &text)
                text += index + 1 < entries.count ? ",\n" : "\n"
            }
            text += indentation(depth) + "}"
        }
    }

    private func isBlock(_ value: WrittenValue, _ depth: Int) -> Bool {
        guard case .mapping(let entries) = value else { return false }
        return depth < Self.blockDepth && !entries.isEmpty
    }

    private func indentation(_ depth: Int) -> String {
        String(repeating: "  ", count: depth)
    }

    /// A value on one line.
    private func line(_ value: WrittenValue) -> String {
        switch value {
        case .text(let text): scalar(text)
        case .word(let word): word
        case .list(let items): "[" + items.map(line).joined(separator: ", ") + "]"
        case .mapping(let entries):
            entries.isEmpty
                ? "{}"
                : "{ " + entries.map { scalar($0.key) + ": " + line($0.value) }.joined(separator: ", ") + " }"
        }
    }

    /// A text; in YAML a name or a duration stands without quotation marks.
    private func scalar(_ text: String) -> String {
        if format == .yaml, MachineName.isValid(text) || MachineDuration.parse(text) != nil { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            // Controls, line breaks of Unicode and what is no character are escaped, alike in both languages.
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
