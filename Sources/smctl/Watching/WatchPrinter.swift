import StateSharing

/// How a watcher shows what it sees.
struct WatchPrinter {
    let format: OutputOptions.Format
    let terminal: Terminal
    let color: Bool
    let namespace: String
    let address: String
    let order: BreakerBoard.Order

    /// Whether the whole table is drawn again, instead of a line a change.
    var redraws: Bool { format == .table && terminal.isInteractive }

    /// Prints one change as one line: JSON, or `14:05:12  pay  CLOSED → OPEN  by 9f3a61c2b7d04e55 (failureRate)`.
    func print(_ change: WatchCore.Change, processes: Int, nowMs: Int64) throws {
        let after = change.after
        guard format == .table else {
            var members = StatusJSON.members(of: after, processes: processes, nowMs: nowMs)
            members["previousState"] = .optional(change.before?.state)
            try Console.print(JSONValue.object(members).text)
            return
        }
        let from = change.before?.state ?? "CLOSED"
        let version = after.version
        let author = version.map { $0.isOperators ? $0.actor : $0.version.writer.description }
        let reason = version.map { $0.reason.isEmpty ? "" : " (\($0.reason))" }
        let when = TimeText.instant(version?.lastModified ?? nowMs, nowMs: nowMs)
        let words = author.map { "  by \($0)\(reason ?? "")" } ?? ""
        try Console.print(Printable.escaped("\(when)  \(after.name)  \(from) → \(after.state)\(words)"))
    }

    /// Draws the table in place of the one before.
    func redraw(_ board: BreakerBoard, nowMs: Int64, away: String?) throws {
        let room = terminal.height.map { max(1, $0 - 4) }
        let table = StatusTable(
            board: board,
            order: order,
            nowMs: nowMs,
            namespace: namespace,
            address: address,
            color: color,
            width: terminal.width,
            rowLimit: room
        )
        var lines = board.statuses.isEmpty ? [table.emptiness] : table.lines + [table.summary]
        if let away {
            let text = Printable.escaped("Not live: \(away)")
            lines.append(terminal.width.map { Printable.cut(text, to: $0) } ?? text)
        }
        // Home, each line with the rest of it cleared, then everything below cleared: no flicker.
        try Console.print("\u{1B}[H" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
    }

    /// Clears the screen once, before the first table.
    func begin() throws {
        if redraws { try Console.print("\u{1B}[2J\u{1B}[H") }
    }
}
