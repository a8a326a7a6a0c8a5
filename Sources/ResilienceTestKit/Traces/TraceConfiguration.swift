import CircuitBreakers

/// Reads the configuration of a trace: the keys of a breaker's configuration, those with their default left out.
enum TraceConfiguration {
    static func read(_ json: StrictJSON, at place: String) throws(TraceError) -> CircuitBreaker.Configuration {
        var members = try TraceMembers(json, at: place)
        var configuration = CircuitBreaker.Configuration()
        if let window = members.take("window") {
            configuration.window = try self.window(window, at: members.path("window"))
        }
        if let value = try members.integer("minimumCalls") { configuration.minimumCalls = Int(value) }
        if let value = try members.integer("failureRateBp") { configuration.failureRateBp = Int(value) }
        if let value = try members.integer("slowCallMs") { configuration.slowCallMs = value }
        if let value = try members.integer("slowRateBp") { configuration.slowRateBp = Int(value) }
        if let value = try members.integer("consecutiveFailures") { configuration.consecutiveFailures = Int(value) }
        if let value = try members.integer("openMs") { configuration.openMs = value }
        if let value = members.take("backoffFactor") {
            configuration.backoffFactor = try thousandths(value, at: members.path("backoffFactor"))
        }
        if let value = try members.integer("maxOpenMs") { configuration.maxOpenMs = value }
        if let value = try members.integer("jitterBp") { configuration.jitterBp = Int(value) }
        if let value = try members.integer("probes") { configuration.probes = Int(value) }
        if let value = try members.integer("concurrentProbes") { configuration.concurrentProbes = Int(value) }
        if let value = try members.integer("halfOpenMs") { configuration.halfOpenMs = value }
        if members.has("initial") {
            let name = try members.text("initial")
            guard let state = CircuitState(wireName: name) else {
                throw TraceError(at: members.path("initial"), "\(name) is no state")
            }
            configuration.initial = state
        }
        try members.finish()
        let findings = configuration.findings
        guard findings.isEmpty else {
            throw TraceError(at: place, findings.map(\.description).joined(separator: "; "))
        }
        return configuration
    }

    private static func window(
        _ json: StrictJSON,
        at place: String
    ) throws(TraceError) -> CircuitBreaker.Configuration.Window {
        var members = try TraceMembers(json, at: place)
        let kind = try members.text("kind")
        let window: CircuitBreaker.Configuration.Window
        switch kind {
        case "count":
            let size = try TraceMembers.integer(members.require("size"), at: members.path("size"))
            window = .count(size: Int(size))
        case "time":
            let milliseconds = try TraceMembers.integer(members.require("ms"), at: members.path("ms"))
            let buckets = try TraceMembers.integer(members.require("buckets"), at: members.path("buckets"))
            window = .time(milliseconds: milliseconds, buckets: Int(buckets))
        default:
            throw TraceError(at: members.path("kind"), "\(kind) is not count or time")
        }
        try members.finish()
        return window
    }

    /// The one decimal: at most three decimals, taken in whole thousandths without going through a binary fraction.
    private static func thousandths(_ json: StrictJSON, at place: String) throws(TraceError) -> Int {
        guard case .number(let text) = json else { throw TraceError(at: place, "\(json.kind) is not a number") }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : ""
        guard parts.count <= 2, decimals.utf8.count <= 3, let whole = Int(parts[0]),
            let fraction = Int(decimals + String(repeating: "0", count: 3 - decimals.utf8.count)),
            (0...1_000_000).contains(whole)
        else { throw TraceError(at: place, "\(text) has not at most three decimals") }
        return whole * 1000 + fraction
    }
}
