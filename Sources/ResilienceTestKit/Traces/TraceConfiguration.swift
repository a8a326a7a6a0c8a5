import CircuitBreakers
import StateMachines

/// Reads the configuration of a trace: the keys of a breaker's configuration, those with their default left out.
enum TraceConfiguration {
    /// Nothing for one with findings, which are noted.
    static func read(
        _ json: StrictJSON,
        at path: [String],
        _ findings: TraceFindings
    ) -> CircuitBreaker.Configuration? {
        guard var members = TraceMembers(json, at: path, findings) else { return nil }
        let before = findings.count
        let changes = CircuitBreaker.Configuration.Changes(reading: &members)
        members.finish(CircuitBreaker.Configuration.Changes.keys)
        var configuration = CircuitBreaker.Configuration()
        configuration.apply(changes)
        findings.add(configuration.findings(without: members.unread), below: path)
        return findings.count == before ? configuration : nil
    }
}

extension TraceMembers: ConfigurationValues {
    typealias Failure = Never

    /// Notes that a value cannot be read.
    private mutating func refused(_ key: String, _ message: String) {
        add(key, message)
        unread.insert(key)
    }

    mutating func integer(_ key: String) -> Int64? {
        guard let json = take(key) else { return nil }
        guard let value = Self.integer(json, at: path + [key], findings) else {
            unread.insert(key)
            return nil
        }
        return value
    }

    mutating func thousandths(_ key: String) -> Int? {
        guard let json = take(key) else { return nil }
        let expected = "a number from 1 to 10 with at most three decimals"
        guard case .number(let text) = json else {
            refused(key, "\(json.kind) is not \(expected)")
            return nil
        }
        guard let thousandths = CircuitBreaker.Configuration.Changes.thousandths(in: text) else {
            refused(key, "\(text.printable(80)) is not \(expected)")
            return nil
        }
        return thousandths
    }

    mutating func word<Word>(_ key: String, expected: String, _ read: (String) -> Word?) -> Word? {
        guard let json = take(key) else { return nil }
        guard case .string(let text) = json else {
            refused(key, "\(json.kind) is not \(expected), in quotation marks")
            return nil
        }
        guard let word = read(text) else {
            refused(key, "\(MachineName.shown(text)) is not \(expected)")
            return nil
        }
        return word
    }

    mutating func demand(_ key: String) {
        guard !has(key) else { return }
        unread.insert(key)
        findings.add(path, "\(key) is missing: the members of a window's kind are all given")
    }

    mutating func refuse(_ key: String, because reason: String) {
        if take(key) != nil { add(key, "it must not stand there: \(reason)") }
    }

    mutating func enter(_ key: String) -> Bool {
        guard let json = take(key) else { return false }
        guard var members = TraceMembers(json, at: path + [key], findings) else {
            unread.insert(key)
            return false
        }
        members.outer = outer + [self]
        self = members
        return true
    }

    mutating func leave() {
        finish(CircuitBreaker.Configuration.Changes.windowKeys)
        guard var last = outer.last, let key = path.last else { return }
        last.unread.formUnion(unread.map { "\(key).\($0)" })
        self = last
    }
}
