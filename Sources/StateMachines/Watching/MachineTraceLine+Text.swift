extension MachineTraceLine: CustomStringConvertible {
    /// The line as `key=value`, always in this order and without an end of line.
    ///
    /// ```
    /// machine=sync id=order-17 sequence=1 cause=event event=start token=a1 guards=online:true from=idle to=syncing outcome=moved duration=1250ns
    /// ```
    ///
    /// `-` stands for what there is none of. A value that is more than letters, digits and `_.:,/@#+-` is in quotation
    /// marks, with `\"`, `\\` and `\u{1B}` for what would end it, break the line or steer a terminal. `phase` and `was`
    /// stand behind `outcome` where they say something.
    public var description: String {
        var text = "machine=\(Self.value(machine)) id=\(Self.value(id)) sequence=\(sequence) cause=\(cause)"
        text += " event=\(Self.value(event)) token=\(Self.value(token))"
        text += " guards=\(Self.value(guards.map { "\($0.name):\($0.isTrue)" }.joined(separator: ",")))"
        text += " from=\(Self.value(from)) to=\(Self.value(to)) outcome=\(outcome)"
        if let phase { text += " phase=\(phase)" }
        if let original { text += " was=\(original)" }
        return text + " duration=\(nanoseconds)ns"
    }

    /// The line as a compact JSON object with sorted keys, without an end of line; what there is none of is `null`, and
    /// `duration` is in nanoseconds.
    public var json: String {
        let guards = guards.map { "{\"guard\":\(JSONText.quoted($0.name)),\"value\":\($0.isTrue)}" }
        let members: [(String, String?)] = [
            ("cause", "\"\(cause)\""), ("duration", "\(nanoseconds)"), ("event", event.map(JSONText.quoted) ?? "null"),
            ("from", JSONText.quoted(from)), ("guards", "[\(guards.joined(separator: ","))]"),
            ("id", JSONText.quoted(id)), ("machine", JSONText.quoted(machine)), ("outcome", "\"\(outcome)\""),
            ("phase", phase.map { "\"\($0)\"" }), ("sequence", "\(sequence)"), ("to", JSONText.quoted(to)),
            ("token", token.map(JSONText.quoted) ?? "null"), ("was", original.map { "\"\($0)\"" }),
        ]
        return JSONText.object(members.compactMap { key, value in value.map { (key, $0) } })
    }

    /// ``duration`` in whole nanoseconds.
    private var nanoseconds: Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }

    private static func value(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "-" }
        return text != "-" && text.utf8.allSatisfy(isPlain) ? text : quoted(text)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_.:,/@#+-".utf8.contains(byte)
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            default:
                if JSONText.mustEscape(scalar) {
                    quoted += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
