import CircuitBreakers
import Configuration
import StateMachines

/// Reads the keys below one point of a program's settings, noting what is wrong and going on.
struct Settings: ConfigurationValues {
    typealias Failure = Never

    private var snapshot: ConfigSnapshotReader
    /// What keys are below, for messages: `payments.`, or nothing.
    private(set) var prefix: String
    private(set) var findings: [BreakerConfigurationError.Finding] = []
    /// The properties whose values could not be read, `window.size` and the like among them.
    private(set) var unread: Set<String> = []
    /// Whether any key was there.
    private(set) var isUsed = false
    /// What to go back to, outermost first.
    private var outer: [(snapshot: ConfigSnapshotReader, prefix: String)] = []

    init(_ snapshot: ConfigSnapshotReader) {
        self.snapshot = snapshot
        self.prefix = snapshot.shownPrefix
    }

    private init(_ snapshot: ConfigSnapshotReader, prefix: String) {
        self.snapshot = snapshot
        self.prefix = prefix
    }

    /// What is below a path.
    func below(_ path: String...) -> Settings {
        let shown = path.map { MachineName.shown($0) + "." }.joined()
        return Settings(snapshot.scoped(to: ConfigKey(path)), prefix: prefix + shown)
    }

    private mutating func note(_ code: BreakerConfigurationError.Finding.Code, _ key: String, _ message: String) {
        findings.append(.init(code: code, property: prefix + key, message: message))
        unread.insert(outer.isEmpty ? key : "window.\(key)")
    }

    /// Notes what is there and has not the form that it must.
    private mutating func refused(_ key: String, _ expected: String) {
        guard isThere(key) else { return }
        isUsed = true
        note(.malformed, key, "what is there is not \(expected)")
    }

    /// Whether a key has a value of any kind: a reader gives nil for one of another kind, too.
    private func isThere(_ name: String) -> Bool {
        let key = ConfigKey([name])
        return snapshot.string(forKey: key) != nil || snapshot.int(forKey: key) != nil
            || snapshot.double(forKey: key) != nil || snapshot.bool(forKey: key) != nil
            || snapshot.stringArray(forKey: key) != nil || snapshot.intArray(forKey: key) != nil
            || snapshot.doubleArray(forKey: key) != nil || snapshot.boolArray(forKey: key) != nil
            || snapshot.bytes(forKey: key) != nil || snapshot.byteChunkArray(forKey: key) != nil
    }

    // MARK: - Values

    /// The name that stands under a key.
    mutating func name(_ key: String) -> String? {
        word(key, expected: "the name of a configuration") { $0.isEmpty ? nil : $0 }
    }

    mutating func integer(_ key: String) -> Int64? {
        guard let value = snapshot.int(forKey: ConfigKey([key])) else {
            refused(key, "a whole number of at most 64 bits")
            return nil
        }
        isUsed = true
        return Int64(value)
    }

    mutating func thousandths(_ key: String) -> Int? {
        let name = ConfigKey([key])
        guard let value = snapshot.double(forKey: name) ?? snapshot.int(forKey: name).map(Double.init) else {
            refused(key, "a number")
            return nil
        }
        isUsed = true
        let scaled = (value * 1000).rounded()
        // Division gives the number that is nearest to the decimal, as reading it did. NaN and infinity are in no range.
        guard (-1e9...1e9).contains(scaled), scaled / 1000 == value else {
            note(.malformed, key, "\(value) is not a number from 1 to 10 with at most three decimals")
            return nil
        }
        return Int(scaled)
    }

    mutating func word<Word>(_ key: String, expected: String, _ read: (String) -> Word?) -> Word? {
        guard let text = snapshot.string(forKey: ConfigKey([key])) else {
            refused(key, expected)
            return nil
        }
        isUsed = true
        guard let word = read(text) else {
            note(.malformed, key, "\(MachineName.shown(text)) is not \(expected)")
            return nil
        }
        return word
    }

    mutating func demand(_ key: String) {
        guard !isThere(key) else { return }
        note(.wrongKeys, key, "it is missing: the members of a window's kind are all given")
    }

    mutating func refuse(_ key: String, because reason: String) {
        guard isThere(key) else { return }
        // Those that must stand there are read all the same.
        findings.append(.init(code: .wrongKeys, property: prefix + key, message: "it must not stand there: \(reason)"))
    }

    mutating func enter(_ key: String) -> Bool {
        let members = below(key)
        guard CircuitBreaker.Configuration.Changes.windowKeys.contains(where: { members.isThere($0) }) else {
            refused(key, "a group of settings")
            return false
        }
        isUsed = true
        outer.append((snapshot, prefix))
        (snapshot, prefix) = (members.snapshot, members.prefix)
        return true
    }

    mutating func leave() {
        if let last = outer.popLast() { (snapshot, prefix) = last }
    }
}

extension ConfigSnapshotReader {
    /// What the reader's own keys are below, for messages; the reader tells it in its description only, and messages
    /// name relative keys if it ever stops.
    fileprivate var shownPrefix: String {
        let start = "ConfigSnapshotReader[keyPrefix: "
        let text = description
        guard text.hasPrefix(start), let end = text.firstRange(of: ", providers: ") else { return "" }
        let prefix = text[..<end.lowerBound].dropFirst(start.count)
        return prefix.split(separator: ".").map { MachineName.shown(String($0)) + "." }.joined()
    }
}
