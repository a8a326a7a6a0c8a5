/// The bounds of a ``MachineLoop``.
public struct MachineLoopConfiguration: Sendable, Hashable {
    /// How many events may wait to be run, at least 1; default 256.
    ///
    /// More are refused with ``MachineOutcomeKind/full``.
    public var queueLimit: Int
    /// How many events that were taken with a token are remembered, at least 0; default 16.
    public var tokenLimit: Int

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - queueLimit: how many events may wait to be run, at least 1.
    ///   - tokenLimit: how many events that were taken with a token are remembered, at least 0; with 0 no event is ever a
    ///     duplicate.
    public init(queueLimit: Int = 256, tokenLimit: Int = 16) {
        precondition(queueLimit >= 1, "a queue limit of \(queueLimit): it must be at least 1")
        precondition(tokenLimit >= 0, "a token limit of \(tokenLimit): it must be at least 0")
        self.queueLimit = queueLimit
        self.tokenLimit = tokenLimit
    }
}
