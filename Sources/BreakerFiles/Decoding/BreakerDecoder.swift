import CircuitBreakers
import MachineFiles
import StateMachines

/// Makes layers of a document: notes what is unknown, stands twice or has the wrong form, and goes on.
struct BreakerDecoder {
    /// The keys that a document may have.
    static let keys = ["defaults", "configurations", "breakers"]

    private(set) var problems: [Problem] = []

    /// Reads a document, which is a mapping.
    mutating func layers(_ root: DocumentNode) -> Layers {
        for key in root.repeatedKeys {
            let message = "the key \(Self.shown(key)) stands twice in one mapping: join the two or rename one"
            problems.append(Problem(code: .duplicateKey, offset: key.offset, message: message))
        }
        var layers = Layers()
        for (key, entry) in LayerReader.fields(root.entries ?? [], Self.keys, "a file of breakers", &problems) {
            switch key {
            case "defaults": layers.defaults = layer(entry, naming: nil)
            case "configurations": layers.configurations = named(entry, naming: "extends")
            default: layers.breakers = named(entry, naming: "configuration")
            }
        }
        return layers
    }

    private mutating func named(_ entry: DocumentNode.Entry, naming key: String) -> [String: Layer] {
        if entry.value.text == "" { return [:] }
        guard let entries = entry.value.entries else {
            let message = "\(Self.shown(entry.value)) is not a mapping by name"
            problems.append(Problem(code: .malformed, offset: entry.key.offset, message: message))
            return [:]
        }
        var layers: [String: Layer] = [:]
        for entry in entries {
            guard let name = entry.key.text, (1...1024).contains(name.utf8.count) else {
                let what = entry.key.text.map { "\($0.utf8.count) bytes of UTF-8 are" } ?? "\(Self.shown(entry.key)) is"
                let message = "\(what) no name: use 1…1024 bytes of UTF-8"
                problems.append(Problem(code: .badName, offset: entry.key.offset, message: message))
                continue
            }
            let layer = layer(entry, naming: key)
            // Of two with one name the first counts.
            if layers[name] == nil { layers[name] = layer }
        }
        return layers
    }

    private mutating func layer(_ entry: DocumentNode.Entry, naming key: String?) -> Layer {
        // A mapping without keys may be written as nothing.
        if entry.value.text == "" { return Layer(offset: entry.key.offset) }
        guard let entries = entry.value.entries else {
            let message = "\(Self.shown(entry.value)) is not a configuration: write a mapping, or nothing"
            problems.append(Problem(code: .malformed, offset: entry.key.offset, message: message))
            return Layer(offset: entry.key.offset)
        }
        var reader = LayerReader(entries, at: entry.key.offset, naming: key)
        let layer = reader.read(naming: key)
        problems += reader.problems
        return layer
    }

    /// What a value is, for messages.
    static func shown(_ node: DocumentNode) -> String {
        switch node.content {
        case .text(let text): MachineName.shown(text)
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
