/// How long to wait before what failed is asked again: doubling, within what the failure calls for (fleet protocol,
/// section 11).
struct Backoff: Sendable, Hashable {
    /// How many tries failed in a row, whatever the reason.
    private(set) var failures = 0

    /// The wait after one more failure, in microseconds.
    mutating func next(after code: StoreError.Code) -> Int64 {
        defer { failures = min(failures + 1, 20) }
        let bounds = Self.bounds(code)
        return min(bounds.upperBound, bounds.lowerBound << Int64(failures)) * 1000
    }

    /// The last try worked.
    mutating func reset() {
        failures = 0
    }

    /// The first and the longest wait, in milliseconds.
    private static func bounds(_ code: StoreError.Code) -> ClosedRange<Int64> {
        switch code {
        case .busy: 100...2000
        case .writesRefused, .readOnly: 1000...30_000
        case .denied: 30_000...60_000
        default: 250...5000
        }
    }
}
