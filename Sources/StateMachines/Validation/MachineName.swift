/// What may stand as the name of a machine, a state, an event, a guard or an action.
package enum MachineName {
    /// The rule, as findings put it.
    package static let rule = "use 1 to 64 of A–Z a–z 0–9 _ . -, the first a letter or _"

    /// Whether a text is a name.
    package static func isValid(_ text: String) -> Bool {
        var count = 0
        for byte in text.utf8 {
            count += 1
            guard count <= 64, isLetter(byte) || (count > 1 && isOther(byte)) else { return false }
        }
        return count > 0
    }

    /// A text as findings show it: a name as it is, anything else in quotation marks, on one line and not too long.
    package static func shown(_ text: String) -> String {
        guard !isValid(text) else { return text }
        // A hostile text must not fill the screen, break the line or move the cursor.
        let scalars = text.unicodeScalars.prefix(80)
        let end = scalars.endIndex == text.unicodeScalars.endIndex ? "\"" : "…\""
        return "\"" + String.escaped(scalars) + end
    }

    /// What is said of a name that is in none of the lists of its kind.
    package static func unknown(_ kind: String, _ name: String, _ list: String) -> String {
        "there is no \(kind) \(shown(name)): correct the name or add it to \(list)"
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isOther(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
    }
}
