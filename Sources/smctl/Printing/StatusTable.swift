import StateSharing

/// The breakers as a table: one line a breaker, never wider than the terminal.
struct StatusTable {
    /// How many breakers a table shows unless asked for all; what is not plainly closed is always shown.
    static let closedLimit = 50

    var board: BreakerBoard
    var order: BreakerBoard.Order = .state
    var showsAll = false
    var nowMs: Int64
    var namespace: String
    var address: String
    var color: Bool
    var width: Int?
    /// The most lines of breakers; `nil` = any number.
    var rowLimit: Int?

    private struct Column {
        var title: String
        /// How narrow it may become when the terminal is; `nil` = never cut.
        var minimum: Int?
    }

    private static let columns = [
        Column(title: "NAME", minimum: 12), Column(title: "STATE"), Column(title: "FAILURE"), Column(title: "SLOW"),
        Column(title: "CALLS"), Column(title: "SINCE"), Column(title: "RETRY IN"), Column(title: "BY", minimum: 6),
        Column(title: "REASON", minimum: 6),
    ]
    /// Which column gives way first.
    private static let shrinking = [8, 0, 7]
    private static let stateColumn = 1

    /// The table's lines: a heading, the breakers, and how many are not shown.
    var lines: [String] {
        let all = board.sorted(by: order)
        let shown = chosen(all)
        let cells = shown.map(cells)
        let widths = widths(of: cells)
        var lines = [line(Self.columns.map(\.title), widths: widths, status: nil)]
        for (status, cells) in zip(shown, cells) { lines.append(line(cells, widths: widths, status: status)) }
        if shown.count < all.count { lines.append(fit("… and \(all.count - shown.count) more: --all shows them")) }
        return lines
    }

    /// `3 open, 1 half-open, 41 closed · 12 processes · namespace prod · redis 127.0.0.1:6379`.
    var summary: String {
        let counts = board.counts
        var parts = ["OPEN", "HALF_OPEN", "CLOSED"].map { "\(counts[$0] ?? 0) \(Self.words($0))" }
        for state in counts.keys.sorted() where !["OPEN", "HALF_OPEN", "CLOSED"].contains(state) {
            parts.append("\(counts[state] ?? 0) \(Self.words(state))")
        }
        return fit("\(parts.joined(separator: ", ")) · \(processes) · \(place)")
    }

    /// What is said when there are none.
    var emptiness: String { fit("No breakers · \(processes) · \(place)") }

    private var processes: String { board.processes == 1 ? "1 process" : "\(board.processes) processes" }
    private var place: String { "namespace \(Printable.escaped(namespace)) · \(Printable.escaped(address))" }

    private static func words(_ state: String) -> String {
        state == "HALF_OPEN" ? "half-open" : Printable.escaped(state.lowercased().replacing("_", with: " "))
    }

    private func chosen(_ all: [BreakerStatus]) -> [BreakerStatus] {
        var shown = all
        if !showsAll, shown.count > Self.closedLimit {
            var room = max(0, Self.closedLimit - shown.count { $0.knownState != .closed })
            shown = shown.filter { status in
                guard status.knownState == .closed else { return true }
                room -= 1
                return room >= 0
            }
        }
        return rowLimit.map { Array(shown.prefix($0)) } ?? shown
    }

    private func cells(_ status: BreakerStatus) -> [String] {
        let version = status.version
        let failure = version?.failureRateBp.map { "\($0 / 100).\($0 % 100 / 10) %" }
        let author = version.map { $0.isOperators ? $0.actor : $0.version.writer.description }
        return [
            status.name, status.state, failure, nil, nil,
            version.map { TimeText.length(nowMs - $0.lastModified) }, end(of: status), author, version?.reason,
        ]
        .map { Printable.escaped(($0 ?? "").isEmpty ? "-" : $0 ?? "-") }
    }

    /// When calls are let through again, as far as it is known.
    private func end(of status: BreakerStatus) -> String? {
        if status.isExpired(at: nowMs) { return "expired" }
        switch status.expiry {
        case .never: return "never"
        case .at(let instant): return TimeText.length(instant - nowMs)
        case nil: break
        }
        return status.retryInMs(at: nowMs).map { $0 == 0 ? "now" : TimeText.length($0) }
    }

    private func widths(of rows: [[String]]) -> [Int] {
        var widths = Self.columns.indices.map { column in
            rows.reduce(Printable.width(Self.columns[column].title)) { max($0, Printable.width($1[column])) }
        }
        guard let width else { return widths }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        for column in Self.shrinking where excess > 0 {
            let floor = min(widths[column], Self.columns[column].minimum ?? widths[column])
            let gain = min(excess, widths[column] - floor)
            widths[column] -= gain
            excess -= gain
        }
        return widths
    }

    private func line(_ cells: [String], widths: [Int], status: BreakerStatus?) -> String {
        var line = ""
        var used = 0
        for (index, cell) in cells.enumerated() {
            let isLast = index == cells.count - 1
            let room = width.map { min(widths[index], $0 - used) } ?? widths[index]
            guard room > 0 else { break }
            let cut = Printable.cut(cell, to: room)
            let padded = isLast ? cut : Printable.padded(cut, to: room)
            line += index == Self.stateColumn && color ? paint(padded, status) : padded
            used += room + 2
            guard !isLast, width.map({ used < $0 }) ?? true else { break }
            line += "  "
        }
        return line
    }

    private func fit(_ text: String) -> String {
        width.map { Printable.cut(text, to: $0) } ?? text
    }

    private func paint(_ text: String, _ status: BreakerStatus?) -> String {
        guard let status else { return text }
        let code =
            switch status.knownState {
            case .open, .forcedOpen: 31
            case .halfOpen, .disabled, .metricsOnly: 33
            case .closed: 32
            case nil: 35
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
