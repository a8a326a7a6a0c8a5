/// Reads bytes as the one mapping that a file of machines or breakers is, or says why they are not (SM001).
///
/// Bounded whatever the bytes are: refused before anything is parsed when there are too many of them, and read without
/// recursion, so that nesting costs nothing before it is refused. Aliases are refused, so nothing is ever expanded.
package struct DocumentReader {
    /// The most bytes that a document may have.
    package static let maximumSize = 1 << 20
    /// How deep mappings and lists may be nested; the document is the first.
    static let maximumDepth = 64

    /// Tags that say what is understood anyway.
    private static let coreTags = "tag:yaml.org,2002:"

    /// A list or mapping that is being read.
    private struct Open {
        var offset: Int
        var isMapping: Bool
        /// Items; of a mapping, keys and values in turn.
        var children: [DocumentNode] = []
    }

    private var open: [Open] = []
    private var root: DocumentNode?
    private var count = 0

    private init() {}

    /// Reads a document from valid UTF-8 without a byte order mark, as ``decoded(_:)`` leaves it.
    package static func read(_ bytes: some Collection<UInt8>) throws(DocumentProblem) -> DocumentNode {
        var reader = DocumentReader()
        return try reader.document(bytes)
    }

    /// The bytes of a file, no more than one byte more than a document may have.
    ///
    /// - Throws: why it cannot be opened or read.
    package static func bytes(ofFile path: String) throws(DocumentProblem) -> [UInt8] {
        do throws(BoundedFile.Problem) {
            return try BoundedFile.bytes(of: path, atMost: maximumSize)
        } catch {
            throw DocumentProblem(message: "the file cannot be read: \(error.reason)")
        }
    }

    /// The bytes without a byte order mark, which says nothing in UTF-8 and is no part of the first line.
    ///
    /// - Throws: when there are too many bytes or they are not UTF-8.
    package static func decoded(_ bytes: [UInt8]) throws(DocumentProblem) -> ArraySlice<UInt8> {
        guard bytes.count <= maximumSize else {
            throw DocumentProblem(message: "the document is larger than 1 MiB")
        }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue: offset += 1
            case .emptyInput: break decoding
            case .error: throw DocumentProblem(message: "the document is not UTF-8", offset: offset)
            }
        }
        return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    }

    private mutating func document(_ bytes: some Collection<UInt8>) throws(DocumentProblem) -> DocumentNode {
        if let items = JSONReader.items(bytes) {
            for item in items { try take(item) }
            if let root { return root }
        }
        var stream = try YAMLEventStream(bytes)
        while true {
            let item = try stream.next()
            switch item.event {
            case .documentStart:
                guard root == nil else {
                    throw DocumentProblem(message: "a second document begins here", offset: item.offset)
                }
            case .streamEnd:
                guard let root else { throw DocumentProblem(message: "there is no document") }
                return root
            case .documentEnd:
                break
            default:
                try take(item)
            }
        }
    }

    private mutating func take(_ item: YAMLEventStream.Item) throws(DocumentProblem) {
        try refuseReferences(item)
        switch item.event {
        case .text(let text):
            try close(.text(text), offset: item.offset)
        case .listStart, .mappingStart:
            guard open.count < Self.maximumDepth else {
                throw DocumentProblem(
                    message: "mappings and lists are nested more than \(Self.maximumDepth) deep",
                    offset: item.offset
                )
            }
            var isMapping = false
            if case .mappingStart = item.event { isMapping = true }
            try refuseOther(isMapping: isMapping, offset: item.offset)
            open.append(Open(offset: item.offset, isMapping: isMapping))
        case .listEnd, .mappingEnd:
            guard let ended = open.popLast() else { return }
            try close(
                ended.isMapping ? .mapping(Self.entries(ended.children)) : .list(ended.children),
                offset: ended.offset
            )
        case .documentStart, .documentEnd, .streamEnd, .alias:
            break
        }
    }

    private func refuseReferences(_ item: YAMLEventStream.Item) throws(DocumentProblem) {
        if case .alias = item.event {
            throw DocumentProblem(message: "an alias stands here: write out what it stands for", offset: item.offset)
        }
        if item.hasAnchor {
            throw DocumentProblem(
                message: "an anchor stands here: there is nothing to refer to it",
                offset: item.offset
            )
        }
        if let tag = item.tag, tag != "!", !tag.hasPrefix(Self.coreTags) {
            throw DocumentProblem(message: "a tag stands here: nothing in a document has a type", offset: item.offset)
        }
    }

    /// The document itself must be a mapping.
    private func refuseOther(isMapping: Bool, offset: Int) throws(DocumentProblem) {
        guard open.isEmpty, !isMapping else { return }
        throw DocumentProblem(message: "the document is not a mapping", offset: offset)
    }

    /// Puts a value that was read to its end where it belongs.
    private mutating func close(_ content: DocumentNode.Content, offset: Int) throws(DocumentProblem) {
        if case .text = content { try refuseOther(isMapping: false, offset: offset) }
        let node = DocumentNode(number: count, offset: offset, content: content)
        count += 1
        if open.isEmpty {
            root = node
        } else {
            open[open.count - 1].children.append(node)
        }
    }

    private static func entries(_ children: [DocumentNode]) -> [DocumentNode.Entry] {
        stride(from: 0, to: children.count - 1, by: 2)
            .map { DocumentNode.Entry(key: children[$0], value: children[$0 + 1]) }
    }
}
