public import StateSharing
import StateMachines

/// The fleet's store: one Redis server, two connections, three scripts.
///
/// ```swift
/// let store = try RedisStore(configuration: RedisConfiguration(url: "redis://redis.internal", namespace: "prod"))
/// ```
///
/// A sharing service calls ``run(as:receive:)``; tools that only ask use ``withConnection(_:)``. No request waits longer than
/// the request time-out, and without a connection each fails at once.
public final class RedisStore: SnapshotStore {
    let configuration: RedisConfiguration
    let keys: RedisKeys
    let connector: RedisConnector
    let state: Locked<State>

    struct State {
        var links = LinksCore()
        var queue: SignalQueueCore
        /// Takes the signals while the store runs.
        var receive: (@Sendable (StoreSignal) -> Void)?
        /// Somebody is handing over signals.
        var isDelivering = false
        var isInUse = false
        var commands: RedisLink?
        var subscription: RedisLink?
        /// Why there is no link for requests.
        var absence = StoreError(.unreachable, "not connected yet")
        var serverMajor = 0
        /// Of the newest reply that tells; spreads out reconnecting.
        var members = 0
        /// Requests in a row that found the server loading.
        var loadingInARow = 0
    }

    /// Creates a store; connects nothing yet.
    /// - Throws: all findings of the configuration, unreadable certificates among them.
    public init(configuration: RedisConfiguration) throws(RedisConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        keys = RedisKeys(namespace: configuration.namespace)
        connector = try RedisConnector(configuration: configuration, keys: keys)
        state = Locked(State(queue: SignalQueueCore(limit: configuration.maximumWaitingMessages)))
    }

    /// `redis <host>:<port>` or `redis <path>`.
    public var address: String { "redis \(configuration.address)" }

    /// Closes the subscription's connection; the running store makes a new one.
    public func resubscribe() async {
        let link = state.withLock { $0.subscription }
        link?.close(reason: StoreError(.timedOut, "the subscription seems to be deaf"))
    }

    /// Connects for requests only, runs `body`, disconnects: for tools.
    ///
    /// Nothing is subscribed, nothing is connected anew, and nothing is written unless `body` does.
    ///
    /// - Throws: why there is no connection, or what `body` throws.
    public func withConnection<Value: Sendable>(_ body: () async throws -> sending Value) async throws -> sending Value
    {
        try claim()
        defer { state.withLock { $0.isInUse = false } }
        let ready = try await connector.commands(for: nil)
        state.withLock {
            $0.commands = ready.link
            $0.serverMajor = ready.serverMajor
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        state.withLock {
            $0.commands = nil
            $0.absence = StoreError(.unreachable, "disconnected")
        }
        ready.link.close(reason: StoreError(.unreachable, "disconnected"))
        _ = await ready.link.waitForClose()
        return try result.get()
    }

    func claim() throws(StoreError) {
        let isFree = state.withLock { state in
            defer { state.isInUse = true }
            return !state.isInUse
        }
        guard isFree else { throw StoreError(.badArguments, "the store is running already") }
    }
}
