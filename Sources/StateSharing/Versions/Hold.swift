/// How long an operator's decision keeps automatic transitions away.
public enum Hold: Sendable, Hashable {
    /// Not held: automatic transitions may follow.
    case none
    /// Held until an operator decides otherwise.
    case forever
    /// Held for so many more milliseconds; 0 when it has run out.
    case remaining(ms: Int64)
}
