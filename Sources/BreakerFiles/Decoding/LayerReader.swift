import CircuitBreakers
import MachineFiles
import StateMachines

/// Reads one layer's keys, noting what is wrong and going on.
struct LayerReader: ConfigurationValues {
    typealias Failure = Never

    private(set) var problems: [Problem] = []
    private var layer: Layer
    private var fields: [String: DocumentNode.Entry]
    /// What the fields are below, `window.` or nothing, and where that stands.
    private var prefix = ""
    private var site: Int
    /// What to go back to, outermost first.
    private var outer: [(fields: [String: DocumentNode.Entry], prefix: String, site: Int)] = []

    /// Reads a mapping; `naming` is the key that names what it inherits from.
    init(_ entries: [DocumentNode.Entry], at offset: Int, naming key: String?) {
        layer = Layer(offset: offset)
        site = offset
        let keys = (key.map { [$0] } ?? []) + CircuitBreaker.Configuration.Changes.keys
        var problems: [Problem] = []
        fields = Dictionary(Self.fields(entries, keys, "a configuration", &problems)) { first, _ in first }
        self.problems = problems
    }

    /// The entries of known keys, each once; any other key is noted, and what is under it is skipped.
    static func fields(
        _ entries: [DocumentNode.Entry],
        _ keys: [String],
        _ owner: String,
        _ problems: inout [Problem]
    ) -> [(String, DocumentNode.Entry)] {
        var seen: Set<String> = []
        var fields: [(String, DocumentNode.Entry)] = []
        for entry in entries {
            if let key = entry.key.text, keys.contains(key) {
                if seen.insert(key).inserted { fields.append((key, entry)) }
            } else {
                let key = entry.key.text.map { " " + MachineName.shown($0) } ?? ", and no text at all,"
                let message = "unknown key\(key) in \(owner): the known ones are \(keys.joined(separator: ", "))"
                problems.append(Problem(code: .unknownKey, offset: entry.key.offset, message: message))
            }
        }
        return fields
    }

    mutating func read(naming key: String?) -> Layer {
        layer.changes = CircuitBreaker.Configuration.Changes(reading: &self)
        if let key, let entry = take(key) {
            if let name = entry.value.text, (1...1024).contains(name.utf8.count) {
                layer.base = (name, entry.key.offset)
            } else {
                malformed(key, entry, "the name of a configuration")
            }
        }
        return layer
    }

    private mutating func take(_ key: String) -> DocumentNode.Entry? {
        guard let entry = fields[key] else { return nil }
        layer.places[prefix + key] = entry.key.offset
        return entry
    }

    private mutating func malformed(_ key: String, _ entry: DocumentNode.Entry, _ expected: String) {
        layer.malformed.insert(prefix + key)
        let isNull = entry.value.text == "null"
        let hint = isNull ? ": a key that takes its default is left out" : ""
        let message = "\(prefix + key): \(BreakerDecoder.shown(entry.value)) is not \(expected)\(hint)"
        problems.append(Problem(code: .malformed, offset: entry.key.offset, message: message))
    }

    // MARK: - Values

    mutating func integer(_ key: String) -> Int64? {
        guard let entry = take(key) else { return nil }
        // The length bounds the work on a hostile text.
        guard let text = entry.value.text, text.utf8.count <= 20, let value = Int64(text), String(value) == text else {
            malformed(key, entry, "a whole number of at most 64 bits")
            return nil
        }
        return value
    }

    mutating func optionalInteger(_ key: String) -> Int64?? {
        if fields[key]?.value.text == "null" {
            _ = take(key)
            return .some(nil)
        }
        return integer(key).map { .some($0) }
    }

    mutating func thousandths(_ key: String) -> Int? {
        guard let entry = take(key) else { return nil }
        guard let value = entry.value.text.flatMap(CircuitBreaker.Configuration.Changes.thousandths(in:)) else {
            malformed(key, entry, "a number from 1 to 10 with at most three decimals")
            return nil
        }
        return value
    }

    mutating func word<Word>(_ key: String, expected: String, _ read: (String) -> Word?) -> Word? {
        guard let entry = take(key) else { return nil }
        guard let word = entry.value.text.flatMap(read) else {
            malformed(key, entry, expected)
            return nil
        }
        return word
    }

    mutating func demand(_ key: String) {
        guard fields[key] == nil else { return }
        layer.malformed.insert(prefix + key)
        let message = "\(prefix + key) is missing: the members of a window's kind are all given"
        problems.append(Problem(code: .wrongKeys, offset: site, message: message))
    }

    mutating func refuse(_ key: String, because reason: String) {
        guard let entry = fields[key] else { return }
        let message = "\(prefix + key) must not stand here: \(reason)"
        problems.append(Problem(code: .wrongKeys, offset: entry.key.offset, message: message))
    }

    mutating func enter(_ key: String) -> Bool {
        guard let entry = take(key) else { return false }
        guard let entries = entry.value.entries else {
            malformed(key, entry, "a mapping")
            return false
        }
        outer.append((fields, prefix, site))
        let keys = CircuitBreaker.Configuration.Changes.windowKeys
        fields = Dictionary(Self.fields(entries, keys, "a window", &problems)) { first, _ in first }
        (prefix, site) = (prefix + key + ".", entry.key.offset)
        return true
    }

    mutating func leave() {
        if let last = outer.popLast() { (fields, prefix, site) = last }
    }
}
