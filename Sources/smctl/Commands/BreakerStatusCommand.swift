import ArgumentParser
import StateSharing

/// `smctl breaker status`: all breakers at one look.
struct BreakerStatusCommand: ReportingCommand {
    /// What `--fail-on` looks for.
    enum Alarm: String, ExpressibleByArgument, CaseIterable {
        /// Calls are refused: OPEN and FORCED_OPEN.
        case open
    }

    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the breakers that are shared: those that refuse calls first."
    )

    @Argument(help: ArgumentHelp("Only these.", valueName: "name"))
    var names: [String] = []

    @Flag(
        help:
            "Every breaker. Without it a table has at most \(StatusTable.closedLimit) lines, unless more are not closed."
    )
    var all = false

    @Option(help: "End with 1 when one of them is in this state.")
    var failOn: Alarm?

    @Option(help: "What comes first: state, name, rate (the highest), changed (the latest).")
    var sort: BreakerBoard.Order = .state

    @OptionGroup(title: "Store")
    var store: StoreOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func execute() async throws {
        let session = try StoreSession(store)
        let board = try await session.run { [names] desk in try await desk.board(names) }
        try show(board, namespace: session.namespace, address: session.address)
        if board.unreadable > 0 {
            Console.note("\(board.unreadable) of them cannot be read: foreign data stands under their keys")
        }
        try Self.checkNames(board)
        if failOn == .open, board.statuses.contains(where: { $0.refusesCalls(at: board.nowMs) }) {
            throw ExitStatus.checkFailed.exitCode
        }
    }

    /// Ends the command with 2 when a name asked for is not shared.
    static func checkNames(_ board: BreakerBoard) throws(Failure) {
        guard !board.missing.isEmpty else { return }
        let names = board.missing.map { "\"\($0.shownName)\"" }.joined(separator: ", ")
        throw Failure(.notFound, "no breaker is shared under the name \(names)")
    }

    private func show(_ board: BreakerBoard, namespace: String, address: String) throws {
        let statuses = board.sorted(by: sort)
        let objects = statuses.map {
            StatusJSON.object($0, processes: board.processes, nowMs: board.nowMs)
        }
        switch output.format {
        case .json:
            try Console.print(JSONValue.array(objects).text)
        case .jsonl:
            for object in objects { try Console.print(object.text) }
        case .table:
            let terminal = Terminal.standardOutput()
            let table = StatusTable(
                board: board,
                order: sort,
                showsAll: all,
                nowMs: board.nowMs,
                namespace: namespace,
                address: address,
                color: output.usesColor(terminal),
                width: terminal.width
            )
            if statuses.isEmpty {
                if board.missing.isEmpty { try Console.print(table.emptiness) }
            } else {
                try Console.print((table.lines + (output.quiet ? [] : [table.summary])).joined(separator: "\n"))
            }
        }
    }
}

extension BreakerBoard.Order: ExpressibleByArgument {}
