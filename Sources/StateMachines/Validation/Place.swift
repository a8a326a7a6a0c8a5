/// A part of a ``MachineDefinition``, by the keys and positions that lead to it, as in a file.
///
/// `states.closed.on.trip[0].if`: a single rule, name or migration counts as a list of one.
public struct Place: Sendable, Hashable, CustomStringConvertible {
    /// One step on the way.
    public enum Step: Sendable, Hashable {
        /// A key of a mapping.
        case key(String)
        /// A position in a list.
        case index(Int)
    }

    /// The way from the whole definition; empty for the definition itself.
    public var steps: [Step]
    /// Whether the last key is meant and not the value under it.
    ///
    /// Behind a position it means the list's item, and the list's key where a single value stands without a list.
    public var isKey: Bool

    /// Creates a place.
    public init(_ steps: [Step], isKey: Bool = false) {
        self.steps = steps
        self.isKey = isKey
    }

    /// The keys, joined with dots, and the positions in brackets.
    public var description: String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}

extension Place.Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// A key.
    public init(stringLiteral key: String) { self = .key(key) }

    /// A position.
    public init(integerLiteral index: Int) { self = .index(index) }
}
