import RedisSharing
import StateSharing

/// A store, connected for as long as one command needs it.
struct StoreSession {
    let store: RedisStore
    let namespace: String
    let timeout: Duration

    init(_ options: StoreOptions) throws {
        let configuration = try options.configuration()
        do throws(RedisConfigurationError) {
            store = try RedisStore(configuration: configuration)
        } catch {
            throw Failure(.usage, error.description)
        }
        namespace = configuration.namespace
        timeout = .milliseconds(options.timeout.milliseconds)
    }

    var address: String { store.address }

    private enum Step<Result: Sendable>: Sendable {
        case done(Result)
        case timedOut
    }

    /// Connects, runs the body and disconnects, all within the time-out.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (OperatorDesk) async throws -> Result
    ) async throws -> Result {
        let store = store
        let timeout = timeout
        return try await withThrowingTaskGroup(of: Step<Result>.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                .done(try await store.withConnection { try await body(OperatorDesk(store: store)) })
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return .timedOut
            }
            do {
                if case .done(let result) = try await group.next() { return result }
            } catch let error as OperatorError {
                throw Failure(error, address: address)
            } catch let error as StoreError {
                throw Failure(error, address: address)
            }
            throw Failure(.unavailable, "\(address) did not answer within \(timeout)")
        }
    }
}
