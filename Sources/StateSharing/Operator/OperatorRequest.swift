/// One decision of one operator about one breaker.
package struct OperatorRequest: Sendable, Hashable {
    /// The longest actor in bytes.
    package static let maximumActorLength = 100
    /// The longest reason in bytes.
    package static let maximumReasonLength = 200

    /// The breaker's full name, 1…1024 bytes.
    package var name: String
    /// What is decided.
    package var decision: OperatorDecision
    /// Who decides; not empty, at most 100 bytes.
    package let actor: String
    /// Why, in the operator's words; may be empty, at most 200 bytes.
    package let reason: String
    /// Whether a name that nobody shares yet is taken.
    package var create: Bool

    /// Creates a request; a longer actor or reason is cut between two characters.
    package init(
        name: String,
        decision: OperatorDecision,
        actor: String,
        reason: String = "",
        create: Bool = false
    ) {
        self.name = name
        self.decision = decision
        self.actor = Self.cut(actor, to: Self.maximumActorLength)
        self.reason = Self.cut(reason, to: Self.maximumReasonLength)
        self.create = create
    }

    /// What cannot be stored about it; `nil` when it can.
    var findings: OperatorError? {
        if name.isEmpty { return OperatorError(.invalid, "the name is empty") }
        if name.utf8.count > ResourceID.maximumNameLength {
            return OperatorError(.invalid, "the name has \(name.utf8.count) bytes; at most 1024 can be stored")
        }
        if actor.isEmpty { return OperatorError(.invalid, "the actor is empty") }
        if !decision.hasValidDuration {
            return OperatorError(.invalid, "the duration is not within 1 ms and \(OperatorDecision.maximumMs) ms")
        }
        return nil
    }

    /// The longest prefix of whole characters with at most so many bytes.
    private static func cut(_ text: String, to maximum: Int) -> String {
        var end = text.startIndex
        var bytes = 0
        for index in text.indices {
            bytes += text[index].utf8.count
            guard bytes <= maximum else { return String(text[..<end]) }
            end = text.index(after: index)
        }
        return text
    }
}

/// What became of a decision.
package struct OperatorOutcome: Sendable, Hashable {
    /// What stood there before; `nil` when nothing was stored.
    package var before: SharedVersion?
    /// What stands there now; `nil` when nothing was and nothing had to be stored.
    package var after: SharedVersion?
    /// Whether a new version was stored: a `close` of what is closed already stores none.
    package var changed: Bool
    /// Why the announcement failed though the version is stored: processes learn of it with their next sync.
    package var publishError = ""
    /// Why the journal entry failed though the version is stored.
    package var journalError = ""
}
