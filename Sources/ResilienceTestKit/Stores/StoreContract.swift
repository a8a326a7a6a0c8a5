public import StateSharing

/// What every store promises, as checks that need no test framework.
///
/// ```swift
/// @Test(arguments: StoreContract.checks)
/// func `keeps the contract`(check: StoreContract.Check) async throws {
///     try await check.run(on: MyStore())
/// }
/// ```
///
/// Each check takes a fresh, empty store, runs it, and stops it. The rules: fleet protocol, sections 1, 4, 5 and 9.
public enum StoreContract {
    /// One promise.
    public struct Check: Sendable, CustomStringConvertible {
        /// The promise, as a sentence.
        public let description: String
        let body: @Sendable (StoreContractSubject) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (StoreContractSubject) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs the store, waits until it is up, checks the promise, and stops the store.
        ///
        /// - Parameter store: fresh and empty, and not running.
        /// - Throws: ``StoreContract/Failure``, or what the store throws.
        public func run(on store: any SnapshotStore) async throws {
            let subject = StoreContractSubject(store: store)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await store.run(as: .random()) { subject.received($0) } }
                defer { group.cancelAll() }
                try await subject.waitForSignal("up") { $0 == .up }
                try await body(subject)
            }
        }
    }

    /// A promise that was not kept.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What was expected and what was found.
        public let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// All promises.
    public static let checks = commitChecks + holdChecks + messageChecks + readingChecks + listChecks

    /// Runs all checks, each on a store of its own.
    ///
    /// - Parameter makeStore: makes a fresh, empty store.
    /// - Returns: a line for each promise that was not kept.
    public static func failures(of makeStore: () async throws -> any SnapshotStore) async -> [String] {
        var failures: [String] = []
        for check in checks {
            do {
                try await check.run(on: makeStore())
            } catch {
                failures.append("\(check): \(error)")
            }
        }
        return failures
    }
}
