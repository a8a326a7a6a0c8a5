/// How long to wait before the next try: doubling from `first` to `last`.
struct Backoff: Sendable, Hashable {
    /// Microseconds.
    var first: Int64
    /// Microseconds.
    var last: Int64
    /// How many tries failed in a row.
    private(set) var failures = 0

    init(firstMs: Int64, lastMs: Int64) {
        first = firstMs * 1000
        last = lastMs * 1000
    }

    /// The wait after one more failure, in microseconds.
    mutating func next() -> Int64 {
        defer { failures = min(failures + 1, 62) }
        let (doubled, overflow) = first.multipliedReportingOverflow(by: 1 << min(failures, 40))
        return overflow ? last : min(last, doubled)
    }

    /// Other bounds for another kind of failure; the count goes on.
    mutating func setRange(firstMs: Int64, lastMs: Int64) {
        first = firstMs * 1000
        last = lastMs * 1000
    }

    /// The last try worked.
    mutating func reset() {
        failures = 0
    }
}
