/// Versions as words.
extension WireFormat {
    /// A version as its line, with the time left as the version has it.
    public static func line(_ version: SharedVersion) -> String {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        func add(_ word: String) {
            if !line.isEmpty { line.append(UInt8(ascii: " ")) }
            line.append(contentsOf: word.utf8)
        }
        add(version.resource.kind)
        add(version.resource.id)
        add(version.state)
        add(String(version.version.rank))
        add(rateText(version.failureRateBp) ?? "-")
        add(String(version.lastModified))
        add(String(version.parent))
        add(String(version.operatorAt))
        add(version.version.writer.description)
        add(String(version.epoch))
        add(String(version.attempts))
        add(version.remainingMs.map { String($0) } ?? "-")
        add(String(version.durationMs))
        add("-")
        add("0")
        switch version.hold {
        case .none: add("-")
        case .forever: add("never")
        case .remaining(let ms): add(String(ms))
        }
        add(word(version.reason))
        add(word(version.actor))
        add(word(version.definition))
        add(String(version.sequence))
        return String(decoding: line, as: UTF8.self)
    }

    /// Basis points as the protocol writes a rate: `0.6200`; `nil` when unknown.
    public static func rateText(_ basisPoints: Int?) -> String? {
        basisPoints.map { value in
            let clamped = min(max(value, 0), 10_000)
            // One more digit in front keeps the zeros; then it gives way to the point.
            let digits = String(10_000 + clamped % 10_000).dropFirst()
            return (clamped == 10_000 ? "1." : "0.") + digits
        }
    }

    /// Free text as one word: empty is `-`, a lone `-` is `%2D`.
    package static func word(_ text: String) -> String {
        switch text {
        case "": "-"
        case "-": "%2D"
        default: ResourceID.percentEncoded(text)
        }
    }
}
