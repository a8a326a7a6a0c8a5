/// What a window, or the probes of a half-open period, showed at one moment.
public struct WindowSnapshot: Sendable, Hashable {
    /// Recorded outcomes.
    public var total: Int
    /// Failures among them.
    public var failures: Int
    /// Slow calls among them, failed or not.
    public var slow: Int
    /// Failures in a row.
    public var consecutiveFailures: Int
    /// `failures` in basis points of `total`, rounded down; `nil` while unknown.
    public var failureRateBp: Int?
    /// `slow` in basis points of `total`, rounded down; `nil` while unknown and without slow calls.
    public var slowRateBp: Int?

    /// Nothing recorded.
    static let empty = WindowSnapshot(total: 0, failures: 0, slow: 0, consecutiveFailures: 0)

    /// `total=20,failures=12,slow=0,failureRateBp=6000,slowRateBp=-,row=3`: for the fleet's journal.
    var detail: String {
        let failureRate = failureRateBp.map(String.init) ?? "-"
        let slowRate = slowRateBp.map(String.init) ?? "-"
        return "total=\(total),failures=\(failures),slow=\(slow),failureRateBp=\(failureRate),slowRateBp=\(slowRate)"
            + ",row=\(consecutiveFailures)"
    }
}

/// Counts of recorded outcomes, read together.
struct WindowTotals: Sendable, Hashable {
    var total: Int
    var failures: Int
    var slow: Int

    static let zero = WindowTotals(total: 0, failures: 0, slow: 0)

    mutating func add(_ other: WindowTotals) {
        total += other.total
        failures += other.failures
        slow += other.slow
    }

    /// Adds to one of the three, in the order of the properties.
    mutating func add(_ amount: Int, row: Int) {
        switch row {
        case 0: total += amount
        case 1: failures += amount
        default: slow += amount
        }
    }

    /// The totals as a snapshot shows them; rates are known from `minimum` outcomes on.
    func snapshot(row: Int, minimum: Int, tracksSlow: Bool) -> WindowSnapshot {
        let isKnown = total >= max(1, minimum)
        return WindowSnapshot(
            total: total,
            failures: failures,
            slow: slow,
            consecutiveFailures: row,
            failureRateBp: isKnown ? failures * 10_000 / total : nil,
            slowRateBp: isKnown && tracksSlow ? slow * 10_000 / total : nil
        )
    }
}
