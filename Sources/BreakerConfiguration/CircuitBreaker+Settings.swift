public import CircuitBreakers
public import Configuration

extension CircuitBreaker.Configuration {
    /// Reads a breaker's configuration from a program's settings.
    ///
    /// The keys are those of files: `openMs`, `window.kind`, `window.size`, …. A key that is not there takes its value
    /// from `base`. Values stand in messages: they are no place for secrets.
    ///
    /// ```swift
    /// let configuration = try CircuitBreaker.Configuration(reader: settings.scoped(to: "payments.breaker"))
    /// ```
    ///
    /// - Parameters:
    ///   - reader: scoped to where the breaker's keys are.
    ///   - base: the values of keys that are not there.
    /// - Throws: `BreakerConfigurationError` with every finding; their properties are the absolute keys.
    public init(
        reader: ConfigReader,
        over base: CircuitBreaker.Configuration = .init()
    ) throws(BreakerConfigurationError) {
        try self.init(snapshot: reader.snapshot(), over: base)
    }

    /// Reads a breaker's configuration from a snapshot of a program's settings; see ``init(reader:over:)``.
    public init(
        snapshot: ConfigSnapshotReader,
        over base: CircuitBreaker.Configuration = .init()
    ) throws(BreakerConfigurationError) {
        var settings = Settings(snapshot)
        self = base
        apply(Changes(reading: &settings))
        let findings = settings.findings + findings(without: settings.unread).map { $0.below(settings.prefix) }
        guard findings.isEmpty else {
            let owner = settings.prefix.isEmpty ? "*" : String(settings.prefix.dropLast())
            throw BreakerConfigurationError(breaker: owner, findings: findings)
        }
    }
}

extension BreakerConfigurationError.Finding {
    /// The finding with the absolute key.
    func below(_ prefix: String) -> Self {
        var finding = self
        finding.property = prefix + property
        return finding
    }
}
