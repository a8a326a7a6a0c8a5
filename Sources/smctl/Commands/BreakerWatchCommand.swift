import ArgumentParser
import StateSharing

/// `smctl breaker watch`: live.
struct BreakerWatchCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Shows breakers as they change, until it is interrupted.",
        discussion: """
            On a terminal the table is drawn again with every change. Elsewhere, and with --format jsonl, each change is \
            one line; what is there at the start is not printed.
            """
    )

    @Argument(help: ArgumentHelp("Only these.", valueName: "name"))
    var names: [String] = []

    @Option(help: "End after so many changes.")
    var count: Int?

    @Option(help: "What comes first: state, name, rate (the highest), changed (the latest).")
    var sort: BreakerBoard.Order = .state

    @OptionGroup(title: "Store")
    var store: StoreOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func validate() throws {
        if output.format == .json { throw ValidationError("watch never ends an array: use --format jsonl") }
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
    }

    func execute() async throws {
        let session = try StoreSession(store)
        // A look first: a typo ends here, before a subscription, which introduces itself to the store.
        let board = try await session.run { [names] desk in try await desk.board(names) }
        try BreakerStatusCommand.checkNames(board)
        let terminal = Terminal.standardOutput()
        let printer = WatchPrinter(
            format: output.format,
            terminal: terminal,
            color: output.usesColor(terminal),
            namespace: session.namespace,
            address: session.address,
            order: sort
        )
        try await Watcher(session: session, names: names, printer: printer, count: count, announces: !output.quiet)
            .run()
    }
}
