import StateSharing

/// What a watcher does with each event, one after the other.
struct WatchLoop {
    /// How often the list of names is read again, in ticks of a second: registrations are not announced.
    private static let ticksPerReload = 30

    private let watcher: Watcher
    private let desk: OperatorDesk
    private let clock = ContinuousClock()
    private var core: WatchCore
    /// When the last reading was, on this process's clock.
    private var loadedAt: ContinuousClock.Instant
    /// When it was on the store's.
    private var loadedNowMs: Int64 = 0
    /// Why the link is away; `nil` while it is up.
    private var away: String?
    private var ticks = 0
    private var shown = 0

    init(watcher: Watcher) {
        self.watcher = watcher
        desk = OperatorDesk(store: watcher.session.store)
        core = WatchCore(names: watcher.names)
        loadedAt = clock.now
    }

    private var address: String { watcher.session.address }

    /// Takes an event.
    ///
    /// - Returns: whether to go on.
    mutating func handle(_ event: Watcher.Event) async throws -> Bool {
        switch event {
        case .interrupted:
            return false
        case .startTimedOut:
            guard core.board == nil else { return true }
            throw Failure(.unavailable, "\(address) did not answer within \(watcher.session.timeout)")
        case .tick:
            ticks += 1
            if ticks % Self.ticksPerReload == 0, away == nil { return try await show(reload()) }
            return try show([])
        case .store(.up):
            away = nil
            return try await show(reload())
        case .store(.down(let error)):
            try lose(error)
            return try show([])
        case .store(.message(let message)):
            let update = core.receive(message)
            return try await show(update.changes + (update.mustReload ? reload() : []))
        case .store(.malformed), .store(.overflow):
            return try await show(reload())
        }
    }

    private mutating func lose(_ error: StoreError) throws {
        if core.board == nil { throw Failure(error, address: address) }
        if away == nil, !watcher.printer.redraws { Console.note("not live: \(error.message)") }
        away = error.message
    }

    private mutating func reload() async throws -> [WatchCore.Change] {
        let isFirst = core.board == nil
        let board: BreakerBoard
        do throws(OperatorError) {
            board = try await desk.board(watcher.names)
        } catch {
            if isFirst { throw Failure(error, address: address) }
            // The link tells of itself, and its return brings the next reading; until then the last picture stands.
            return []
        }
        if isFirst { try BreakerStatusCommand.checkNames(board) }
        loadedAt = clock.now
        loadedNowMs = board.nowMs
        let changes = core.load(board)
        if isFirst {
            try watcher.printer.begin()
            if watcher.announces, !watcher.printer.redraws {
                Console.note("watching \(board.statuses.count) breakers on \(address)")
            }
        }
        return changes
    }

    private mutating func show(_ changes: [WatchCore.Change]) throws -> Bool {
        guard let board = core.board else { return true }
        let room = watcher.count.map { $0 - shown } ?? changes.count
        if watcher.printer.redraws {
            let elapsed = (clock.now - loadedAt).components.seconds
            let nowMs = max(board.nowMs, loadedNowMs + elapsed * 1000)
            try watcher.printer.redraw(board, nowMs: nowMs, away: away)
        } else {
            for change in changes.prefix(room) {
                try watcher.printer.print(change, processes: board.processes, nowMs: board.nowMs)
            }
        }
        shown += changes.count
        return watcher.count.map { shown < $0 } ?? true
    }
}
