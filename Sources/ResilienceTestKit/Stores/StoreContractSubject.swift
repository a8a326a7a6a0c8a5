import StateSharing
import StateMachines

/// A running store under a check, and what it has told so far.
final class StoreContractSubject: Sendable {
    let store: any SnapshotStore
    private let signals = Locked<[StoreSignal]>([])

    init(store: any SnapshotStore) {
        self.store = store
    }

    func received(_ signal: StoreSignal) {
        signals.withLock { $0.append(signal) }
    }

    var messages: [StoreMessage] {
        signals.withLock { $0 }
            .compactMap { signal in
                if case .message(let message) = signal { message } else { nil }
            }
    }

    /// Waits until something was told, at most 10 s: also a loaded machine gets there.
    func waitForSignal(_ what: String, _ isIt: (StoreSignal) -> Bool) async throws {
        try await wait(for: what) { signals.withLock { $0 }.contains(where: isIt) }
    }

    /// Waits for a message, at most 10 s.
    func waitForMessage(_ what: String, _ isIt: (StoreMessage) -> Bool) async throws {
        try await wait(for: what) { messages.contains(where: isIt) }
    }

    /// Looks again every few milliseconds until it is so.
    func wait(for what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw StoreContract.Failure("waited in vain for \(what)")
    }

    /// The store's time.
    func now() async throws -> Int64 {
        try await store.read([]).position.nowMs
    }

    /// Proposes one version.
    func commit(_ item: CommitItem) async throws -> CommitResult {
        let reply = try await store.commit([item])
        try require(reply.results.count, is: 1, "results")
        return reply.results[0]
    }

    /// Proposes one version that has to be stored.
    @discardableResult
    func store(_ item: CommitItem) async throws -> SharedVersion {
        let result = try await commit(item)
        try require(result.code, is: .accepted, "the code of a proposal that should be stored")
        guard let stored = result.stored else { throw StoreContract.Failure("an accepted version is not in the reply") }
        return stored
    }

    /// What is stored of a breaker.
    func stored(_ name: String) async throws -> StoredSnapshot? {
        let reply = try await store.read([ResourceID(kind: "breaker", name: name)])
        try require(reply.snapshots.count, is: 1, "snapshots")
        return reply.snapshots[0]
    }

    func require<Value: Equatable>(_ value: Value, is expected: Value, _ what: String) throws {
        guard value == expected else {
            throw StoreContract.Failure("\(what): \(value), expected \(expected)")
        }
    }

    func require(_ isSo: Bool, _ what: String) throws {
        guard isSo else { throw StoreContract.Failure("not so: \(what)") }
    }

    /// The store has to refuse its arguments.
    func requireRefusal(_ what: String, _ request: () async throws -> Void) async throws {
        do {
            try await request()
        } catch let error as StoreError where error.code == .badArguments {
            return
        }
        throw StoreContract.Failure("took \(what)")
    }
}

extension CommitItem {
    /// An automatic breaker version; the checks change what they are about.
    static func breaker(
        _ name: String,
        _ state: String = "OPEN",
        at lastModified: Int64,
        expected: Int64 = 0,
        rank: UInt8 = 2,
        writer: UInt64 = 7
    ) -> CommitItem {
        let resource = ResourceID(kind: "breaker", name: name)
        let version = Version(lastModified: lastModified, rank: rank, writer: WriterID(bits: writer))
        return CommitItem(
            mode: .compareAndSet,
            name: name,
            expected: expected,
            version: SharedVersion(resource: resource, version: version, state: state, definition: "breaker-1"),
            event: "trip"
        )
    }

    /// The same as an operator's decision, first stamped at `operatorAt`.
    func decided(at operatorAt: Int64, hold: Hold = .none) -> CommitItem {
        var item = self
        item.version.actor = "operator"
        item.version.operatorAt = operatorAt
        item.version.hold = hold
        return item
    }
}
