/// A value of a document: a text, a list or a mapping, with where it begins.
struct DocumentNode {
    /// What a value is.
    enum Content {
        /// A scalar. Every scalar is text, quoted or not.
        case text(String)
        /// A list's items, in order.
        case list([DocumentNode])
        /// A mapping's entries, in order.
        case mapping([Entry])
    }

    /// A key of a mapping and its value.
    struct Entry {
        var key: DocumentNode
        var value: DocumentNode
    }

    /// A number of its own within the document.
    var number: Int
    /// Where it begins, in Unicode scalars from the document's start.
    var offset: Int
    var content: Content

    /// The text of a scalar; nil for anything else.
    var text: String? {
        guard case .text(let text) = content else { return nil }
        return text
    }

    /// The items of a list; nil for anything else.
    var items: [DocumentNode]? {
        guard case .list(let items) = content else { return nil }
        return items
    }

    /// The entries of a mapping; nil for anything else.
    var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }
}
