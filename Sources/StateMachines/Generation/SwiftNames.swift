/// Names of a definition as Swift identifiers, each its own.
struct SwiftNames {
    private var identifiers: [String: String] = [:]

    /// Gives each name an identifier: other characters become `_`, and what Swift keeps for itself gets one behind it.
    init(_ names: [String]) {
        var taken: Set<String> = []
        for name in names {
            var identifier = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
            if identifier.allSatisfy({ $0 == "_" }) { identifier = "name" }
            if Self.reserved.contains(identifier) { identifier += "_" }
            let base = identifier
            var number = 2
            while !taken.insert(identifier).inserted {
                identifier = "\(base)_\(number)"
                number += 1
            }
            identifiers[name] = identifier
        }
    }

    subscript(name: String) -> String { identifiers[name] ?? "" }

    /// Keywords, and members that every enum here has.
    private static let reserved = Set(
        """
        Any Protocol Self Type actor allCases any as associatedtype async await borrowing break case catch class \
        consume consuming continue copy default defer deinit didSet do dynamic each else enum extension fallthrough \
        false fileprivate final for func get guard hash hashValue if import in indirect infix init inout internal is \
        isolated lazy let macro mutating nil nonisolated nonmutating open operator optional override package postfix \
        precedencegroup prefix private protocol public rawValue repeat required rethrows return self sending set some \
        static struct subscript super switch throw throws true try typealias unowned var weak where while willSet
        """
        .split { $0 == " " || $0 == "\n" }.map(String.init)
    )

    /// Types that the source itself names.
    private static let used: Set<String> = [
        "Action", "Bool", "CaseIterable", "Event", "Guard", "Int", "Invariant", "Outcome", "Program", "Result", "State",
        "String", "UInt64", "Void",
    ]

    /// A machine's name as the name of a type: `record-sync` is `RecordSync`.
    static func type(_ name: String) -> String {
        let words = name.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let type = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        // It begins with a letter unless the name begins with `_`.
        guard let first = type.first, first.isLetter, !reserved.contains(type), !used.contains(type) else {
            return "Machine" + type
        }
        return type
    }
}
