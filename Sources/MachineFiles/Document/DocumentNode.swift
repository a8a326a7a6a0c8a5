/// A value of a document: a text, a list or a mapping, with where it begins.
package struct DocumentNode {
    /// What a value is.
    package enum Content {
        /// A scalar. Every scalar is text, quoted or not.
        case text(String)
        /// A list's items, in order.
        case list([DocumentNode])
        /// A mapping's entries, in order.
        case mapping([Entry])
    }

    /// A key of a mapping and its value.
    package struct Entry {
        package var key: DocumentNode
        package var value: DocumentNode
    }

    /// A number of its own within the document.
    package var number: Int
    /// Where it begins, in Unicode scalars from the document's start.
    package var offset: Int
    package var content: Content

    /// The text of a scalar; nil for anything else.
    package var text: String? {
        guard case .text(let text) = content else { return nil }
        return text
    }

    /// The items of a list; nil for anything else.
    package var items: [DocumentNode]? {
        guard case .list(let items) = content else { return nil }
        return items
    }

    /// The entries of a mapping; nil for anything else.
    package var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }
}
