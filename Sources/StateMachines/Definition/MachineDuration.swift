/// Durations as definitions, snapshots and traces write them: `1500ms`, `30s`, `2h`.
package enum MachineDuration {
    /// The longest that can be written: 8760 h, a year of 365 days.
    package static let maximum = Duration.seconds(8760 * 3600)

    /// The units, the largest first, in milliseconds.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads an integer without sign or leading zero and one unit, `ms s m h`, up to 8760h; nil for anything else.
    package static func parse(_ text: String) -> Duration? {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        // Eleven digits are enough for a year in milliseconds.
        guard (1...11).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0"),
            let number = Int64(String(decoding: digits, as: UTF8.self))
        else { return nil }
        let name = text.utf8.dropFirst(digits.count)
        guard let unit = units.first(where: { name.elementsEqual($0.name.utf8) }) else { return nil }
        let (milliseconds, overflows) = number.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflows else { return nil }
        let duration = Duration.milliseconds(milliseconds)
        return duration <= maximum ? duration : nil
    }

    /// Writes a duration of 0 to 8760 h with the largest unit that divides it: `90s`, `1m`, `1500ms`; zero is `0ms`.
    ///
    /// What is less than a millisecond is cut off.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        for unit in units where milliseconds != 0 && milliseconds % unit.milliseconds == 0 {
            return "\(milliseconds / unit.milliseconds)\(unit.name)"
        }
        return "\(milliseconds)ms"
    }
}
