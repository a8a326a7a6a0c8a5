/// Lengths of time as scripts and traces write them: an integer and one unit, `1500ms`, `30s`, `1m`, `2h`.
enum ReplayDuration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads a length of up to 8760 h; nil if it is none, has a sign, a leading zero or more than one unit.
    static func milliseconds(_ text: String) -> Int64? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        // 8760 h has eleven digits in milliseconds.
        guard let first = digits.first, first != 0x30 || digits.count == 1, digits.count <= 11,
            let number = Int64(String(text.prefix(digits.count))),
            let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        let product = number * unit.milliseconds
        return product <= 8760 * 3_600_000 ? product : nil
    }

    /// Writes a length with the largest unit that divides it.
    static func text(_ milliseconds: Int64) -> String {
        guard milliseconds != 0 else { return "0ms" }
        let unit = units.first { milliseconds % $0.milliseconds == 0 } ?? units[3]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
