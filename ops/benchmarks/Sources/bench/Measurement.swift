/// What was measured of one row.
struct Measurement {
    let name: String
    /// Median time of one iteration; `nil` for a size.
    var nanoseconds: Double?
    /// Least time of one iteration; `nil` for a size.
    var least: Double?
    /// Size of one thing; `nil` for a time.
    var bytes: Double?
    /// Allocations of one iteration; `nil` where they cannot be counted.
    var allocations: Double?
    var against: String?
    /// Median of the time divided by that of the other row in the same round.
    var ratio: Double?

    /// One JSON object, keys in a fixed order.
    var json: String {
        let members = [
            "\"name\":\"\(name)\"",
            "\"ns\":\(nanoseconds.map(number) ?? "null")",
            "\"min\":\(least.map(number) ?? "null")",
            "\"bytes\":\(bytes.map(number) ?? "null")",
            "\"allocations\":\(allocations.map(number) ?? "null")",
            "\"against\":\(against.map { "\"\($0)\"" } ?? "null")",
            "\"ratio\":\(ratio.map(number) ?? "null")",
        ]
        return "{\(members.joined(separator: ","))}"
    }

    /// A table with a head, names to the left and numbers to the right.
    static func table(_ measurements: [Measurement]) -> String {
        let head = ["NAME", "NS", "MIN", "BYTES", "ALLOC", "AGAINST", "RATIO"]
        let lines = [head] + measurements.map(\.fields)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return
            lines.map { line in
                zip(line, widths).enumerated()
                    .map { column, cell in
                        let space = String(repeating: " ", count: cell.1 - cell.0.count)
                        return column == 0 || column == 5 ? cell.0 + space : space + cell.0
                    }
                    .joined(separator: "  ") + "\n"
            }
            .joined()
    }

    private var fields: [String] {
        [
            name, nanoseconds.map(number) ?? "-", least.map(number) ?? "-", bytes.map(number) ?? "-",
            allocations.map(number) ?? "-", against ?? "-", ratio.map(number) ?? "-",
        ]
    }

    /// Two decimals; none for a whole number.
    private func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        guard hundredths % 100 != 0 else { return "\(hundredths / 100)" }
        return "\(Double(hundredths) / 100)"
    }
}
