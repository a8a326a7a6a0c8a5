/// Where people on call look at a fleet's breakers and decide about them, over any store.
///
/// A decision goes through the same compare-and-set as every other transition (fleet protocol, section 10). The store
/// must be running (``SnapshotStore/run(as:receive:)``) while the desk is used; how long to wait is the caller's business.
package struct OperatorDesk: Sendable {
    /// The kind of resource that is decided about.
    package static let kind = "breaker"

    private let store: any SnapshotStore
    private let writer: WriterID
    private let clock: any Clock<Duration>

    /// Creates a desk over a store.
    ///
    /// - Parameters:
    ///   - store: the store of the fleet.
    ///   - writer: who issues the versions; a new one for each run of a tool.
    ///   - clock: what pauses after a lost answer are timed with.
    package init(
        store: any SnapshotStore,
        writer: WriterID = .random(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.store = store
        self.writer = writer
        self.clock = clock
    }

    /// Makes a decision: reads, checks, proposes, and again if somebody else was first, at most 5 times more.
    ///
    /// - Parameter request: what is decided, about which breaker, by whom.
    /// - Returns: what stood there before and what stands there now.
    /// - Throws: an ``OperatorError``: not found, refused by the table of states, lost to others, or the store's error.
    package func decide(_ request: OperatorRequest) async throws(OperatorError) -> OperatorOutcome {
        var core = OperatorCore(request: request, writer: writer)
        var action = core.start()
        var publishError = ""
        var journalError = ""
        while true {
            switch action {
            case .read(let pauseMs):
                do throws(StoreError) {
                    try await pause(ms: pauseMs)
                    let reply = try await store.read([core.resource])
                    action = core.read(stored: reply.snapshots.first??.version, nowMs: reply.position.nowMs)
                } catch {
                    action = core.unreadable(error)
                }
            case .askWhetherKnown:
                action = core.known(try await list().contains { $0.resource == core.resource })
            case .send(let item):
                do throws(StoreError) {
                    let reply = try await store.commit([item])
                    publishError = reply.publishError
                    journalError = reply.journalError
                    guard let result = reply.results.first else {
                        throw StoreError(.protocolViolation, "a commit of one version was answered with none")
                    }
                    action = core.answered(result)
                } catch {
                    guard error.code == .timedOut || error.code == .unreachable else { throw OperatorError(error) }
                    action = core.lost(error)
                }
            case .finish(var outcome):
                outcome.publishError = publishError
                outcome.journalError = journalError
                return outcome
            case .fail(let error):
                throw error
            }
        }
    }

    /// Reads the breakers that are stored or registered.
    ///
    /// - Parameter names: only these; those that nobody shares are ``BreakerBoard/missing``. Empty = all.
    /// - Returns: what was read at one look.
    /// - Throws: the store's error, as an ``OperatorError``.
    package func board(_ names: [String] = []) async throws(OperatorError) -> BreakerBoard {
        guard !names.isEmpty else { return try await wholeBoard() }
        var seen: Set<String> = []
        let names = names.filter { seen.insert($0).inserted }
        let resources = names.map { ResourceID(kind: Self.kind, name: $0) }
        let reply = try await read(resources)
        var board = Self.emptyBoard(reply)
        let registered = reply.snapshots.contains(nil) ? Set(try await list().map(\.resource)) : []
        for ((name, resource), snapshot) in zip(zip(names, resources), reply.snapshots) {
            if snapshot == nil, !registered.contains(resource) {
                board.missing.append(name)
            } else {
                board.statuses.append(
                    BreakerStatus(resource: resource, name: name, version: snapshot?.version, readAtMs: board.nowMs)
                )
            }
        }
        return board
    }

    private func wholeBoard() async throws(OperatorError) -> BreakerBoard {
        let resources = try await list().map(\.resource)
        let reply = try await read(resources)
        var board = Self.emptyBoard(reply)
        board.statuses = zip(resources, reply.snapshots)
            .map { resource, snapshot in
                BreakerStatus(
                    resource: resource,
                    name: snapshot?.name,
                    version: snapshot?.version,
                    readAtMs: board.nowMs
                )
            }
        return board
    }

    private static func emptyBoard(_ reply: ReadReply) -> BreakerBoard {
        BreakerBoard(
            statuses: [],
            unreadable: reply.foreign,
            processes: reply.members,
            nowMs: reply.position.nowMs
        )
    }

    private func pause(ms: Int64) async throws(StoreError) {
        guard ms > 0 else { return }
        do {
            try await clock.sleep(for: .milliseconds(ms))
        } catch {
            throw StoreError(.timedOut, "given up while waiting for \(store.address)")
        }
    }

    private func read(_ resources: [ResourceID]) async throws(OperatorError) -> ReadReply {
        do throws(StoreError) {
            return try await store.read(resources)
        } catch {
            throw OperatorError(error)
        }
    }

    private func list() async throws(OperatorError) -> [ListedResource] {
        do throws(StoreError) {
            return try await store.list(kind: Self.kind)
        } catch {
            throw OperatorError(error)
        }
    }
}
