import ArgumentParser

/// A length of time on the command line: whole numbers with units, `500ms`, `30s`, `15m`, `2h`, `1d`, `1h30m`.
struct DurationArgument: ExpressibleByArgument, Equatable {
    let milliseconds: Int64

    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    init?(argument: String) {
        var total: Int64 = 0
        var rest = argument[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Int64(digits), let factor = Self.units[String(unit)] else { return nil }
            let (product, tooLong) = number.multipliedReportingOverflow(by: factor)
            let (sum, tooLongInAll) = total.addingReportingOverflow(product)
            guard !tooLong, !tooLongInAll else { return nil }
            total = sum
        }
        milliseconds = total
    }

    var defaultValueDescription: String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }

    private static let units: [String: Int64] = [
        "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]
}
