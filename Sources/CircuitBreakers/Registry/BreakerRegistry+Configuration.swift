extension BreakerRegistry {
    /// How many breakers there may be, and how they are configured.
    public struct Configuration: Sendable, Hashable {
        /// The most breakers that the registry holds, 1…10^9; 10 000 by default.
        ///
        /// Names that come from requests must not be able to fill the memory.
        public var maximumBreakers: Int
        /// What ``BreakerRegistry/breaker(_:classifier:)`` builds breakers with, and what named configurations change.
        public var breaker: CircuitBreaker.Configuration
        /// Configurations by name, for ``BreakerRegistry/breaker(_:using:classifier:)``; none by default.
        public var named: [String: NamedConfiguration]
        /// What single breakers are configured with, by their names, whatever they are asked for with; none by default.
        ///
        /// Naming a breaker here does not build it.
        public var breakers: [String: NamedConfiguration]

        /// Creates a configuration.
        public init(
            maximumBreakers: Int = 10_000,
            breaker: CircuitBreaker.Configuration = .init(),
            named: [String: NamedConfiguration] = [:],
            breakers: [String: NamedConfiguration] = [:]
        ) {
            self.maximumBreakers = maximumBreakers
            self.breaker = breaker
            self.named = named
            self.breakers = breakers
        }
    }

    /// What a configuration changes in the one that it is based on.
    ///
    /// ```swift
    /// configuration.named["remote"] = .init(changes: .init(slowCallMs: 800))
    /// configuration.named["payments"] = .init(basedOn: "remote", changes: .init(failureRateBp: 2000))
    /// ```
    public struct NamedConfiguration: Sendable, Hashable {
        /// The name of another one; `nil` is ``Configuration/breaker``.
        public var basedOn: String?
        /// What is different.
        public var changes: CircuitBreaker.Configuration.Changes

        /// Creates a named configuration.
        public init(basedOn: String? = nil, changes: CircuitBreaker.Configuration.Changes = .init()) {
            self.basedOn = basedOn
            self.changes = changes
        }
    }
}

extension BreakerRegistry.Configuration {
    /// A named configuration with everything that it inherits.
    ///
    /// - Throws: ``BreakerConfigurationError`` for a name that there is not, or one that is based on itself; `breaker` is
    ///   what the error calls the breaker.
    public func resolved(
        _ name: String,
        for breaker: String = ""
    ) throws(BreakerConfigurationError) -> CircuitBreaker.Configuration {
        try resolved(BreakerRegistry.NamedConfiguration(basedOn: name), for: breaker)
    }

    /// What ``breakers`` say for a name, with everything that it inherits; nil when they say nothing.
    ///
    /// - Throws: ``BreakerConfigurationError`` for a name that there is not, or one that is based on itself.
    public func resolved(
        breaker name: String
    ) throws(BreakerConfigurationError) -> CircuitBreaker.Configuration? {
        guard let entry = breakers[name] else { return nil }
        return try resolved(entry, for: name)
    }

    private func resolved(
        _ configuration: BreakerRegistry.NamedConfiguration,
        for breaker: String
    ) throws(BreakerConfigurationError) -> CircuitBreaker.Configuration {
        var chain = [configuration.changes]
        var next = configuration.basedOn
        while let current = next {
            guard let found = named[current] else {
                throw .unknown("there is no configuration \"\(current.shownName)\"", breaker: breaker)
            }
            // No chain without a circle is longer than there are names, and what begins it.
            guard chain.count <= named.count else {
                throw .unknown("the configuration \"\(current.shownName)\" is based on itself", breaker: breaker)
            }
            chain.append(found.changes)
            next = found.basedOn
        }
        return chain.reversed().reduce(into: self.breaker) { $0.apply($1) }
    }

    /// The names of the configurations that one is based on, the nearest first.
    func bases(of configuration: BreakerRegistry.NamedConfiguration) -> [String] {
        var names: [String] = []
        var next = configuration.basedOn
        // A circle has no end; no other chain has more names than there are.
        while let name = next, names.count <= named.count {
            names.append(name)
            next = named[name]?.basedOn
        }
        return names
    }

    /// Everything that is wrong with the configurations, named ones and those of single breakers included, in the order
    /// of their names.
    public var findings: [BreakerConfigurationError.Finding] {
        var check = ConfigurationCheck()
        check.maximum(maximumBreakers)
        var findings = check.findings + breaker.findings
        for name in named.keys.sorted() { findings += self.findings(of: named[name], "", as: name) }
        for name in breakers.keys.sorted() {
            findings += self.findings(of: breakers[name], name, as: "breakers.\(name)")
            var check = ConfigurationCheck()
            check.name(name)
            findings += check.findings
        }
        return findings
    }

    /// A classifier that no breaker would ever be built with is a mistake in its name.
    func findings(ofClassifiersFor names: some Sequence<String>) -> [BreakerConfigurationError.Finding] {
        let unknown = names.filter { named[$0] == nil }.sorted()
        guard !unknown.isEmpty else { return [] }
        let known = named.keys.sorted().prefix(10).map { "\"\($0.shownName)\"" }.joined(separator: ", ")
        let more = named.count > 10 ? " and \(named.count - 10) more" : ""
        let hint = named.isEmpty ? "there are none" : "there are \(known)\(more)"
        return unknown.map { name in
            let message =
                "there is no configuration \"\(name.shownName)\": \(hint); correct the name or add it to named"
            return .init(code: .unknownConfiguration, property: "classifiers.\(name)", message: message)
        }
    }

    private func findings(
        of configuration: BreakerRegistry.NamedConfiguration?,
        _ breaker: String,
        as prefix: String
    ) -> [BreakerConfigurationError.Finding] {
        guard let configuration else { return [] }
        do {
            return try resolved(configuration, for: breaker).findings
                .map { finding in
                    var finding = finding
                    finding.property = "\(prefix).\(finding.property)"
                    return finding
                }
        } catch {
            return error.findings
        }
    }
}

extension BreakerConfigurationError {
    fileprivate static func unknown(_ message: String, breaker: String) -> Self {
        Self(
            breaker: breaker,
            findings: [.init(code: .unknownConfiguration, property: "configuration", message: message)]
        )
    }
}
