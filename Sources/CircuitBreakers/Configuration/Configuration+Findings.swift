extension CircuitBreaker.Configuration {
    /// Everything that is wrong with the configuration, in the order of its properties; empty if it can be used.
    public var findings: [BreakerConfigurationError.Finding] {
        var check = ConfigurationCheck()
        check.window(window, minimumCalls: minimumCalls)
        check.range("failureRateBp", failureRateBp, 1...10_000)
        if let slowCallMs { check.range("slowCallMs", slowCallMs, 0...ConfigurationCheck.longest) }
        if let slowRateBp {
            check.range("slowRateBp", slowRateBp, 1...10_000)
            if slowCallMs == nil {
                check.add(.incomplete, "slowRateBp", "\(slowRateBp) is given without slowCallMs")
            }
        }
        if let consecutiveFailures {
            check.range("consecutiveFailures", consecutiveFailures, 1...ConfigurationCheck.largest)
        }
        check.range("openMs", openMs, 0...ConfigurationCheck.longest)
        check.range("backoffFactor", backoffFactor, 1000...10_000, unit: " thousandths")
        if let maxOpenMs {
            check.range("maxOpenMs", maxOpenMs, 0...ConfigurationCheck.longest)
            if maxOpenMs >= 0, maxOpenMs < openMs {
                check.add(.outOfRange, "maxOpenMs", "\(maxOpenMs) is less than openMs, \(openMs)")
            }
        }
        check.range("jitterBp", jitterBp, 0...5000)
        check.range("probes", probes, 1...10_000)
        if let concurrentProbes {
            check.range("concurrentProbes", concurrentProbes, 1...max(1, probes))
        }
        if let halfOpenMs { check.range("halfOpenMs", halfOpenMs, 1...ConfigurationCheck.longest) }
        if initial == .open || initial == .halfOpen {
            check.add(
                .badInitialState,
                "initial",
                "\(initial.wireName) is not CLOSED, DISABLED, METRICS_ONLY or FORCED_OPEN"
            )
        }
        return check.findings
    }

    /// The findings of a configuration of which some properties could not be read: what such a property has to fit, or
    /// must fit it, is judged by its own range alone.
    ///
    /// - Parameter unread: the properties' names, `window.size` and the like among them; `window` for all that is below it.
    /// - Returns: the findings, in the order of the properties.
    package func findings(without unread: Set<String>) -> [BreakerConfigurationError.Finding] {
        guard !unread.isEmpty else { return findings }
        var known = self
        var window = ConfigurationCheck()
        // Values with which everything fits take the place of those that nobody knows.
        if unread.contains(where: { $0.hasPrefix("window") }) {
            if !unread.contains("window") { window.window(self.window, minimumCalls: nil) }
            known.window = .time(milliseconds: 1, buckets: 1)
        }
        if unread.contains("slowCallMs") { known.slowCallMs = slowCallMs ?? 0 }
        if unread.contains("openMs") { known.openMs = 0 }
        if unread.contains("probes") { known.probes = 10_000 }
        if unread.contains("minimumCalls") { known.minimumCalls = nil }
        if unread.contains("slowRateBp") { known.slowRateBp = nil }
        if unread.contains("maxOpenMs") { known.maxOpenMs = nil }
        if unread.contains("concurrentProbes") { known.concurrentProbes = nil }
        // How ms and buckets fit is told of ms, and any ms fits 1 bucket, which an unread one counts as.
        return window.findings.filter { !unread.contains($0.property) } + known.findings
    }

    /// The configuration with its defaults filled in.
    ///
    /// - Throws: ``BreakerConfigurationError`` with every finding, one about the breaker's name first.
    func resolved(for name: String) throws(BreakerConfigurationError) -> ResolvedConfiguration {
        var check = ConfigurationCheck()
        check.name(name)
        let findings = check.findings + findings
        guard findings.isEmpty else { throw BreakerConfigurationError(breaker: name, findings: findings) }
        return ResolvedConfiguration(self)
    }
}

/// Collects the findings about one configuration.
struct ConfigurationCheck {
    /// The largest duration in milliseconds and the largest count: nothing that is computed from them overflows.
    static let longest: Int64 = 1_000_000_000_000
    static let largest = 1_000_000_000

    private(set) var findings: [BreakerConfigurationError.Finding] = []

    mutating func add(_ code: BreakerConfigurationError.Finding.Code, _ property: String, _ message: String) {
        findings.append(.init(code: code, property: property, message: message))
    }

    mutating func range<Value: BinaryInteger>(
        _ property: String,
        _ value: Value,
        _ range: ClosedRange<Value>,
        unit: String = ""
    ) {
        guard !range.contains(value) else { return }
        add(.outOfRange, property, "\(value) is not in \(range.lowerBound)…\(range.upperBound)\(unit)")
    }

    mutating func maximum(_ breakers: Int) {
        range("maximumBreakers", breakers, 1...Self.largest)
    }

    mutating func name(_ name: String) {
        let length = name.utf8.count
        guard !(1...1024).contains(length) else { return }
        add(.badName, "name", "\(length) bytes of UTF-8 are not in 1…1024")
    }

    mutating func window(_ window: CircuitBreaker.Configuration.Window, minimumCalls: Int?) {
        switch window {
        case .count(let size):
            range("window.size", size, 1...1_048_576)
            if let minimumCalls {
                range("minimumCalls", minimumCalls, 1...Self.largest)
                if size >= 1, minimumCalls > size {
                    add(.outOfRange, "minimumCalls", "\(minimumCalls) is more than the window's size, \(size)")
                }
            }
        case .time(let milliseconds, let buckets):
            range("window.buckets", buckets, 1...1024)
            range("window.ms", milliseconds, 1...Self.longest)
            if milliseconds >= 1, buckets >= 1 {
                if milliseconds < buckets {
                    add(.outOfRange, "window.ms", "\(milliseconds) is less than the number of buckets, \(buckets)")
                } else if milliseconds % Int64(buckets) != 0 {
                    add(.notDivisible, "window.ms", "\(milliseconds) is not divisible by \(buckets) buckets")
                }
            }
            if let minimumCalls { range("minimumCalls", minimumCalls, 1...Self.largest) }
        }
    }
}
