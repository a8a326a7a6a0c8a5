import CircuitBreakers

/// Reads the configuration of a trace: the keys of a breaker's configuration, those with their default left out.
enum TraceConfiguration {
    static func read(_ json: StrictJSON, at place: String) throws(TraceError) -> CircuitBreaker.Configuration {
        var members = try TraceMembers(json, at: place)
        let changes = try CircuitBreaker.Configuration.Changes(reading: &members)
        try members.finish()
        var configuration = CircuitBreaker.Configuration()
        configuration.apply(changes)
        let findings = configuration.findings
        guard findings.isEmpty else {
            throw TraceError(at: place, findings.map(\.description).joined(separator: "; "))
        }
        return configuration
    }
}

extension TraceMembers: ConfigurationValues {
    typealias Failure = TraceError

    mutating func thousandths(_ key: String) throws(TraceError) -> Int? {
        guard let value = take(key) else { return nil }
        guard case .number(let text) = value else { throw TraceError(at: path(key), "\(value.kind) is not a number") }
        guard let thousandths = CircuitBreaker.Configuration.Changes.thousandths(in: text) else {
            throw TraceError(at: path(key), "\(text) has not at most three decimals")
        }
        return thousandths
    }

    mutating func word<Word>(
        _ key: String,
        expected: String,
        _ read: (String) -> Word?
    ) throws(TraceError) -> Word? {
        guard has(key) else { return nil }
        let text = try text(key)
        guard let word = read(text) else { throw TraceError(at: path(key), "\(text) is not \(expected)") }
        return word
    }

    func demand(_ key: String) throws(TraceError) {
        guard has(key) else { throw TraceError(at: place, "\(key) is missing") }
    }

    /// What is not taken is unknown, which ``finish()`` says.
    func refuse(_ key: String, because reason: String) {}

    mutating func enter(_ key: String) throws(TraceError) -> Bool {
        guard let value = take(key) else { return false }
        var members = try TraceMembers(value, at: path(key))
        members.outer = outer + [self]
        self = members
        return true
    }

    mutating func leave() throws(TraceError) {
        try finish()
        if let last = outer.last { self = last }
    }
}
