public import CircuitBreakers
public import Configuration

extension BreakerRegistry.Configuration {
    /// Reads the configurations of a registry's breakers from a program's settings, in the shape of a file of breakers.
    ///
    /// `defaults.KEY`, `configurations.NAME.KEY` with `extends`, and `breakers.NAME.KEY` with `configuration`. Settings
    /// cannot be listed: breakers are looked for by the names given, and configurations by those that `base` has and
    /// that are referred to.
    ///
    /// - Parameters:
    ///   - snapshot: scoped to where `defaults`, `configurations` and `breakers` are.
    ///   - names: which breakers may have settings of their own, besides those of `base`.
    ///   - base: what the settings change; a configuration or breaker with any setting replaces the one of that name.
    /// - Throws: `BreakerConfigurationError` with every finding; their properties are the absolute keys.
    public init(
        snapshot: ConfigSnapshotReader,
        breakers names: [String],
        over base: BreakerRegistry.Configuration = .init()
    ) throws(BreakerConfigurationError) {
        self = base
        let root = Settings(snapshot)
        var defaults = root.below("defaults")
        breaker.apply(.init(reading: &defaults))
        var findings = defaults.findings
        var unread = defaults.unread
        for name in Set(names).union(base.breakers.keys).sorted() {
            findings += Self.read(root.below("breakers", name), "configuration", &breakers[name], &unread)
        }
        var pending = Set(base.named.keys).union(breakers.values.compactMap(\.basedOn))
        var seen: Set<String> = []
        while let name = pending.subtracting(seen).min() {
            seen.insert(name)
            findings += Self.read(root.below("configurations", name), "extends", &named[name], &unread)
            if let next = named[name]?.basedOn { pending.insert(next) }
        }
        findings += checked(below: root, without: unread)
        guard findings.isEmpty else {
            let owner = root.prefix.isEmpty ? "*" : String(root.prefix.dropLast())
            throw BreakerConfigurationError(breaker: owner, findings: findings)
        }
    }

    private static func read(
        _ settings: Settings,
        _ key: String,
        _ entry: inout BreakerRegistry.NamedConfiguration?,
        _ unread: inout Set<String>
    ) -> [BreakerConfigurationError.Finding] {
        var settings = settings
        let changes = CircuitBreaker.Configuration.Changes(reading: &settings)
        let base = settings.name(key)
        if settings.isUsed { entry = .init(basedOn: base, changes: changes) }
        unread.formUnion(settings.unread)
        return settings.findings
    }

    /// What does not fit, without what the defaults have wrong already.
    ///
    /// What could not be read anywhere is left out everywhere: what hangs on it is found when it can be read.
    private func checked(below root: Settings, without unread: Set<String>) -> [BreakerConfigurationError.Finding] {
        let inherited = breaker.findings(without: unread)
        func findings(
            below prefix: String,
            _ key: String,
            _ resolve: () throws(BreakerConfigurationError) -> CircuitBreaker.Configuration
        ) -> [BreakerConfigurationError.Finding] {
            do throws(BreakerConfigurationError) {
                return try resolve().findings(without: unread).filter { !inherited.contains($0) }
                    .map { $0.below(prefix) }
            } catch {
                // There is no such configuration, and the key that names it is not called the same everywhere.
                return error.findings.map { .init(code: $0.code, property: prefix + key, message: $0.message) }
            }
        }
        var all = inherited.map { $0.below(root.below("defaults").prefix) }
        for name in named.keys.sorted() {
            let prefix = root.below("configurations", name).prefix
            all += findings(below: prefix, "extends") { () throws(BreakerConfigurationError) in try resolved(name) }
        }
        for name in breakers.keys.sorted() {
            let prefix = root.below("breakers", name).prefix
            if !(1...1024).contains(name.utf8.count) {
                let message = "\(name.utf8.count) bytes of UTF-8 are not in 1…1024"
                all.append(.init(code: .badName, property: prefix + "name", message: message))
            }
            all += findings(below: prefix, "configuration") { () throws(BreakerConfigurationError) in
                try resolved(breaker: name) ?? breaker
            }
        }
        return all
    }
}
