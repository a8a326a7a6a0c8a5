import StateMachines

extension BreakerRegistry {
    /// A breaker, and what it is configured with.
    struct Member: Sendable {
        /// What it was first asked for with.
        enum Origin: Sendable {
            case standard
            case named(String)
            case own(CircuitBreaker.Configuration)
        }

        let breaker: CircuitBreaker
        let origin: Origin
        /// What the registry has given it last.
        var applied: CircuitBreaker.Configuration
    }

    /// Changes the configuration while calls run: of breakers to come, and of those that are there.
    ///
    /// A breaker that was asked for with a configuration of its own keeps it, unless ``Configuration/breakers`` name it.
    /// A breaker whose configuration stays as it was is not touched, so that what was done to it by hand stays, too. All
    /// others keep their state: see ``CircuitBreaker/reconfigure(_:)``.
    ///
    /// - Throws: ``BreakerConfigurationError`` with every finding, about a named configuration that breakers use and
    ///   that is no longer there, too; then nothing has changed.
    public func reconfigure(_ configuration: Configuration) throws(BreakerConfigurationError) {
        var findings = configuration.findings
        if findings.isEmpty {
            findings = state.withLock { state in
                let lost = state.lostNames(in: configuration)
                if lost.isEmpty {
                    state.configuration = configuration
                    state.revision += 1
                }
                return lost
            }
        }
        guard findings.isEmpty else { throw BreakerConfigurationError(breaker: "*", findings: findings) }
        reconfigureMembers()
    }

    /// Outside the lock, because breakers tell of what changes them, and again when another was faster meanwhile: who
    /// comes last gives every breaker what is in force.
    private func reconfigureMembers() {
        var applied: Int?
        while true {
            let (configuration, revision, names) = state.withLock {
                ($0.configuration, $0.revision, Array($0.members.keys))
            }
            guard revision != applied else { return }
            for name in names.sorted() {
                // Nothing here throws: the configuration has no findings.
                guard let member = state.withLock({ $0.members[name] }),
                    let wanted = try? configuration.resolved(for: name, member.origin),
                    applied != nil || wanted != member.applied
                else { continue }
                state.withLock { $0.members[name]?.applied = wanted }
                try? member.breaker.reconfigure(wanted)
            }
            applied = revision
        }
    }
}

extension BreakerRegistry.State {
    /// The named configurations that breakers were asked for with and that another configuration does not have.
    fileprivate func lostNames(
        in configuration: BreakerRegistry.Configuration
    ) -> [BreakerConfigurationError.Finding] {
        var used: [String: String] = [:]
        for (name, member) in members where configuration.breakers[name] == nil {
            guard case .named(let wanted) = member.origin, configuration.named[wanted] == nil else { continue }
            used[wanted] = min(used[wanted] ?? name, name)
        }
        return used.sorted { $0.key < $1.key }
            .map { configuration, breaker in
                let (lost, user) = (configuration.shownName, breaker.shownName)
                let message = "there is no configuration \"\(lost)\", which \"\(user)\" was built with"
                return .init(code: .unknownConfiguration, property: "configuration", message: message)
            }
    }
}

extension BreakerRegistry.Configuration {
    /// The names of the configurations that a breaker is built with, the nearest first.
    func bases(of name: String, _ origin: BreakerRegistry.Member.Origin) -> [String] {
        if let entry = breakers[name] { return bases(of: entry) }
        switch origin {
        case .standard, .own: return []
        case .named(let configuration): return bases(of: .init(basedOn: configuration))
        }
    }

    /// What a breaker is configured with that was first asked for in this way.
    func resolved(
        for name: String,
        _ origin: BreakerRegistry.Member.Origin
    ) throws(BreakerConfigurationError) -> CircuitBreaker.Configuration {
        if let entry = try resolved(breaker: name) { return entry }
        switch origin {
        case .standard: return breaker
        case .named(let configuration): return try resolved(configuration, for: name)
        case .own(let configuration): return configuration
        }
    }
}
