/// The keys that a document may have; every other is an error.
enum Vocabulary {
    /// In the document itself.
    static let machine = [
        "machine", "version", "initial", "events", "guards", "actions", "invariants", "unhandled", "states", "migrate",
    ]
    /// In a state.
    static let state = [
        "parent", "rank", "admission", "final", "entry", "exit", "timeout", "on", "always", "ignore", "reject", "defer",
    ]
    /// In a rule.
    static let rule = ["to", "stay", "reenter", "if", "do", "raise"]
    /// In a condition.
    static let condition = ["all", "any", "not"]
    /// In a timeout.
    static let timeout = ["after", "fires"]
    /// In a migration.
    static let migration = ["from", "states", "unmappable"]
}
