extension DocumentNode {
    /// The first of the keys that stand more than once in a mapping, in all mappings of the document.
    ///
    /// Calls itself at most as deep as a document may be nested.
    package var repeatedKeys: [DocumentNode] {
        var found: [DocumentNode] = []
        collectRepeatedKeys(&found)
        return found
    }

    private func collectRepeatedKeys(_ found: inout [DocumentNode]) {
        switch content {
        case .text:
            break
        case .list(let items):
            for item in items { item.collectRepeatedKeys(&found) }
        case .mapping(let entries):
            // By bytes: texts that Unicode holds equivalent are two keys.
            var seen: [[UInt8]: (first: DocumentNode, count: Int)] = [:]
            for entry in entries {
                if let text = entry.key.text.map({ Array($0.utf8) }) {
                    let count = (seen[text]?.count ?? 0) + 1
                    let first = seen[text]?.first ?? entry.key
                    seen[text] = (first, count)
                    if count == 2 { found.append(first) }
                }
                entry.key.collectRepeatedKeys(&found)
                entry.value.collectRepeatedKeys(&found)
            }
        }
    }
}
