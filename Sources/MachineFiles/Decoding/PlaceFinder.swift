import StateMachines

/// Finds a part of a definition in the document that it was read from.
struct PlaceFinder {
    private let root: DocumentNode
    private let skipped: Set<Int>
    /// For each mapping that was looked into: where each key stands.
    private var keys: [Int: [String: Int]] = [:]
    /// For each list that was looked into: the items that are in the definition.
    private var items: [Int: [DocumentNode]] = [:]

    /// Creates a finder; `skipped` are the numbers of the list items that are not in the definition.
    init(root: DocumentNode, skipped: Set<Int>) {
        self.root = root
        self.skipped = skipped
    }

    /// Where a part begins, in Unicode scalars from the start; nil when the document has no such part.
    mutating func offset(of place: Place) -> Int? {
        var node = root
        // The key or the list's item that stands for the value.
        var site = 0
        for step in place.steps {
            switch (step, node.content) {
            case (.key(let key), .mapping(let entries)):
                guard let entry = position(of: key, in: node, entries) else { return nil }
                node = entries[entry].value
                site = entries[entry].key.offset
            case (.key("to"), .text):
                // A rule that is only the name of the state to go to.
                break
            case (.index(let index), .list(let all)):
                let present = present(in: node, all)
                guard present.indices.contains(index) else { return nil }
                node = present[index]
                site = node.offset
            case (.index(0), _):
                // A single value that counts as a list of one.
                break
            default:
                return nil
            }
        }
        return place.isKey ? site : node.offset
    }

    private mutating func position(of key: String, in node: DocumentNode, _ entries: [DocumentNode.Entry]) -> Int? {
        if let known = keys[node.number] { return known[key] }
        let found = Dictionary(
            entries.enumerated()
                .compactMap { index, entry in
                    entry.key.text.flatMap { MachineName.isValid($0) ? ($0, index) : nil }
                }
        ) {
            first,
            _ in first
        }
        keys[node.number] = found
        return found[key]
    }

    private mutating func present(in node: DocumentNode, _ all: [DocumentNode]) -> [DocumentNode] {
        if let known = items[node.number] { return known }
        let found = all.filter { !skipped.contains($0.number) }
        items[node.number] = found
        return found
    }
}
