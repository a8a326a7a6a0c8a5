import FleetTestSupport
import RedisSharing
import StateSharing
import Synchronization

/// A store that runs, and what it told.
final class StoreProbe: Sendable {
    let store: RedisStore
    static let writer = WriterID(bits: 0x9f3a_61c2_b7d0_4e55)
    private let told = Mutex<[StoreSignal]>([])

    private init(_ store: RedisStore) {
        self.store = store
    }

    /// Runs a store while `body` does, without waiting for it to be up.
    static func with<Value: Sendable>(
        _ configuration: RedisConfiguration,
        _ body: (StoreProbe) async throws -> Value
    ) async throws -> Value {
        let probe = StoreProbe(try RedisStore(configuration: configuration))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await probe.store.run(as: writer) { signal in probe.told.withLock { $0.append(signal) } }
            }
            defer { group.cancelAll() }
            return try await body(probe)
        }
    }

    /// Runs a store while `body` does, from the time it is up.
    static func up<Value: Sendable>(
        _ configuration: RedisConfiguration,
        _ body: (StoreProbe) async throws -> Value
    ) async throws -> Value {
        try await with(configuration) { probe in
            try await probe.wait(for: .up)
            return try await body(probe)
        }
    }

    var signals: [StoreSignal] { told.withLock { $0 } }

    /// `up` and `down` only, with the codes.
    var episodes: [String] {
        signals.compactMap { signal in
            switch signal {
            case .up: "up"
            case .down(let error): "down " + error.code.description
            case .message, .malformed, .overflow: nil
            }
        }
    }

    var messages: [StoreMessage] {
        signals.compactMap { if case .message(let message) = $0 { message } else { nil } }
    }

    func wait(for signal: StoreSignal) async throws {
        try await wait("for \(signal)") { self.signals.contains(signal) }
    }

    func wait(forEpisodes expected: [String]) async throws {
        do {
            try await wait("for \(expected)") { self.episodes == expected }
        } catch {
            throw Tool.Failure(description: "\(error): \(episodes)")
        }
    }

    /// Looks again every few milliseconds, at most 20 s.
    func wait(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Tool.Failure(description: "waited in vain \(what)")
    }
}

extension RedisServer {
    /// A configuration for this server; reconnects soon, so that tests do not wait for it.
    func configuration(
        namespace: String = "test",
        _ adjust: (inout RedisConfiguration) -> Void = { _ in }
    ) throws -> RedisConfiguration {
        try RedisConfiguration(url: url, namespace: namespace) {
            $0.reconnectDelay = .milliseconds(5)
            $0.maximumReconnectDelay = .milliseconds(50)
            // A loaded machine is not what is tested, unless a test says so.
            $0.connectTimeout = .seconds(10)
            $0.requestTimeout = .seconds(10)
            $0.pongTimeout = .seconds(10)
            adjust(&$0)
        }
    }
}
