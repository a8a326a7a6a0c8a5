public import CircuitBreakers
public import Configuration
public import Logging
import StateMachines

extension CircuitBreaker {
    /// Applies a program's settings, now and whenever they change, until the task is cancelled.
    ///
    /// Settings with findings change nothing: the last good ones stay in force, and one line at level `info` says what is
    /// wrong. State, permits and outcomes stay: see `CircuitBreaker.reconfigure(_:)`.
    ///
    /// ```swift
    /// async let _: Void = breaker.follow(settings.scoped(to: "payments.breaker"))
    /// ```
    ///
    /// - Parameters:
    ///   - reader: scoped to where the breaker's keys are, with a provider that reloads.
    ///   - base: the values of keys that are not there.
    ///   - logger: gets the findings.
    /// - Throws: what the reader's providers throw.
    public func follow(
        _ reader: ConfigReader,
        over base: Configuration = .init(),
        logger: Logger = .current
    ) async throws {
        var applied: Configuration?
        try await reader.follow(name, logger) { snapshot throws(BreakerConfigurationError) in
            let configuration = try Configuration(snapshot: snapshot, over: base)
            // The settings of others change, too.
            guard configuration != applied else { return }
            try reconfigure(configuration)
            applied = configuration
        }
    }
}

extension BreakerRegistry {
    /// Applies a program's settings, now and whenever they change, over what the registry was created with, until the
    /// task is cancelled.
    ///
    /// Settings with findings change nothing: the last good ones stay in force, and one line at level `info` says what is
    /// wrong. See `BreakerRegistry.Configuration.init(snapshot:breakers:over:)` for the keys, and
    /// `BreakerRegistry.reconfigure(_:)`.
    ///
    /// - Parameters:
    ///   - reader: scoped to where `defaults`, `configurations` and `breakers` are, with a provider that reloads.
    ///   - names: which breakers may have settings of their own before they are first asked for. Those that are there
    ///     when the settings change are looked for without being named.
    ///   - logger: gets the findings.
    /// - Throws: what the reader's providers throw.
    public func follow(
        _ reader: ConfigReader,
        breakers names: [String] = [],
        logger: Logger = .current
    ) async throws {
        try await reader.follow("*", logger) { snapshot throws(BreakerConfigurationError) in
            let present = all.map(\.name)
            try reconfigure(Configuration(snapshot: snapshot, breakers: names + present, over: initialConfiguration))
        }
    }
}

extension ConfigReader {
    /// Applies one snapshot after the other; what is wrong is told once for as long as it stays the same.
    fileprivate func follow(
        _ name: String,
        _ logger: Logger,
        _ apply: (ConfigSnapshotReader) throws(BreakerConfigurationError) -> Void
    ) async throws {
        var told: BreakerConfigurationError?
        try await watchSnapshot { snapshots in
            for await snapshot in snapshots {
                do throws(BreakerConfigurationError) {
                    try apply(snapshot)
                    told = nil
                } catch {
                    guard error != told else { continue }
                    told = error
                    logger.info(
                        "settings refused, the last good ones stay",
                        metadata: [
                            "breaker.name": "\(name.printable(128))", "breaker.findings": "\(error.description)",
                        ]
                    )
                }
            }
        }
    }
}
