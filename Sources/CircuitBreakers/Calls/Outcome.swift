/// What a completed call says about the resource behind the breaker.
public enum Outcome: UInt8, Sendable, Hashable, CaseIterable {
    /// The call succeeded.
    case success
    /// The call failed.
    case failure
    /// The call says nothing: cancelled by its caller, refused before it got anywhere, given up.
    case ignored
}
